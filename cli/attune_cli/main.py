"""The `attune` command: wires one module per command together."""

import typer

from attune_cli.commands import audit, local, publish
from attune_cli.errors import ErrorReportingGroup

app = typer.Typer(
    cls=ErrorReportingGroup,
    help="Empathetic messaging for one AWS account: run it on this machine, publish events, ask what was decided.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(local.app, name="local")
app.command("publish")(publish.publish)
app.command("audit")(audit.audit)

if __name__ == "__main__":
    app()
