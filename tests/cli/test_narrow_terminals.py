"""Tables on a terminal of 80 columns: what the next command is given stands there whole."""

from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from attune.adapters.text_library import load
from attune_cli.commands.tones import tones_map
from attune_cli.playbooks.listing import read_states, states_table
from attune_cli.playbooks.shelf import read_shelf
from tests.templates.shipped import TEMPLATES


def seen(table: Table) -> list[str]:
    """Return the lines as a terminal of 80 columns shows them."""
    console = Console(file=StringIO(), width=80)
    console.print(table)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert max(map(len, lines)) <= 80
    return lines


def test_the_list_of_playbooks_has_every_name_whole() -> None:
    shelf = read_shelf(TEMPLATES)
    words = " ".join(seen(states_table(read_states(shelf, None)))).split()

    assert set(shelf.playbooks) <= set(words)
    assert {"playbook", "state", "rolled", "others", "held", "journeys", "owner", "1.0.0"} <= set(words)


@pytest.mark.parametrize("word", ["advisory,", "technical,", "informal,", "distressed", "friction", "business-stuck"])
def test_the_map_of_tones_tears_no_word(word: str) -> None:
    lines = seen(tones_map(load(TEMPLATES).tones))

    assert word in " ".join(lines).split()
    assert "…" not in "".join(lines)
