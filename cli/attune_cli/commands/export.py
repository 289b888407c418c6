"""`attune export`: a copy of everything held about one person."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import counted, out
from attune_cli.rights.exporting import export_of
from attune_cli.rights.holdings import Holdings


def export(
    customer: Annotated[str, typer.Argument(help="A customer id; also one that was merged into another.")],
    *,
    output: Annotated[
        Path | None, typer.Option(help="A file to write, readable by you alone; else it is shown.")
    ] = None,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Export everything held about a customer as JSON, with every decision about them in plain words."""
    holdings = Holdings.of(chosen_stage(stage, endpoint_url))
    person = holdings.find(customer)
    copy = json.dumps(export_of(holdings, person, datetime.now(UTC)), indent=2, ensure_ascii=False)
    if output is None:
        out.print_json(copy)
        return
    output.touch(mode=0o600)
    output.write_text(copy + "\n", encoding="utf-8")
    out.print(f"{output}: {counted(len(person.ids), 'customer id')}, {len(copy):,} characters")
