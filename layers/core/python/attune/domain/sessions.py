"""A customer's running session: what they did lately, in time order whatever order it arrived in.

A session is a checkpoint (everything older, folded into counters) and a tail (the latest entries, kept one by
one). The tail makes the session indifferent to the order of arrival, recognises duplicates by message id, and
finds moments in event time, so that a delayed batch finds the same moments as a live one.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from attune.domain.browsing import NO_BROWSING, Browsing
from attune.domain.details import Details, learnt
from attune.domain.signals import LIVE_KINDS, Signal, SignalKind
from attune.domain.undertakings import Moment, Trigger, Undertaking, moments_to_come, went_on, without

__all__ = [
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

TAIL_LIMIT = 64
IDLE_AFTER = timedelta(minutes=30)
KEPT_MOMENTS = TAIL_LIMIT
"""As many as a tail can bring: what a late batch finds must still be known when somebody comes to look at it."""


@dataclass(frozen=True, order=True)
class Entry:
    """One remembered signal: its time, a short hash of its message id, its kind, reference and order."""

    time: datetime
    fingerprint: str
    kind: SignalKind
    reference: str = ""
    vouched: bool = False
    order: str = ""


@dataclass(frozen=True)
class SessionState:
    """A session folded up to some instant: counters of the current visit, and what is open.

    `vouched` counts those of `counts` that a server saw; `visits` is how many visits there were, this one included.
    """

    started_at: datetime | None = None
    last_seen: datetime | None = None
    counts: Mapping[SignalKind, int] = field(default_factory=dict)
    vouched: Mapping[SignalKind, int] = field(default_factory=dict)
    browsing: Browsing = NO_BROWSING
    visits: int = 0
    last_at: Mapping[SignalKind, datetime] = field(default_factory=dict)
    undertakings: Mapping[str, Undertaking] = field(default_factory=dict)
    moments: tuple[Moment, ...] = ()

    def count(self, kind: SignalKind) -> int:
        """Return how often this kind was seen in the current visit."""
        return self.counts.get(kind, 0)


@dataclass(frozen=True)
class Session:
    """The stored session; `context_at` says of when each part of the context is, `version` counts the writes."""

    session_id: str
    checkpoint: SessionState = field(default_factory=SessionState)
    folded_until: datetime | None = None
    tail: tuple[Entry, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    context_at: Mapping[str, datetime] = field(default_factory=dict)
    origin: str = ""
    details: Details = field(default_factory=dict)
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


def fingerprint(message_id: str) -> str:
    """Return the short hash under which a message id is remembered (72 bits, 12 characters)."""
    return base64.urlsafe_b64encode(hashlib.blake2b(message_id.encode(), digest_size=9).digest()).decode()


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
    tail.sort()
    in_order = not late and tail[: len(session.tail)] == list(session.tail)
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
    """Fold the whole session, or what of it happened no later than `until`."""
    triggers = tuple(triggers)
    if until is not None and session.tail and session.tail[-1].time > until:
        entries = [entry for entry in session.tail if entry.time <= until]
        return fold(session.checkpoint, entries, triggers, session_id=session.name)
    if triggers not in session.folded:
        session.folded[triggers] = fold(session.checkpoint, session.tail, triggers, session_id=session.name)
    return session.folded[triggers]


def fold(
    state: SessionState, entries: Iterable[Entry], triggers: tuple[Trigger, ...], *, session_id: str
) -> SessionState:
    """Fold entries in time order into a state."""
    for entry in entries:
        state = _step(state, entry, triggers, session_id)
    return state


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


def _step(state: SessionState, entry: Entry, triggers: tuple[Trigger, ...], session_id: str) -> SessionState:
    is_live = entry.kind in LIVE_KINDS
    idle = is_live and state.last_seen is not None and entry.time - state.last_seen > IDLE_AFTER
    # What happens elsewhere does not break the silence; it may still open or close what an event opened.
    watching = triggers if is_live else tuple(trigger for trigger in triggers if trigger.by_event)
    moments = tuple(moment for moment in open_moments(state, watching) if moment.due_at <= entry.time)
    still_open = without(state.undertakings, moments)
    undertakings = went_on(still_open, entry, watching, session_id, new_visit=idle)
    if not is_live:
        watched = {trigger.playbook for trigger in watching}
        others = {name: one for name, one in still_open.items() if name.partition("#")[0] not in watched}
        undertakings = {**others, **undertakings}
    state = replace(
        state,
        counts=_counted({} if idle else state.counts, entry.kind),
        vouched=_vouched({} if idle else state.vouched, entry),
        last_at=_latest(state.last_at, entry.kind, entry.time),
        undertakings=undertakings,
        moments=(state.moments + moments)[-KEPT_MOMENTS:],
    )
    if not is_live:
        return state
    begins = idle or state.started_at is None
    return replace(
        state,
        started_at=entry.time if begins else state.started_at,
        last_seen=entry.time,
        browsing=(NO_BROWSING if idle else state.browsing).went_on(entry.kind, entry.time),
        visits=state.visits + begins,
    )


def _counted(counts: Mapping[SignalKind, int], kind: SignalKind) -> Mapping[SignalKind, int]:
    return {**counts, kind: counts.get(kind, 0) + 1}


def _vouched(vouched: Mapping[SignalKind, int], entry: Entry) -> Mapping[SignalKind, int]:
    return _counted(vouched, entry.kind) if entry.vouched else vouched


def _latest(last_at: Mapping[SignalKind, datetime], kind: SignalKind, time: datetime) -> Mapping[SignalKind, datetime]:
    known = last_at.get(kind)
    return last_at if known is not None and known >= time else {**last_at, kind: time}
