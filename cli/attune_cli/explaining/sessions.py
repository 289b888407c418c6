"""Read a session from a file of events, and score it as ingestion and the watcher would."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attune.adapters.senders import read_event
from attune.domain.absorbing import absorb
from attune.domain.customers import Customer, Profile
from attune.domain.errors import RejectedEventError
from attune.domain.friction import FrictionScore, FrictionScorer
from attune.domain.sessions import Session, SessionState
from attune.domain.signals import Fact, Signal
from attune.domain.situation import friction_of
from attune_cli.errors import InputError

SHAPE = "a JSON list of events (Segment calls or EventBridge events), one event a line, or an object with `events`"
NOBODYS_SECRET = "00" * 32
ANY_TIME = datetime(9999, 1, 1, tzinfo=UTC)
"""A file may be of any time, also of one to come: what it says of time is taken as it is."""


@dataclass(frozen=True)
class Explained:
    """A session's score, with what the session is called and how much was read of it."""

    session_id: str
    signals: int
    state: SessionState
    friction: FrictionScore


def explain_file(path: Path, scorer: FrictionScorer, *, session_id: str = "") -> Explained:
    """Score the session in a file (the one seen last, if it holds several); raise InputError where it cannot be read."""
    facts = read_facts(read_events(path), path)
    signals = [fact for fact in facts if isinstance(fact, Signal)]
    if not signals:
        raise InputError(f"{path}: no event in it is something a customer did", SHAPE)
    handle = signals[-1].customer_id
    theirs = [_as_theirs(fact, handle) for fact in facts]
    known = Customer(profile=Profile(customer_id=handle, subject_secret=NOBODYS_SECRET))
    changed = absorb(known, theirs, ()).changed
    customer = replace(
        known,
        profile=next((item for item in changed if isinstance(item, Profile)), known.profile),
        sessions={item.session_id: item for item in changed if isinstance(item, Session)},
    )
    names = sorted(customer.sessions)
    if session_id and session_id not in customer.sessions:
        raise InputError(
            f"{path}: there is no session {session_id!r} in it", f"--session with one of {', '.join(names)}"
        )
    if session_id:
        customer = replace(customer, sessions={session_id: customer.sessions[session_id]})
    current = customer.current_session(())
    if current is None:
        raise InputError(f"{path}: nothing in it happened on the site or in the app", SHAPE)
    session, state = current
    count = sum(signal.session_id == session.session_id for signal in signals)
    return Explained(session.session_id, count, state, friction_of(customer, session, state, scorer))


def read_facts(events: Iterable[Mapping[str, Any]], path: Path = Path("-")) -> list[Fact]:
    """Read events as ingestion does; raise InputError naming the event that does not fit."""
    return [fact for number, event in enumerate(events, start=1) for fact in _facts(event, number, path)]


def read_events(path: Path) -> list[Mapping[str, Any]]:
    """Return the events of a file; raise InputError saying which line or place is no event."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 text", SHAPE) from error
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        first = next((line for line in text.splitlines() if line.strip()), "{}")
        if first.strip()[-1] in "[{,:":
            # Written over several lines, so that the first alone cannot be what is wrong.
            raise InputError(f"{path}, line {error.lineno}: not JSON ({error})", SHAPE) from error
        return list(_lines(path, text))
    listed = whole.get("events", [whole]) if isinstance(whole, dict) else whole
    if not isinstance(listed, list) or not all(isinstance(event, dict) for event in listed):
        raise InputError(f"{path}: its events are no JSON objects", SHAPE)
    return listed


def _lines(path: Path, text: str) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}, line {number}: not JSON ({error})", SHAPE) from error
        if not isinstance(event, dict):
            raise InputError(f"{path}, line {number}: an event is a JSON object", SHAPE)
        yield event


def _facts(event: Mapping[str, Any], number: int, path: Path) -> Iterable[Fact]:
    enveloped = "detail" in event
    envelope = event if enveloped else {"id": f"e-{number}", "source": "app.file", "detail-type": "", "detail": event}
    try:
        return read_event(json.dumps(envelope), ANY_TIME)
    except RejectedEventError as error:
        raise InputError(f"{path}, event {number}: {error}", "attune events show <event>") from error


def _as_theirs[T: Fact](fact: T, handle: str) -> T:
    """Return a fact as one about the customer the file is about, by whichever of their names it came."""
    return replace(fact, customer_id=handle) if hasattr(fact, "customer_id") else fact
