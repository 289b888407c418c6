"""Fold what is remembered of a session, signal after signal, into counters and what is open.

This is what reading a session costs, for every event and again wherever one is looked at. So a fold works on dictionaries of
its own, looks up by the kind of a signal which playbooks it concerns, and freezes the state once, at the end. What it must
come to is told plainly in `tests/support/plain_folding.py`, and a test holds it to that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from attune.domain.browsing import NO_BROWSING, Browsing
from attune.domain.signals import LIVE_KINDS, SignalKind
from attune.domain.undertakings import (
    Correlation,
    Moment,
    Trigger,
    Undertaking,
    Undertakings,
    after,
    name_of,
    playbook_of,
)

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
class _Watched:
    """Triggers, one of a playbook each, sorted by what a fold asks: those of somebody here, and those of what happens elsewhere."""

    triggers: tuple[Trigger, ...]
    concerned: Mapping[SignalKind, tuple[Trigger, ...]]
    """By the kind of a signal, those in whose undertakings it changes something."""
    of_a_visit: tuple[str, ...]
    """The playbooks whose undertakings end with their visit."""
    soonest: timedelta
    """The shortest quiet period: after a shorter silence none has ended."""


@lru_cache(maxsize=256)
def _watched(triggers: tuple[Trigger, ...]) -> tuple[_Watched, _Watched]:
    """Return what is watched of somebody who is here, and of what happens elsewhere."""
    # What happens elsewhere does not break the silence; it may still open or close what an event opened.
    return _sorted(triggers), _sorted(tuple(trigger for trigger in triggers if trigger.by_event))


def _sorted(triggers: tuple[Trigger, ...]) -> _Watched:
    concerned: dict[SignalKind, list[Trigger]] = {}
    for trigger in triggers:
        for kind in trigger.kinds if not trigger.by_silence else ():
            concerned.setdefault(kind, []).append(trigger)
    return _Watched(
        triggers,
        {kind: tuple(found) for kind, found in concerned.items()},
        tuple(trigger.playbook for trigger in triggers if trigger.correlation is Correlation.VISIT),
        min((trigger.quiet_period for trigger in triggers if not trigger.by_event), default=timedelta.max),
    )


def fold(
    state: SessionState, entries: Iterable[Entry], triggers: tuple[Trigger, ...], *, session_id: str
) -> SessionState:
    """Fold entries in time order into a state; `triggers` are what is watched for, one for a playbook at most."""
    entries = tuple(entries)
    if not entries:
        return state
    folding = _Folding(state, triggers, session_id)
    for entry in entries:
        folding.take(entry)
    return folding.state()


class _Folding:
    """A state that is being folded: what `SessionState` says, with the undertakings of each playbook apart."""

    def __init__(self, state: SessionState, triggers: tuple[Trigger, ...], session_id: str) -> None:
        self._here, self._elsewhere = _watched(triggers)
        self._session_id = session_id
        self._started_at, self._last_seen, self._visits = state.started_at, state.last_seen, state.visits
        self._counts, self._vouched = dict(state.counts), dict(state.vouched)
        self._last_at = dict(state.last_at)
        self._browsing = state.browsing
        self._moments = list(state.moments)
        self._open: dict[str, Undertakings] = {}
        """By playbook, and by name; no playbook is in it that has none."""
        for name, one in state.undertakings.items():
            playbook = playbook_of(name)
            self._open[playbook] = {**self._open.get(playbook, {}), name: one}

    def take(self, entry: Entry) -> None:
        """Take the next signal in."""
        kind, time = entry.kind, entry.time
        is_live = kind in LIVE_KINDS
        idle = is_live and self._last_seen is not None and time - self._last_seen > IDLE_AFTER
        watched = self._here if is_live else self._elsewhere
        if self._open:
            self._find_moments(watched, time)
        if self._open and is_live:
            self._drop(watched, new_visit=idle)
        for trigger in watched.concerned.get(kind, ()):
            self._keep(trigger.playbook, after(entry, self._open.get(trigger.playbook, {}), trigger, self._session_id))
        if idle:
            self._counts, self._vouched = {}, {}
        self._counts[kind] = self._counts.get(kind, 0) + 1
        if entry.vouched:
            self._vouched[kind] = self._vouched.get(kind, 0) + 1
        known = self._last_at.get(kind)
        if known is None or known < time:
            self._last_at[kind] = time
        if is_live:
            self._see(kind, time, idle=idle)

    def _see(self, kind: SignalKind, time: datetime, *, idle: bool) -> None:
        if idle or self._started_at is None:
            self._started_at = time
            self._visits += 1
        self._last_seen = time
        self._browsing = (NO_BROWSING if idle else self._browsing).went_on(kind, time)

    def _find_moments(self, watched: _Watched, time: datetime) -> None:
        """Keep the moments that have come by now; what an event opened is over with its moment."""
        quiet = self._last_seen is not None and time - self._last_seen >= watched.soonest
        found: list[Moment] = []
        for trigger in watched.triggers:
            own = self._open.get(trigger.playbook)
            if own and (trigger.by_event or (quiet and not trigger.gives_way_to(self._open_books()))):
                found += [
                    moment for moment in trigger.moments_of(own.values(), self._last_seen) if moment.due_at <= time
                ]
        for moment in found:
            over = name_of(moment.playbook, moment.key)
            own = self._open.get(moment.playbook, {})
            if over in own:
                self._keep(moment.playbook, {name: one for name, one in own.items() if name != over})
        if found:
            self._moments = [*self._moments, *found][-KEPT_MOMENTS:]

    def _open_books(self) -> list[str]:
        """Return the playbooks that have something open, be it excluded."""
        return [playbook for playbook, own in self._open.items() if any(one.key for one in own.values())]

    def _drop(self, watched: _Watched, *, new_visit: bool) -> None:
        """Drop what no playbook watches any longer, and what ended with the visit."""
        ended = watched.of_a_visit if new_visit else ()
        known = {trigger.playbook for trigger in watched.triggers}
        for playbook in [one for one in self._open if one not in known or one in ended]:
            del self._open[playbook]

    def _keep(self, playbook: str, own: Undertakings) -> None:
        if own:
            self._open[playbook] = own
        else:
            self._open.pop(playbook, None)

    def state(self) -> SessionState:
        """Return the state after what was taken in."""
        return SessionState(
            self._started_at,
            self._last_seen,
            self._counts,
            self._vouched,
            self._browsing,
            self._visits,
            self._last_at,
            {name: one for own in self._open.values() for name, one in own.items()},
            tuple(self._moments),
        )
