"""What folding a session comes to, told as plainly as it can be: `attune.domain.folding` must come to the same, only sooner."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from attune.domain.browsing import NO_BROWSING
from attune.domain.folding import IDLE_AFTER, KEPT_MOMENTS, Entry, SessionState
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


def fold_plainly(
    state: SessionState, entries: Iterable[Entry], triggers: tuple[Trigger, ...], session_id: str
) -> SessionState:
    """Fold entries in time order into a state."""
    for entry in entries:
        state = _step(state, entry, triggers, session_id)
    return state


def _step(state: SessionState, entry: Entry, triggers: tuple[Trigger, ...], session_id: str) -> SessionState:
    is_live = entry.kind in LIVE_KINDS
    idle = is_live and state.last_seen is not None and entry.time - state.last_seen > IDLE_AFTER
    watching = triggers if is_live else tuple(trigger for trigger in triggers if trigger.by_event)
    moments = tuple(
        moment for moment in _to_come(state.undertakings, watching, state.last_seen) if moment.due_at <= entry.time
    )
    over = {name_of(moment.playbook, moment.key) for moment in moments}
    still_open = {name: one for name, one in state.undertakings.items() if name not in over}
    undertakings = _went_on(still_open, entry, watching, session_id, new_visit=idle)
    if not is_live:
        watched = {trigger.playbook for trigger in watching}
        others = {name: one for name, one in still_open.items() if playbook_of(name) not in watched}
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


def _to_come(undertakings: Undertakings, triggers: Iterable[Trigger], last_seen: datetime | None) -> tuple[Moment, ...]:
    open_books = {playbook_of(name) for name, one in undertakings.items() if one.key}
    found = []
    for trigger in triggers:
        if not trigger.by_event and any(trigger.outranked_by(other) for other in open_books):
            continue
        for name, one in undertakings.items():
            since = one.opened_at if trigger.by_event else last_seen
            if playbook_of(name) == trigger.playbook and one.is_open and since is not None:
                found.append(Moment(since + trigger.quiet_period, trigger.playbook, one.key))
    return tuple(found)


def _went_on(
    undertakings: Undertakings, entry: Entry, triggers: Iterable[Trigger], session_id: str, *, new_visit: bool
) -> Undertakings:
    kept: dict[str, Undertaking] = {}
    for trigger in triggers:
        own: Undertakings = {name: one for name, one in undertakings.items() if playbook_of(name) == trigger.playbook}
        if new_visit and trigger.correlation is Correlation.VISIT:
            own = {}
        if entry.kind in trigger.kinds and not trigger.by_silence:
            own = after(entry, own, trigger, session_id)
        kept |= own
    return kept


def _counted(counts: Mapping[SignalKind, int], kind: SignalKind) -> Mapping[SignalKind, int]:
    return {**counts, kind: counts.get(kind, 0) + 1}


def _vouched(vouched: Mapping[SignalKind, int], entry: Entry) -> Mapping[SignalKind, int]:
    return _counted(vouched, entry.kind) if entry.vouched else vouched


def _latest(last_at: Mapping[SignalKind, datetime], kind: SignalKind, time: datetime) -> Mapping[SignalKind, datetime]:
    known = last_at.get(kind)
    return last_at if known is not None and known >= time else {**last_at, kind: time}
