"""How what is known of a customer lies in the customers table: a row for each item, versioned, as JSON."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from attune.adapters.clock import Clock
from attune.adapters.stored_sessions import StoredSession, as_json
from attune.domain.audience.index import audience_day, partition_of
from attune.domain.contacts import Ledger
from attune.domain.customers import Case, Consent, Due, Profile
from attune.domain.dues import due_mark, due_of_journey, stale_at
from attune.domain.dues import partition_of as due_partition_of
from attune.domain.go_aheads import GoAhead
from attune.domain.journeys import Journey
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.playbooks import JOURNEYS_REMEMBERED
from attune.domain.sessions import Session

type Item = Profile | Consent | Session | Ledger | Journey | Case | OnsiteNote | Due | PersonalNote | GoAhead

AUDIENCE_INDEX = "audience"
"""Sparse: holds the keys of items that may put their customer on an audience list (docs/audience.md)."""
DUE_INDEX = "due"
"""Sparse: holds all dues, and the journeys that run, by when to look at them (attune.domain.dues)."""
DUE_KEPT_FOR = timedelta(days=30)
"""Longer than any outage of what looks at dues."""
SESSION_KEPT_FOR = timedelta(days=30)
JOURNEY_KEPT_FOR = JOURNEYS_REMEMBERED

_KINDS: Mapping[str, Any] = {
    "PROFILE": Profile,
    "CONSENT": Consent,
    "CONTACTS": Ledger,
    "SESSION": StoredSession,
    "JOURNEY": Journey,
    "CASE": Case,
    "ONSITE": OnsiteNote,
    "DUE": Due,
    "NOTE": PersonalNote,
    "GOAHEAD": GoAhead,
}


def row_of(customer_id: str, item: Item, clock: Clock) -> dict[str, Any]:
    """Return the row that holds an item, with what the indexes and TTL need."""
    sort_key, expires = place_of(item, clock.now())
    row: dict[str, Any] = {
        "pk": {"S": partition_key(customer_id)},
        "sk": {"S": sort_key},
        "version": {"N": str(item.version)},
        "data": {"S": _as_json(sort_key, item)},
    }
    if expires is not None:
        row["expires_at"] = {"N": str(int(clock.to_real(expires).timestamp()))}
    if day := audience_day(item):
        row |= {"audience": {"S": partition_of(customer_id)}, "audience_day": {"S": day}}
    due_at = item.due_at if isinstance(item, Due) else stale_at(item)
    if due_at is not None:
        row |= {"due": {"S": due_partition_of(customer_id)}, "due_at": {"S": due_mark(due_at)}}
    return row


def version_before_first(item: Item, now: datetime) -> int:
    """Return after which version an item's first one comes.

    A session may be read a while before it is written (attune.adapters.customers_table). One that was deleted and began
    again meanwhile must not have come to the same version: what was deleted would be written over what is new.
    """
    return int(now.timestamp()) % 100_000 if isinstance(item, Session) else 0


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    """Return what reads and writes a kind of item; building one takes milliseconds, and most calls need three or four."""
    return TypeAdapter(_KINDS[kind])


def _kind(row: Mapping[str, Any]) -> str:
    return str(row["sk"]["S"]).partition("#")[0]


def is_known(row: Mapping[str, Any]) -> bool:
    """Whether this version knows such items; others are a newer version's, which was taken back or runs beside this one."""
    return _kind(row) in _KINDS


def item_in(row: Mapping[str, Any]) -> Any:
    """Return the item that a row holds, with its version."""
    return replace(_adapter(_kind(row)).validate_json(row["data"]["S"]), version=int(row["version"]["N"]))


def has_expired(row: Mapping[str, Any], now: float) -> bool:
    """TTL deletes days late; what has expired is gone for us."""
    return "expires_at" in row and float(row["expires_at"]["N"]) <= now


def _as_json(sort_key: str, item: Item) -> str:
    # A session remembers up to 64 signals: every kilobyte that it does not take is a write unit saved.
    return as_json(item) if isinstance(item, Session) else _adapter(sort_key.partition("#")[0]).dump_json(item).decode()


def due_in(row: Mapping[str, Any]) -> Due:
    """Return the due that a row of the index holds, or is."""
    item: Journey | Due = item_in(row)
    return due_of_journey(item) if isinstance(item, Journey) else item


def partition_key(customer_id: str) -> str:
    """Return the partition of a customer."""
    return f"CUSTOMER#{customer_id}"


def customer_id_of(key: str) -> str:
    """Return whose partition this is."""
    return key.removeprefix("CUSTOMER#")


def place_of(item: Item, now: datetime) -> tuple[str, datetime | None]:  # noqa: PLR0911 - one line for each kind of item
    """Return the sort key of an item, and the stage time after which it may go.

    A session is kept for a time after its last write, not its last event: a late batch is as fresh as it is late.
    """
    match item:
        case Profile():
            return "PROFILE", None
        case Consent():
            return "CONSENT", None
        case Ledger():
            return "CONTACTS", None
        case Session():
            return f"SESSION#{item.session_id}", now + SESSION_KEPT_FOR
        case Journey():
            return f"JOURNEY#{item.journey_id}", item.expires_at + JOURNEY_KEPT_FOR
        case Case():
            return f"CASE#{item.about}", item.opened_at + JOURNEY_KEPT_FOR
        case Due():
            return f"DUE#{item.name}", item.due_at + DUE_KEPT_FOR
        case PersonalNote():
            return f"NOTE#{item.note_id}", item.expires_at
        case OnsiteNote():
            return f"ONSITE#{item.note_id}", item.expires_at
        case GoAhead():
            return f"GOAHEAD#{item.contact_id}", item.asked_at + JOURNEY_KEPT_FOR
