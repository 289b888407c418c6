"""What an import did, as a page of Markdown and as tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from attune_cli.importing.accounting import Account, Fate, Finding
from attune_cli.importing.journeys import Imported, Text

MEANINGS = {
    Fate.DECIDE: "Something stands in its place until you say; without that the playbook is not what you want.",
    Fate.CHANGED: "It is there, and means something else.",
    Fate.NONE: "Attune has nothing like it, or does not want it.",
    Fate.CARRIED: "It is there, and means the same.",
    Fate.NOTED: "It says something about the export only.",
}
"""In the order in which somebody should read them."""


@dataclass(frozen=True)
class Report:
    """Everything that came of an import; segments by the name that they have in an audience."""

    journeys: tuple[Imported, ...]
    segments: dict[str, Account]


def as_markdown(report: Report) -> str:
    """Return the report as a page."""
    lines = ["# Imported from Pinpoint", "", _summary(report), ""]
    for imported in report.journeys:
        own = imported.playbook["id"] if imported.playbook else "no playbook"
        lines += [f"## {_cell(imported.name)}: {own}", "", f"From {_cell(imported.place)}.", ""]
        lines += _texts(imported.texts)
        lines += _findings(imported.account.findings)
    for name, account in report.segments.items():
        lines += [f"## Segment {name}", ""]
        lines += _findings(account.findings)
    return "\n".join(lines).rstrip() + "\n"


def counts(findings: Iterable[Finding]) -> Counter[Fate]:
    """Return how many fields had which fate."""
    return Counter(finding.fate for finding in findings)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings, what has to be decided first."""
    order = list(MEANINGS)
    return sorted(findings, key=lambda finding: order.index(finding.fate))


def _summary(report: Report) -> str:
    written = sum(imported.playbook is not None for imported in report.journeys)
    return (
        f"{len(report.journeys)} journeys and {len(report.segments)} segments read, {written} playbooks written. All are "
        "switched off: decide what is to be decided, write the texts and have them approved, replay recorded events "
        "(`attune replay`), check (`attune check`), then roll out."
    )


def _texts(texts: Sequence[Text]) -> list[str]:
    if not texts:
        return []
    rows = [f"| `{text.message}` | {_cell(text.template)} | {text.channel} |" for text in texts]
    head = ["Texts to write (docs/texts.md); Pinpoint's templates are not part of a journey's export:", ""]
    return [*head, "| Text | Template | Channel |", "|---|---|---|", *rows, ""]


def _findings(findings: Sequence[Finding]) -> list[str]:
    lines = []
    for fate, meaning in MEANINGS.items():
        found = [finding for finding in findings if finding.fate is fate]
        if not found:
            continue
        rows = [f"| `{_cell(one.path)}` | {_cell(one.said)} | {_cell(one.told)} | {_cell(one.fix)} |" for one in found]
        title = f"### {fate.value.capitalize()}"
        lines += [title, "", meaning, "", "| Where | It said | Now | To do |", "|---|---|---|---|", *rows, ""]
    return lines


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
