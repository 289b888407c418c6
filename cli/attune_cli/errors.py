"""What goes wrong on a command line, and how the command ends.

CommandError    something failed: exit code 1
└── InputError  what was typed or handed in cannot be used: exit code 2
"""

from typing import Any, override

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.text import Text
from typer.core import TyperGroup

from attune.domain.errors import AttuneError
from attune_cli.console import err


class CommandError(Exception):
    """Raised when a command cannot do its work; `hint` says what the reader can do about it."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the hint beside the message."""
        super().__init__(message)
        self.hint = hint


class InputError(CommandError):
    """Raised when an option, an argument or a file cannot be used as given."""

    exit_code = 2


class ErrorReportingGroup(TyperGroup):
    """The one place that turns errors into a message and an exit code, so that no command shows a traceback."""

    @override
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CommandError as error:
            report(str(error), error.hint)
            raise typer.Exit(error.exit_code) from error
        except AttuneError as error:  # a playbook, text or clock setting that cannot be used; it says where and why
            report(str(error))
            raise typer.Exit(InputError.exit_code) from error
        except RecursionError as error:  # of a JSON or YAML parser: no file of people is nested by the thousand
            report("what was handed in is nested too deeply to be read", "look whether it is the right file")
            raise typer.Exit(InputError.exit_code) from error
        except (BotoCoreError, ClientError) as error:
            report(f"AWS says: {error}", "Check credentials, region, --stage and --endpoint-url.")
            raise typer.Exit(CommandError.exit_code) from error


def report(message: str, hint: str = "") -> None:
    """Print an error, and what to do about it on the next line."""
    err.print(Text.assemble(("error: ", "bold red"), message), soft_wrap=True)
    if hint:
        err.print(Text.assemble(("  try: ", "bold"), hint), soft_wrap=True)
