"""Commands are imported when they are called, and are what they would be if all were imported at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from attune_cli import commands
from attune_cli.main import COMMANDS, app
from attune_cli.on_demand import CommandsOnDemand

MODULES = {path.stem for path in Path(commands.__file__).parent.glob("*.py")} - {"__init__"}
SHARED = {"changing_options", "evaluate_policy", "model_tables", "options"}
"""Parts of other commands."""
LOADED = """
import json, sys
from typer.testing import CliRunner
from attune_cli.main import app
before = [name for name in sys.modules if name.startswith("attune_cli.commands.")]
ended = CliRunner().invoke(app, sys.argv[1:])
after = [name.rpartition(".")[2] for name in sys.modules if name.startswith("attune_cli.commands.")]
print(json.dumps([before, sorted(after), ended.exit_code]))
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_says_what_it_is_for(name: str) -> None:
    command = typer.main.get_command(app).commands[name]

    assert command.name == name
    assert command.help


def test_every_module_of_commands_is_one_that_can_be_called() -> None:
    assert {place.partition(":")[0] for place in COMMANDS.values()} == MODULES - SHARED


def test_a_command_waits_for_no_other() -> None:
    told = subprocess.run([sys.executable, "-c", LOADED, "explain", "-h"], capture_output=True, check=True, text=True)

    assert json.loads(told.stdout) == [[], ["explain"], 0]


def test_the_help_names_them_all_in_order() -> None:
    shown = CliRunner().invoke(app, ["-h"]).stdout
    first_words = [line.strip("│ ").partition(" ")[0] for line in shown.splitlines() if line.startswith("│ ")]

    assert [word for word in first_words if word in COMMANDS] == list(COMMANDS)


def test_a_name_that_is_nearly_right_is_guessed() -> None:
    ended = CliRunner().invoke(app, ["explian"])

    assert ended.exit_code == 2
    assert "'explain'" in ended.output


def test_commands_can_be_kept_and_forgotten_like_any() -> None:
    known = CommandsOnDemand({"explain": "explain:explain"})
    known["own"] = made = object()

    assert (list(known), len(known), known["own"]) == (["explain", "own"], 2, made)
    del known["explain"]
    assert "explain" not in known
