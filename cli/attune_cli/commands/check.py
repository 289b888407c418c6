"""`attune check`: the launch checklist of a playbook, pass or fail."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from attune_cli.cdk import ROOT
from attune_cli.checking.checklist import Wanted, checklist
from attune_cli.checking.files import find_playbook
from attune_cli.checking.lines import Line, State, as_tree, is_ready
from attune_cli.commands.options import EndpointOption, chosen_stage
from attune_cli.console import out

COLOURS = {State.PASS: "green", State.FAIL: "bold red", State.NOT_CHECKED: "yellow"}


def check(
    playbook: Annotated[str, typer.Argument(help="The playbook's name.")],
    *,
    stage: Annotated[str, typer.Option(help="A deployed stage; without one, what needs it is not checked.")] = "",
    endpoint_url: EndpointOption = "",
    recorded: Annotated[
        Path | None, typer.Option(help="Recorded events, to see that its events arrive; see docs/replay.md.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days back the stage's log is asked.")] = 14,
    as_json: Annotated[bool, typer.Option("--json", help="Print the checklist as JSON.")] = False,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = ROOT / "templates",
) -> None:
    """Go through the launch checklist of a playbook; ends with 1 unless every line passes."""
    found = find_playbook(playbook, templates)
    target = chosen_stage(stage, endpoint_url) if stage else None
    lines = checklist(Wanted(found, templates, target, recorded, days))
    if as_json:
        sys.stdout.write(json.dumps(as_tree(found.id, found.version, lines), indent=2, ensure_ascii=False) + "\n")
    else:
        _show(f"{found.id} {found.version}", lines)
    if not is_ready(lines):
        raise typer.Exit(1)


def _show(title: str, lines: list[Line]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("what must hold", ratio=2)
    table.add_column("what was looked at, and what to do", ratio=3, overflow="fold")
    for line in lines:
        told = Text(line.looked_at)
        if line.fix:
            told.append(f"\n→ {line.fix}", style=COLOURS[line.state])
        if line.state is not State.PASS:
            told.append(f"\n{line.link}", style="dim")
        table.add_row(Text(line.state, style=COLOURS[line.state]), line.asks, told)
    out.print(Text(title, style="bold"))
    out.print(table)
    numbers = ", ".join(f"{sum(line.state is state for line in lines)} {state}" for state in State)
    ready = is_ready(lines)
    out.print(Text(f"{'ready' if ready else 'not ready'}: {numbers}", style="green" if ready else "bold red"))
