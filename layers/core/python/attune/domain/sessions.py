"""A customer's running session: what they did lately, in time order whatever order it arrived in.

A session is a checkpoint (everything older, folded into counters) and a tail (the latest entries, kept one by
one). The tail makes the session indifferent to the order of arrival, recognises duplicates by message id, and
finds moments in event time, so that a delayed batch finds the same moments as a live one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from operator import attrgetter

from attune.domain.details import Details, learnt
from attune.domain.folding import IDLE_AFTER, TAIL_LIMIT, Entry, SessionState, fold
from attune.domain.remembered_ids import fingerprint
from attune.domain.signals import Signal, SignalKind
from attune.domain.undertakings import Moment, Trigger, Undertaking, moments_to_come

__all__ = [
    "IDLE_AFTER",
    "TAIL_LIMIT",
    "Entry",
    "Moment",
    "Recorded",
    "Session",
    "SessionState",
    "Trigger",
    "Undertaking",
    "fingerprint",
    "fold",
    "moments_until",
    "open_moments",
    "record",
    "remembers",
    "state_of",
]

_IN_ORDER = attrgetter("time", "fingerprint")
"""By this entries are sorted: no two of a session have the same fingerprint."""


@dataclass(frozen=True)
class Session:
    """The stored session; `context_at` says of when each part of the context is, `version` counts the writes.

    `moved_to` is the customer who has it now, where a merge left the former one's behind.
    """

    session_id: str
    checkpoint: SessionState = field(default_factory=SessionState)
    folded_until: datetime | None = None
    tail: tuple[Entry, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    context_at: Mapping[str, datetime] = field(default_factory=dict)
    origin: str = ""
    details: Details = field(default_factory=dict)
    moved_to: str = ""
    version: int = 0

    @property
    def name(self) -> str:
        """What the session was called when it began: undertakings keep their keys when a merge moves it."""
        return self.origin or self.session_id

    @cached_property
    def folded(self) -> dict[tuple[Trigger, ...], "SessionState"]:
        """Its state by what is watched for, each worked out once: a session does not change, and is asked often."""
        return {}

    def keep_folded(self, other: "Session") -> None:
        """Take over what was worked out of another session that says the same, such as this one before it was written."""
        self.folded.update(other.folded)


@dataclass(frozen=True)
class Recorded:
    """The outcome of adding signals: the new session, how many changed nothing and why, and which were news."""

    session: Session
    accepted: int
    duplicates: int
    late: int
    news: frozenset[str] = frozenset()


def record(session: Session, signals: Iterable[Signal], triggers: Iterable[Trigger]) -> Recorded:
    """Add signals to a session; the same set of signals in any order gives the same session.

    Duplicates change nothing. A signal older than the checkpoint can no longer be told from a duplicate: it
    only moves the "last seen at" of its kind, which repeating cannot spoil.
    """
    triggers = tuple(triggers)
    known = {entry.fingerprint for entry in session.tail}
    tail = list(session.tail)
    checkpoint = session.checkpoint
    context, context_at, details = session.context, session.context_at, session.details
    duplicates = late = 0
    fresh: set[str] = set()
    for signal in signals:
        mark = fingerprint(signal.message_id)
        if mark in known:
            duplicates += 1
            continue
        known.add(mark)
        news = _news(signal, context, context_at)
        if news:
            context, context_at = {**context, **news}, {**context_at, **dict.fromkeys(news, signal.time)}
        details = learnt(details, signal.order or signal.reference, signal.details, signal.time)
        if session.folded_until is not None and signal.time <= session.folded_until:
            checkpoint = replace(checkpoint, last_at=_latest(checkpoint.last_at, signal.kind, signal.time))
            late += 1
            continue
        tail.append(Entry(signal.time, mark, signal.kind, signal.reference, signal.vouched, signal.order))
        fresh.add(signal.message_id)
    in_order = _sort(tail, known=len(session.tail)) and not late
    added = tail[len(session.tail) :]
    folded_until = session.folded_until
    if len(tail) > TAIL_LIMIT:
        old, tail = tail[:-TAIL_LIMIT], tail[-TAIL_LIMIT:]
        checkpoint = fold(checkpoint, old, triggers, session_id=session.name)
        folded_until = old[-1].time
    if not fresh and not late:
        return Recorded(session, 0, duplicates, 0)
    changed = replace(
        session,
        checkpoint=checkpoint,
        folded_until=folded_until,
        tail=tuple(tail),
        context=context,
        context_at=context_at,
        details=details,
    )
    for watched, state in session.folded.items() if in_order else ():
        # What was known needs only the new steps; what left the tail was folded for `triggers`, and for no others.
        if checkpoint is session.checkpoint or watched == triggers:
            changed.folded[watched] = fold(state, added, watched, session_id=session.name)
    return Recorded(changed, len(fresh), duplicates, late, frozenset(fresh))


def remembers(session: Session, signal: Signal) -> bool:
    """Whether a session that a merge moved here has seen a signal, or is too old to tell that it has not."""
    mark = fingerprint(signal.message_id)
    too_old = session.folded_until is not None and signal.time <= session.folded_until
    return too_old or any(entry.fingerprint == mark for entry in session.tail)


def state_of(session: Session, triggers: Iterable[Trigger], *, until: datetime | None = None) -> SessionState:
    """Fold the whole session, or what of it happened no later than `until`.

    Without triggers it is the counters and times that are asked for, and nothing is open: they are the same whatever is
    watched for, so that any state tells them that was worked out before.
    """
    triggers = tuple(triggers)
    if until is not None and session.tail and session.tail[-1].time > until:
        entries = [entry for entry in session.tail if entry.time <= until]
        return fold(session.checkpoint, entries, triggers, session_id=session.name)
    known = session.folded.get(triggers)
    if known is None:
        known = next(iter(session.folded.values()), None) if not triggers else None
        known = known or fold(session.checkpoint, session.tail, triggers, session_id=session.name)
        known = session.folded[triggers] = known if triggers else replace(known, undertakings={}, moments=())
    return known


def moments_until(state: SessionState, triggers: Iterable[Trigger], now: datetime) -> tuple[Moment, ...]:
    """Return the moments found so far, with those that end in the silence up to `now`."""
    return state.moments + tuple(moment for moment in open_moments(state, triggers) if moment.due_at <= now)


def open_moments(state: SessionState, triggers: Iterable[Trigger]) -> tuple[Moment, ...]:
    """Return the moments that will come if nothing more happens, each with the instant at which it does."""
    return moments_to_come(state.undertakings, triggers, state.last_seen)


def _news(signal: Signal, context: Mapping[str, str], context_at: Mapping[str, datetime]) -> dict[str, str]:
    """Return what a signal knows better of the surroundings, name by name; at the same instant the greater text wins."""
    return {
        name: value
        for name, value in signal.context.items()
        if (at := context_at.get(name)) is None or (signal.time, value) > (at, context[name])
    }


def _sort(tail: list[Entry], *, known: int) -> bool:
    """Sort entries of which so many are sorted already; return whether those still come first."""
    tail[known:] = sorted(tail[known:], key=_IN_ORDER)
    if known in {0, len(tail)} or _IN_ORDER(tail[known - 1]) < _IN_ORDER(tail[known]):
        return True
    tail.sort(key=_IN_ORDER)
    return False


def _latest(last_at: Mapping[SignalKind, datetime], kind: SignalKind, time: datetime) -> Mapping[SignalKind, datetime]:
    known = last_at.get(kind)
    return last_at if known is not None and known >= time else {**last_at, kind: time}
