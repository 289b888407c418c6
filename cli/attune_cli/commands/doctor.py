"""`attune doctor`: what an account lacks for a stage, before and after it is deployed."""

import json
import sys
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from attune_cli.commands.options import EndpointOption, chosen_stage
from attune_cli.console import out
from attune_cli.doctoring.lines import Line, State, as_tree, is_well
from attune_cli.errors import InputError

COLOURS = {State.PASS: "green", State.WARN: "yellow", State.FAIL: "bold red"}


def doctor(
    *,
    stage: Annotated[str, typer.Option(envvar="ATTUNE_STAGE", help="Which stage of infra/config.py.")] = "dev",
    endpoint_url: EndpointOption = "",
    events: Annotated[int, typer.Option(min=0, help="Events expected a day.")] = 100_000,
    emails: Annotated[int, typer.Option(min=0, help="Emails expected a day.")] = 5_000,
    sms: Annotated[int, typer.Option(min=0, help="SMS expected a month.")] = 1_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print the lines as JSON.")] = False,
) -> None:
    """Look at an account before and after a deployment; changes nothing, and ends with 1 where something fails."""
    # The stages are the CDK app's: reading them starts its runtime, which no other command should wait for.
    from attune_cli.doctoring.checkup import check_up  # noqa: PLC0415
    from attune_cli.doctoring.wanted import Load, Wanted  # noqa: PLC0415
    from infra.config import load_stage  # noqa: PLC0415
    from infra.stage_checks import ConfigError  # noqa: PLC0415

    try:
        configured = load_stage(stage)
    except ConfigError as error:
        raise InputError(str(error), "infra/config.py") from error
    session = chosen_stage(stage, endpoint_url).session
    load = Load(events_a_day=events, emails_a_day=emails, sms_a_month=sms)
    lines = check_up(Wanted(stage=configured, session=session, load=load))
    if as_json:
        sys.stdout.write(json.dumps(as_tree(stage, lines), indent=2, ensure_ascii=False) + "\n")
    else:
        show(f"stage {stage}", lines)
    if not is_well(lines):
        raise typer.Exit(1)


def show(title: str, lines: list[Line]) -> None:
    """Print the lines as a table, and how many there are of each kind."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("", "", "what"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what was seen, and what to do", overflow="fold")
    area = ""
    for line in lines:
        told = Text(line.seen)
        if line.fix:
            told.append(f"\n→ {line.fix}", style=COLOURS[line.state])
        table.add_row(
            Text(line.state, style=COLOURS[line.state]), "" if line.area == area else line.area, line.name, told
        )
        area = line.area
    out.print(Text(title, style="bold"))
    out.print(table)
    numbers = ", ".join(f"{sum(line.state is state for line in lines)} {state}" for state in State)
    well = is_well(lines)
    out.print(Text(f"{'well' if well else 'not well'}: {numbers}", style="green" if well else "bold red"))
