"""Moments that are days away, and suggestions for people: what has to be looked at on a day, and for whom.

A queue that holds a message for a quarter of an hour is a poor calendar for a week. What is further away than
LONGEST_WATCH lies in the customer's own rows, found by the day it is due.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from attune.domain.customers import Customer, Due
from attune.domain.journeys import Journey, JourneyStatus
from attune.domain.sessions import Session, state_of
from attune.domain.undertakings import Moment, Trigger

LONGEST_WATCH = timedelta(hours=6)
"""What is due sooner goes round on the watch queue, every quarter of an hour once."""
STALE_AFTER = timedelta(days=8)
"""A journey that is kept as running so long after its hard end has no execution any more."""
JOURNEY = "#journey"
"""What stands for a playbook in the due of a journey itself."""
MERGED = "#merged"
"""What stands for a playbook in the due of somebody who became another customer."""
SECOND_LOOK_AFTER = timedelta(minutes=5)
"""Longer than whoever read a customer before a merge takes to write something of theirs."""
PARTITIONS = 16
"""Over how many keys of the index dues are spread: one key takes 1,000 writes a second."""


def due_of(moment: Moment, session_id: str) -> Due:
    """Return what has to be looked at for a moment."""
    name = f"{moment.playbook}#{moment.key}"
    return Due(name=name, playbook=moment.playbook, key=moment.key, session_id=session_id, due_at=moment.due_at)


def due_of_merge(source: Customer, now: datetime) -> Due:
    """Return what has to be looked at once more after a user became another one: what began under their id at that moment."""
    known = source.dues.get(MERGED)
    due = Due(name=MERGED, playbook=MERGED, key=source.customer_id, due_at=now + SECOND_LOOK_AFTER)
    return replace(due, version=known.version) if known else due


def stale_at(item: object) -> datetime | None:
    """Return when to look whether a journey was left behind as running; None for what needs no such look."""
    if isinstance(item, Journey) and item.status is JourneyStatus.RUNNING:
        return item.expires_at + STALE_AFTER
    return None


def due_of_journey(journey: Journey) -> Due:
    """Return what has to be looked at once a journey should long be over."""
    due_at = journey.expires_at + STALE_AFTER
    return Due(name=f"{JOURNEY}#{journey.journey_id}", playbook=JOURNEY, key=journey.journey_id, due_at=due_at)


def silences(customer: Customer, changed: Iterable[Session], triggers: Iterable[Trigger]) -> Iterator[Due]:
    """Yield when a customer will have been silent for as long as playbooks wait that are about the whole customer.

    Whoever did once what opens it is waited for; each sign of them puts it off. It is told to the day: a customer who
    comes often costs one write a day, not one for every click.
    """
    watching = [trigger for trigger in triggers if trigger.by_silence]
    states = [(session, state_of(session, ())) for session in changed] if watching else []
    seen = [(state.last_seen, session, state) for session, state in states if state.last_seen is not None]
    for trigger in watching:
        known = customer.dues.get(trigger.playbook)
        did = known is not None or any(kind in state.last_at for _, state in states for kind in trigger.opened_by)
        if not did or not seen:
            continue
        last, session, _ = max(seen, key=lambda one: (one[0], one[1].session_id))
        due_at = last + trigger.quiet_period
        if known is None or due_at.date() > known.due_at.date():
            key = last.astimezone(UTC).date().isoformat()
            yield Due(
                name=trigger.playbook,
                playbook=trigger.playbook,
                key=key,
                session_id=session.session_id,
                due_at=due_at,
                version=known.version if known else 0,
            )


def may_move_silence(before: Session, after: Session, triggers: Iterable[Trigger]) -> bool:
    """Whether what happened between two states of a session may let a silence be waited for, or put one off to another day.

    So that nothing else has to be known of the customer, whoever did in this session what opens one always may. What
    happens elsewhere (a delivery is late) is no sign of the customer, and neither begins nor ends a day.
    """
    watching = [trigger for trigger in triggers if trigger.by_silence]
    if not watching:
        return False
    seen, state = state_of(before, ()).last_seen, state_of(after, ())
    if seen is None or any(kind in state.last_at for trigger in watching for kind in trigger.opened_by):
        return True
    sees = state.last_seen or seen
    return any((seen + one.quiet_period).date() != (sees + one.quiet_period).date() for one in watching)


def is_still_silent(customer: Customer, moment: Moment, trigger: Trigger) -> bool:
    """Whether a customer has given no sign since the day on which their silence began."""
    began = trigger.quiet_since(moment.due_at)
    seen = (state_of(session, ()).last_seen for session in customer.sessions.values())
    return all(last is None or last <= began for last in seen)


def partition_of(customer_id: str) -> str:
    """Return under which key of the index a customer's dues are."""
    return partition_name(hashlib.sha256(customer_id.encode()).digest()[0] % PARTITIONS)


def partition_name(number: int) -> str:
    """Return the key of one of the PARTITIONS."""
    return f"DUE#{number:02d}"


def due_mark(at: datetime) -> str:
    """Return an instant as the index sorts it, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
