"""Break a little of everything with the harness of bench/faults, and lose nothing."""

import pytest

from bench.faults.faults import FAULTS
from bench.faults.running import Outcome, play

SEED = 2
CUSTOMERS = 5
BY_NAME = {fault.name: fault for fault in FAULTS}
BRIEF = (
    "killed before a call",
    "killed after a call",
    "the same work by two processes at once",
    "DynamoDB down for five hours: full dead-letter queues, redriven",
    "every execution aborted",
    "all of it at once",
)


@pytest.fixture(scope="module")
def calm() -> Outcome:
    """What comes of the story where nothing breaks."""
    return play(BY_NAME["nothing breaks"], SEED, customers=CUSTOMERS)


def test_the_story_is_about_something(calm: Outcome) -> None:
    stakes = calm.findings.stakes

    assert calm.findings.wrong == ()
    assert all(stakes[name] > 0 for name in ("events", "journeys", "contacts", "cases", "decisions"))


@pytest.mark.parametrize("name", BRIEF)
def test_nothing_is_lost_when(name: str, calm: Outcome) -> None:
    outcome = play(BY_NAME[name], SEED, customers=CUSTOMERS, calm=calm.memory)

    assert outcome.struck > 0
    assert outcome.findings.wrong == ()
