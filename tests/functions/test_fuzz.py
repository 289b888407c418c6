"""Real payloads, mutated: nothing but a refusal is raised, nothing fails, and every message is accounted for."""

from datetime import datetime
from typing import NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attune.adapters.senders import read_event
from attune.domain.errors import RejectedEventError
from bench.fuzz.accounts import NOW, ingest_all, read_all
from bench.fuzz.mutator import MUTATIONS, Mutator
from tests.support.mutations import real_bodies
from tests.support.senders import REAL, needs_real

pytestmark = needs_real
ORIGINALS = real_bodies() if REAL.is_dir() else ("{}",)
SEED = 20


def mutated(count: int, seed: int = SEED) -> list[str]:
    mutator = Mutator(ORIGINALS, seed)
    return [mutator.next() for _ in range(count)]


def test_of_two_thousand_mutated_messages_each_is_understood_or_refused():
    readings = read_all(mutated(2_000))

    assert readings.faults == []
    assert readings.adds_up
    assert readings.understood > 300
    assert len(readings.refused) >= 8, "the mutations reach most ways to be refused"


def test_of_two_hundred_ingested_messages_each_goes_one_way_and_none_fails():
    bodies = mutated(160)

    account = ingest_all([*bodies, *bodies[:40]])

    assert account.failed == []
    assert account.adds_up
    assert all(account.tally[way] for way in ("accepted", "duplicate", "quarantined"))


def test_the_same_messages_again_bring_nothing_new():
    bodies = [body for body in mutated(250) if read_all([body]).understood]
    once, twice = ingest_all(bodies), ingest_all([*bodies, *bodies])

    assert twice.adds_up
    assert twice.tally["accepted"] == once.tally["accepted"]
    assert twice.customers == once.customers


def test_the_same_seed_makes_the_same_messages_and_another_makes_others():
    assert mutated(50) == mutated(50)
    assert mutated(50) != mutated(50, seed=SEED + 1)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_each_mutation_changes_messages(mutation):
    mutator = Mutator(ORIGINALS, SEED)
    changed = [body for body in ORIGINALS if mutation(mutator, body) != body]

    assert len(changed) > len(ORIGINALS) / 4


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, len(ORIGINALS) - 1),
    st.integers(0, 2**32),
    st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=4),
)
def test_whatever_is_done_to_a_message_it_is_read_or_refused(which, seed, mutations):
    mutator = Mutator(ORIGINALS, seed)
    body = ORIGINALS[which]
    for mutation in mutations:
        body = mutation(mutator, body)

    readings = read_all([body])

    assert readings.faults == []
    assert readings.understood + readings.refused.total() == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_what_is_read_once_is_read_the_same_again(seed):
    """Redelivery: reading keeps nothing, so that the second delivery can be told from news."""
    for body in mutated(5, seed):
        try:
            facts = read_event(body, NOW)
        except RejectedEventError:
            continue
        assert read_event(body, NOW) == facts


def breaking(_body: str, _now: datetime) -> NoReturn:
    raise ZeroDivisionError


def test_a_reader_that_breaks_is_found_and_the_message_kept(monkeypatch):
    monkeypatch.setattr("bench.fuzz.accounts.read_event", breaking)

    readings = read_all(ORIGINALS[:3])

    assert not readings.adds_up
    assert [fault.body for fault in readings.faults] == list(ORIGINALS[:3])


def test_messages_that_ingest_fails_on_are_found_and_kept():
    account = ingest_all(ORIGINALS[:3], breaking)

    assert not account.adds_up
    assert sorted(account.failed) == sorted(ORIGINALS[:3])


def test_reading_without_finding_anything_is_a_fault(monkeypatch):
    monkeypatch.setattr("bench.fuzz.accounts.read_event", lambda _body, _now: ())

    assert read_all(["{}"]).broken == 1
