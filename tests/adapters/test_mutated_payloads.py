"""Real payloads, spoilt: whatever a sender makes of them, they are read or refused, and nothing else happens."""

import json
import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from attune.adapters.senders import read_event
from attune.adapters.senders.values import MAX_ID
from attune.domain.errors import RejectedEventError
from attune.domain.signals import Fact
from tests.support.builders import NOON
from tests.support.mutations import real_bodies, spoilt
from tests.support.senders import REAL, needs_real

BODIES = real_bodies() if REAL.is_dir() else ()
MOST_FACTS = 250


def read_or_refuse(body: str) -> tuple[Fact, ...]:
    """Return what is read; anything but facts that can be kept, or a refusal people can act on, fails the test."""
    facts: tuple[Fact, ...] = ()
    refusal = None
    try:
        facts = read_event(body, NOON)
    except RejectedEventError as error:
        refusal = error
    if refusal is not None:
        assert refusal.reason.replace("_", "").isalpha()
        assert 20 < len(str(refusal)) < 2_000
        return ()
    assert 0 < len(facts) <= MOST_FACTS
    for fact in facts:
        assert fact.customer_id.strip()
        assert len(fact.customer_id.encode()) <= MAX_ID + len("email:")
        assert 0 < len(fact.message_id.encode()) <= MAX_ID + len("#keyword")
        assert fact.time.utcoffset() == timedelta(0)
        assert fact.time <= NOON + timedelta(hours=1)
        assert TypeAdapter(type(fact)).dump_json(fact), "it can be stored and sent on"
    return facts


@needs_real
def test_the_collection_is_there_and_most_of_it_is_understood():
    understood = [body for body in BODIES if read_or_refuse(body)]

    assert len(BODIES) > 120
    assert len(understood) > 100


@needs_real
@settings(max_examples=600, deadline=None)
@given(st.integers(0, max(len(BODIES) - 1, 0)), st.integers(0, 2**32), st.integers(1, 6))
def test_a_spoilt_payload_is_read_or_refused(which, seed, times):
    read_or_refuse(json.dumps(spoilt(json.loads(BODIES[which]), random.Random(seed), times)))


@needs_real
@settings(max_examples=200, deadline=None)
@given(st.integers(0, max(len(BODIES) - 1, 0)), st.integers(0, 2**32), st.integers(1, 4))
def test_a_spoilt_detail_is_read_or_refused(which, seed, times):
    """The envelope is the bus's own and stays whole; what a sender writes is spoilt."""
    whole = json.loads(BODIES[which])
    name = "Message" if "Message" in whole else "detail" if "detail" in whole else None
    if name is None:
        return
    inside = json.loads(whole[name]) if name == "Message" else whole[name]
    changed = spoilt(inside, random.Random(seed), times)
    read_or_refuse(json.dumps(whole | {name: json.dumps(changed) if name == "Message" else changed}))


@needs_real
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_unknown_fields_change_nothing(body):
    whole = json.loads(body)
    detail = whole.get("detail")
    if not isinstance(detail, dict) or "topic" in detail:
        return
    newer = json.dumps(whole | {"detail": detail | {"aFieldOfNextYear": {"deep": [1, {"er": None}]}}, "newer": [1]})

    assert read_or_refuse(newer) == read_or_refuse(body)


@needs_real
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_payload_cut_off_anywhere_is_read_or_refused(body):
    for share in (0.1, 0.5, 0.9, 0.99):
        assert read_or_refuse(body[: int(len(body) * share)]) == ()
