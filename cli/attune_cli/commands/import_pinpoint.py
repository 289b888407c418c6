"""`attune import pinpoint`: exported journeys and segments become playbooks, with a report of what became of every field."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from attune_cli.cdk import ROOT
from attune_cli.console import err, out
from attune_cli.errors import InputError
from attune_cli.importing.accounting import Account, Fate
from attune_cli.importing.exports import read_exports
from attune_cli.importing.journeys import Imported, import_journey
from attune_cli.importing.report import MEANINGS, Report, counts, in_order
from attune_cli.importing.segments import import_segment, name_of
from attune_cli.importing.writing import write

app = typer.Typer(help="Bring journeys from elsewhere.", no_args_is_help=True)
FOLDER = ROOT / ".local" / "imported"
SHOWN_PARTS = 3
COLOURS = {Fate.DECIDE: "bold red", Fate.CHANGED: "yellow", Fate.NONE: "magenta", Fate.CARRIED: "green"}


@app.callback()
def group() -> None:
    """Bring journeys from elsewhere."""


@app.command("pinpoint")
def pinpoint(
    files: Annotated[list[Path], typer.Argument(help="What get-journey and get-segment printed; files or folders.")],
    *,
    folder: Annotated[Path, typer.Option("--out", help="Where playbooks and report.md go.")] = FOLDER,
    replace: Annotated[bool, typer.Option("--replace", help="Write over what is there.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also show what was carried over.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Turn exported Pinpoint journeys and segments into playbooks, switched off, and say what became of every field."""
    exports = read_exports(files)
    if not exports.journeys and not exports.segments:
        raise InputError("there is no journey and no segment in these files", "export them; see docs/importing.md")
    names: dict[str, str] = {}
    for segment_id, (_, segment) in exports.segments.items():
        names[segment_id] = name_of(segment, set(names.values()))
    taken: set[str] = set()
    journeys = tuple(import_journey(place, tree, names, taken) for place, tree in exports.journeys)
    segments = {names[known]: import_segment(tree, names[known]) for known, (_, tree) in exports.segments.items()}
    report = Report(journeys, segments)
    written = write(report, folder, replace=replace)
    if as_json:
        sys.stdout.write(json.dumps(_tree(report), indent=2, ensure_ascii=False) + "\n")
    else:
        _show(report, everything=everything)
    for path in written:
        err.print(f"written: {path}", markup=False, soft_wrap=True)


def _show(report: Report, *, everything: bool) -> None:
    for imported in report.journeys:
        own = imported.playbook["id"] if imported.playbook else "no playbook"
        _show_one(f"{imported.name} → {own}", imported.account, everything=everything)
        if imported.texts:
            told = ", ".join(f"{text.message} ({text.channel})" for text in imported.texts)
            out.print(f"texts to write: {told}\n", markup=False, soft_wrap=True)
    for name, account in report.segments.items():
        _show_one(f"segment {name}", account, everything=everything)
    if report.journeys:
        out.print("All playbooks are switched off. Decide, write the texts, replay, check, then roll out.", style="dim")


def _show_one(title: str, account: Account, *, everything: bool) -> None:
    numbers = counts(account.findings)
    told = ", ".join(f"{numbers[fate]} {fate}" for fate in MEANINGS if numbers[fate])
    out.print(Text.assemble((title, "bold"), f": {told}"), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column, share in (("", 2), ("where", 3), ("it said", 3), ("now, and what to do", 7)):
        table.add_column(column, ratio=share, overflow="fold")
    last = ""
    for finding in in_order(account.findings):
        if everything or finding.fate not in (Fate.CARRIED, Fate.NOTED):
            fix = f" → {finding.fix if finding.fix != last else 'as above'}" if finding.fix else ""
            fate = Text(finding.fate, style=COLOURS.get(finding.fate, "dim"))
            table.add_row(fate, Text(_short(finding.path)), Text(finding.said), Text(f"{finding.told}{fix}"))
            last = finding.fix
    out.print(table)


def _short(path: str) -> str:
    """Return the end of a long path; the report has all of it."""
    parts = path.removeprefix("Activities/").split("/")
    return path.removeprefix("Activities/") if len(parts) <= SHOWN_PARTS else "…/" + "/".join(parts[-SHOWN_PARTS:])


def _tree(report: Report) -> dict[str, object]:
    return {
        "journeys": [_journey(imported) for imported in report.journeys],
        "segments": {name: _findings(account) for name, account in report.segments.items()},
    }


def _journey(imported: Imported) -> dict[str, object]:
    return {
        "place": imported.place,
        "name": imported.name,
        "playbook": imported.playbook,
        "texts": [asdict(text) for text in imported.texts],
        "findings": _findings(imported.account),
    }


def _findings(account: Account) -> list[dict[str, str]]:
    return [asdict(finding) for finding in account.findings]
