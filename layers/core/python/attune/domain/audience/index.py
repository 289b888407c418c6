"""Which stored items say that their customer may belong on an audience list: a sparse index is kept of these.

The index only finds people to look at. Whether they are on a list is decided on the whole customer, so that an index
entry too many costs a read, and rules can change without a single item being written again.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

from attune.domain.customers import Case, Consent
from attune.domain.friction_levels import Level
from attune.domain.journeys import Journey, JourneyStatus
from attune.domain.sessions import Session
from attune.domain.signals import SignalKind

STANDING = "standing"
"""Instead of a day, for what lasts until it is taken back; sorts after every day."""
PARTITIONS = 16
"""Over how many keys of the index customers are spread: one key takes 1,000 writes a second."""
TROUBLE = frozenset(
    {
        SignalKind.FORM_FAILED,
        SignalKind.PAYMENT_FAILED,
        SignalKind.DELIVERY_DELAYED,
        SignalKind.RAGE_CLICKED,
        SignalKind.ERROR_CLICKED,
        SignalKind.DEAD_CLICKED,
        SignalKind.SEARCHED_IN_VAIN,
    }
)
RELOADS = 3
"""From so many on, reloads are trouble too: everybody reloads a page now and then."""


def audience_day(item: object) -> str:
    """Return the last day (UTC, YYYY-MM-DD) of what an item tells, STANDING, or "" for nothing that lists are about."""
    match item:
        case Consent():
            return STANDING if item.own_refusals else ""
        case Case():
            return STANDING if item.resolved_at is None else ""
        case Journey(status=JourneyStatus.RUNNING):
            return STANDING
        case Journey(friction_level=Level.HIGH):
            return _day(item.since)
        case Session():
            return max(map(_day, _telling(item)), default="")
        case _:
            return ""


def partition_of(customer_id: str) -> str:
    """Return under which key of the index a customer's items are."""
    return partition_name(hashlib.sha256(customer_id.encode()).digest()[0] % PARTITIONS)


def partition_name(number: int) -> str:
    """Return the key of one of the PARTITIONS."""
    return f"AUDIENCE#{number:02d}"


def _telling(session: Session) -> Iterator[datetime]:
    """Yield the times of orders and trouble in a session."""
    reloads = [entry.time for entry in session.tail if entry.kind is SignalKind.RELOADED]
    before = session.checkpoint.counts.get(SignalKind.RELOADED, 0)
    kinds = TROUBLE | {SignalKind.ORDERED}
    yield from (entry.time for entry in session.tail if entry.kind in kinds)
    yield from (at for kind, at in session.checkpoint.last_at.items() if kind in kinds)
    if len(reloads) + before >= RELOADS:
        yield from reloads or [session.checkpoint.last_at[SignalKind.RELOADED]]


def _day(at: datetime) -> str:
    return at.astimezone(UTC).date().isoformat()
