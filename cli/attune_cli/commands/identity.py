"""`attune identity`: who is behind a customer id, and how to take a merge back."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import out
from attune_cli.errors import ErrorReportingGroup
from attune_cli.identity import IdentityDesk

app = typer.Typer(
    cls=ErrorReportingGroup,
    help="See who is behind a customer id, and take back a merge that was wrong.",
    no_args_is_help=True,
)

CustomerArgument = Annotated[str, typer.Argument(help="A customer id; also one that was merged into another.")]


@app.command()
def show(customer: CustomerArgument, *, stage: StageOption = "local", endpoint_url: EndpointOption = "") -> None:
    """Show who a customer is now, and by which identifiers; addresses are kept only as keyed hashes."""
    identity = IdentityDesk.of(chosen_stage(stage, endpoint_url)).show(customer)
    if identity.customer_id != identity.asked:
        out.print(f"{identity.asked} was merged into [bold]{identity.customer_id}[/bold]")
    else:
        out.print(f"[bold]{identity.customer_id}[/bold]")
    out.print(f"sessions: {', '.join(identity.sessions) or 'none'}")
    table = Table("identifier", "since (UTC)", "history", box=None, padding=(0, 2, 0, 0))
    for known in identity.identifiers:
        history = known.link.history if known.link else ()
        told = "; ".join(f"{entry.bond} {entry.customer_id} {entry.at:%Y-%m-%d %H:%M}" for entry in history)
        table.add_row(known.mark, f"{known.since:%Y-%m-%d %H:%M}", told or "-")
    if identity.identifiers:
        out.print(table)


@app.command()
def separate(customer: CustomerArgument, *, stage: StageOption = "local", endpoint_url: EndpointOption = "") -> None:
    """Take back the merge of a customer into another: sessions and identifiers return; consent stays the stricter."""
    target = chosen_stage(stage, endpoint_url)
    secret = target.session.client("secretsmanager").get_secret_value(SecretId=target.output("IdentityKeySecret"))
    merged_into = IdentityDesk.of(target, key=secret["SecretString"]).separate(customer, datetime.now(UTC))
    out.print(f"{customer} and {merged_into} are two customers again")
