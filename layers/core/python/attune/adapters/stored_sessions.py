"""How sessions are stored: a long form, field by field, and a short one that takes a third of the room.

In the short form each signal is a list (seconds since the one before, fingerprint, kind, and what else it has), and each
word of the context stands beside the seconds between the first signal and when it was told. DynamoDB bills what is
written by the kilobyte, and so most visits fit into one.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, NotRequired, TypedDict

from pydantic import BeforeValidator, TypeAdapter

from attune.domain.sessions import Entry, Session, SessionState
from attune.domain.signals import SignalKind

type Row = list[Any]
type StoredRow = (
    tuple[float, str, SignalKind]
    | tuple[float, str, SignalKind, int]
    | tuple[float, str, SignalKind, int, str]
    | tuple[float, str, SignalKind, int, str, str]
)
"""Seconds, fingerprint, kind, whether a server vouches for it, reference, order: what says nothing at the end is left out."""
A_SECOND = timedelta(seconds=1)
SHORTENED = frozenset({"tail", "context", "context_at"})
"""The fields that have another form; all others are as in the long one."""
_NOTHING_ELSE: Row = [0, "", ""]
_KINDS = {kind.value: kind for kind in SignalKind}
"""Looked up once for every signal, which takes less time than asking the enumeration."""


class ShortSession(TypedDict):
    """The short form; `since` is the instant of the first signal that is remembered."""

    session_id: str
    since: datetime
    tail: list[StoredRow]
    context: NotRequired[dict[str, tuple[str, float]]]
    checkpoint: NotRequired[SessionState]
    folded_until: NotRequired[datetime]
    origin: NotRequired[str]
    details: NotRequired[dict[str, Any]]
    moved_to: NotRequired[str]
    version: NotRequired[int]


def long_form(stored: Any) -> Any:
    """Return the fields of a stored session, whichever form they have."""
    if not isinstance(stored, dict) or "since" not in stored:
        return stored
    since = datetime.fromisoformat(stored["since"])
    context = stored.get("context", {})
    return {
        **{name: value for name, value in stored.items() if name != "since"},
        "tail": tuple(_entries(stored["tail"], since)),
        "context": {name: value for name, (value, _) in context.items()},
        "context_at": {name: since + timedelta(seconds=after) for name, (_, after) in context.items()},
    }


StoredSession = Annotated[Session, BeforeValidator(long_form, json_schema_input_type=Session | ShortSession)]
"""What a validator reads sessions by."""


def as_json(session: Session) -> str:
    """Return a session as it is stored: without what is as always, and short where that can be."""
    short = short_form(session)
    if short is None:
        return _long().dump_json(session, exclude_defaults=True).decode()
    others = _long().dump_python(session, mode="json", exclude_defaults=True, exclude=set(SHORTENED))
    return json.dumps(others | short, ensure_ascii=False, separators=(",", ":"))


def short_form(session: Session) -> dict[str, Any] | None:
    """Return what stands for the fields SHORTENED; None for a session that has no short form.

    Such a one remembers no signal to count from, or not when it was told of something.
    """
    if not session.tail or session.context.keys() != session.context_at.keys():
        return None
    since = session.tail[0].time
    fields: dict[str, Any] = {"since": since.isoformat(), "tail": list(_rows(session.tail, since))}
    if session.context:
        told = session.context_at
        fields["context"] = {name: [value, _seconds(told[name] - since)] for name, value in session.context.items()}
    return fields


@cache
def _long() -> TypeAdapter[Session]:
    return TypeAdapter(Session)


def _entries(rows: Iterable[Row], at: datetime) -> Iterator[Entry]:
    for after, fingerprint, kind, *rest in rows:
        at += timedelta(seconds=after)
        vouched, reference, order = rest + _NOTHING_ELSE[len(rest) :]
        yield Entry(at, fingerprint, _KINDS[kind], reference, bool(vouched), order)


def _rows(entries: Iterable[Entry], before: datetime) -> Iterator[Row]:
    for entry in entries:
        row: Row = [_seconds(entry.time - before), entry.fingerprint, entry.kind.value]
        rest: Row = [int(entry.vouched), entry.reference, entry.order]
        while rest and not rest[-1]:
            rest.pop()
        yield row + rest
        before = entry.time


def _seconds(span: timedelta) -> float:
    """Return seconds, whole ones as such; a float tells microseconds exactly for some hundred years."""
    seconds = span / A_SECOND
    return int(seconds) if seconds.is_integer() else seconds
