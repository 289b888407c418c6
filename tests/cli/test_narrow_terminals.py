"""Tables on a terminal of 80 columns: what the next command is given stands there whole."""

from io import StringIO

import pytest
from rich.console import Console, RenderableType

from attune.adapters.text_library import load
from attune.domain.results.measures import results_of
from attune_cli.commands.tones import tones_map
from attune_cli.playbooks.listing import read_states, states_table
from attune_cli.playbooks.shelf import read_shelf
from attune_cli.reporting.tables import report_tables
from attune_cli.simulating.tables import outcome_table
from tests.support.report_history import SINCE, UNTIL, Quarter
from tests.templates.shipped import TEMPLATES


def seen(table: RenderableType) -> list[str]:
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


def test_what_came_of_simulated_policies_is_told_in_whole_numbers() -> None:
    figure = {"value": 1083.3, "low": 746.04, "high": 1454.0}
    measures = ("messages", "orders", "helpful", "unsubscribed", "complained", "unhelpful", "cases")
    policy = {"policy": "send_always", "per_1000_customers": dict.fromkeys(measures, figure)}
    lines = seen(outcome_table([policy]))

    assert "".join(lines).count("1,083") == "".join(lines).count("1,454") == len(measures)
    assert "…" not in "".join(lines)


def test_the_results_of_a_report_tear_no_word() -> None:
    results = results_of(Quarter(1, 400).rows, {}, since=SINCE, now=UNTIL)
    words = " ".join(seen(report_tables(results))).split()

    assert "…" not in "".join(words)
    assert {"difference", "Unsubscribed", "complained", "messages"} <= set(words)
