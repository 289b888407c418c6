"""Write imported playbooks and the report; what is written is read again as any playbook is."""

import re
from pathlib import Path
from typing import Any

import yaml

from attune.adapters.playbook_files import read_playbook
from attune.domain.errors import PlaybookError
from attune_cli.errors import CommandError
from attune_cli.importing.accounting import Fate
from attune_cli.importing.journeys import Imported
from attune_cli.importing.report import Report, as_markdown

REPORT = "report.md"


def write(report: Report, folder: Path, *, replace: bool) -> list[Path]:
    """Write every playbook and the report; raise CommandError instead of writing over what is there."""
    targets = {folder / f"{one.playbook['id']}.yaml": one for one in report.journeys if one.playbook is not None}
    there = [path for path in (*targets, folder / REPORT) if path.exists()]
    if there and not replace:
        raise CommandError(f"{there[0]} is there already", "--out with another folder, or --replace")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, imported in targets.items():
            path.write_text(as_yaml(imported), encoding="utf-8")
        (folder / REPORT).write_text(as_markdown(report), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write to {folder}: {error.strerror}", "--out with a folder of yours") from error
    for path in targets:
        try:
            read_playbook(path)
        except PlaybookError as error:
            raise CommandError(
                f"the import wrote a playbook that cannot be read: {error}", "this is a defect"
            ) from error
    return [*targets, folder / REPORT]


def as_yaml(imported: Imported) -> str:
    """Return a playbook's file: first what is still to be decided, then its fields."""
    tree = imported.account.of
    lines = [
        "# Imported, and switched off until somebody has read it; report.md says what became of every field.",
        f"# It was the journey {tree.get('Id', '')} of the project {tree.get('ApplicationId', '')}.",
    ]
    undecided = [finding for finding in imported.account.findings if finding.fate is Fate.DECIDE]
    lines += [f"# To decide: {finding.path}: {finding.told}" for finding in undecided]
    comments = "\n".join(" ".join(line.split()) for line in lines)
    return f"{comments}\n{_dumped(imported.playbook)}"


def _dumped(playbook: dict[str, Any] | None) -> str:
    return yaml.dump(playbook, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes as people do: lists of plain words in one line, times of day in quotes, lists set in."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's
        """Set lists in."""
        super().increase_indent(flow, indentless=False)

    def represent_str(self, data: str) -> Any:
        """Quote times of day, which YAML may take for numbers."""
        quotes = '"' if re.fullmatch(r"\d\d:\d\d", data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=quotes)

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> Any:  # noqa: FBT001 - PyYAML's
        """Write short lists flat."""
        flat = all(isinstance(one, str) for one in sequence)
        return super().represent_sequence(tag, sequence, flow_style=flat or flow_style)


_Dumper.add_representer(str, _Dumper.represent_str)
