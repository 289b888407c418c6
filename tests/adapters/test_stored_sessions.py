"""Sessions are read in the form in which the version before writes them, and in the short one."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from attune.adapters.stored_sessions import StoredSession, as_json
from attune.domain.sessions import Entry, Session
from attune.domain.signals import SignalKind
from tests.support.builders import NOON, session_of, signal, story

SESSIONS: TypeAdapter[Session] = TypeAdapter(StoredSession)
WORDS = st.text(max_size=12)
INSTANTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2035, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))]),
)
ENTRIES = st.builds(
    Entry,
    time=INSTANTS,
    fingerprint=st.text("abcXYZ-_", min_size=12, max_size=12),
    kind=st.sampled_from(SignalKind),
    reference=WORDS,
    vouched=st.booleans(),
    order=WORDS,
)
TOLD = st.dictionaries(st.text(min_size=1, max_size=8), st.tuples(WORDS, INSTANTS), max_size=4)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    told = draw(TOLD)
    return Session(
        session_id=draw(st.text(min_size=1, max_size=8)),
        tail=tuple(sorted(draw(st.lists(ENTRIES, min_size=1, max_size=24)))),
        context={name: value for name, (value, _) in told.items()},
        context_at={name: at for name, (_, at) in told.items()},
        origin=draw(WORDS),
    )


@settings(max_examples=40, deadline=None)
@given(sessions())
def test_a_session_comes_back_from_its_short_form_to_the_microsecond(session: Session) -> None:
    assert "since" in json.loads(as_json(session))
    assert SESSIONS.validate_json(as_json(session)) == session


@settings(max_examples=40, deadline=None)
@given(sessions())
def test_a_session_comes_back_from_its_long_form(session: Session) -> None:
    assert SESSIONS.validate_json(SESSIONS.dump_json(session, exclude_defaults=True)) == session


def test_what_was_folded_stays_as_it_is_beside_the_short_form() -> None:
    session = session_of([signal(SignalKind.PRODUCT_ADDED), *story(*((SignalKind.VIEWED, n) for n in range(1, 90)))])

    assert session.folded_until is not None
    assert SESSIONS.validate_json(as_json(session)) == session


def test_a_signal_takes_a_third_of_the_room() -> None:
    tail = tuple(Entry(NOON + timedelta(seconds=40 * n), f"fingerprint{n % 10}", SignalKind.VIEWED, "", vouched=True) for n in range(64))  # fmt: skip
    long = SESSIONS.dump_json(Session("visit", tail=tail), exclude_defaults=True)

    assert len(as_json(Session("visit", tail=tail))) < len(long) / 3


@pytest.mark.parametrize(
    "session",
    [
        Session("nothing yet"),
        replace(session_of([signal(SignalKind.VIEWED, context={"device": "phone"})]), context_at={}),
    ],
)
def test_what_has_no_instants_to_count_from_keeps_the_long_form(session: Session) -> None:
    assert "since" not in json.loads(as_json(session))
    assert SESSIONS.validate_json(as_json(session)) == session


def test_the_schema_of_what_can_be_read_knows_both_forms() -> None:
    session = session_of([signal(SignalKind.VIEWED, context={"device": "phone"})])
    reads = Draft202012Validator(SESSIONS.json_schema(mode="validation"))

    assert list(reads.iter_errors(json.loads(as_json(session)))) == []
    assert list(reads.iter_errors(SESSIONS.dump_python(session, mode="json"))) == []
    assert list(reads.iter_errors({"session_id": "visit", "tail": "of another version"})) != []
    of_a_kind_unknown = {**json.loads(as_json(session)), "tail": [[0, "fingerprint1", "telepathy"]]}
    assert list(reads.iter_errors(of_a_kind_unknown)) != []
