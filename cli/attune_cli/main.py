"""The `attune` command: one module per command, imported when it is called."""

import signal
import sys
from types import FrameType
from typing import Any

import typer

from attune_cli.errors import ErrorReportingGroup
from attune_cli.on_demand import CommandsOnDemand

COMMANDS = {
    "demo": "demo:demo",
    "publish": "publish:publish",
    "audit": "audit:audit",
    "explain": "explain:explain",
    "export": "export:export",
    "forget": "forget:forget",
    "fairness": "fairness:fairness",
    "audience": "audience:audience",
    "preview": "preview:preview",
    "experiments": "experiments:experiments",
    "lint": "lint:lint",
    "approve": "approve:approve",
    "tones": "tones:tones",
    "map": "journey_map:journey_map",
    "simulate": "simulate:simulate",
    "replay": "replay:replay_events",
    "check": "check:check",
    "doctor": "doctor:doctor",
    "cost": "cost:cost",
    "report": "report:report",
    "local": "local:app",
    "quarantine": "quarantine:app",
    "events": "events:app",
    "identity": "identity:app",
    "import": "import_pinpoint:app",
    "support": "support:app",
    "playbooks": "playbooks:app",
    "switch": "switch:app",
    "policy": "policy:app",
    "train": "train:app",
    "evaluate": "evaluate:app",
}
"""Where each command is: its module, and the function or the group of commands in it."""


class _Commands(ErrorReportingGroup):
    """All commands."""

    def __init__(self, **told: Any) -> None:
        super().__init__(**told)
        self.commands = CommandsOnDemand(COMMANDS)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer would import all of them to tell their names
        return list(self.commands)


app = typer.Typer(
    cls=_Commands,
    help="Empathetic messaging for one AWS account: run it on this machine, publish events, ask what was decided.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def prepare() -> None:
    """Let a request to end unwind like Ctrl-C does, so that whatever was started is ended too."""
    signal.signal(signal.SIGTERM, _unwind)
    signal.signal(signal.SIGHUP, _unwind)


def _unwind(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    app()
