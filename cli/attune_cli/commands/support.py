"""`attune support`: what a support agent does with cases."""

from typing import Annotated

import typer

from attune_cli.cdk import ROOT
from attune_cli.console import out
from attune_cli.errors import CommandError, ErrorReportingGroup, InputError
from attune_cli.support.schema_file import SCHEMA_FILE, is_current, write

app = typer.Typer(
    cls=ErrorReportingGroup,
    help="See, claim, answer and resolve the cases on support's queues.",
    no_args_is_help=True,
)


@app.command()
def schema(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the file is current; ends with 1 if not.")
    ] = False,
    do_write: Annotated[bool, typer.Option("--write", help="Write the file.")] = False,
) -> None:
    """Keep docs/cases/case.schema.json current: the JSON Schema of a case as it lies on the queues."""
    if check == do_write:
        raise InputError("either --check or --write")
    shown = SCHEMA_FILE.relative_to(ROOT)
    if check:
        if not is_current():
            raise CommandError(f"{shown} is not current", "attune support schema --write")
        out.print(f"{shown} is current")
        return
    write()
    out.print(f"wrote {shown}")
