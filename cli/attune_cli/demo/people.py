"""What a person in the demo is, and what they can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from attune.domain.holdout import in_holdout
from attune.domain.playbooks import Playbook

HOUR = timedelta(hours=1)

type Call = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """Something a person does, so long after the shop opened."""

    after: timedelta
    calls: tuple[Call, ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """One customer: who they are, what they allow, what they do, and what they do once a message reaches them."""

    customer_id: str
    name: str
    about: str
    traits: Mapping[str, Any]
    consents: tuple[str, ...] = ("sms", "email")
    acts: tuple[Act, ...] = ()
    on_message: tuple[Call, ...] = field(default=())


AGO = "ago"
"""Under which a call says how long before now it happened; taken out when it is played."""


def before(ago: timedelta, call: Call) -> Call:
    """Return a call about something that happened some time ago, and is told of now."""
    return {**call, AGO: ago}


AHEAD = "ahead"
"""Under which a call names properties that are days to come, by how long after it; taken out when it is played."""


def with_days(call: Call, **ahead: timedelta) -> Call:
    """Return a call that names days to come, so long after it is played: the shop may open later than it was to."""
    return {**call, AHEAD: ahead}


def as_told(call: Call, at: datetime) -> dict[str, Any]:
    """Return a call as it is published at a time: what only the play reads is gone, and days to come are named."""
    plain = {name: value for name, value in call.items() if name not in {AGO, AHEAD}}
    days = {name: (at + ahead).date().isoformat() for name, ahead in call.get(AHEAD, {}).items()}
    return {**plain, "properties": {**plain["properties"], **days}} if days else plain


def page(path: str, *, context: Mapping[str, Any] | None = None) -> Call:
    """Return that a page was opened."""
    return {"type": "page", "name": path, "properties": {"path": path}, "context": dict(context or {})}


def track(event: str, *, session: str = "", context: Mapping[str, Any] | None = None, **properties: Any) -> Call:
    """Return a track call; who and when are added when it is played."""
    around = {**(context or {}), **({"sessionId": session} if session else {})}
    return {"type": "track", "event": event, "properties": properties, "context": around}


def person(
    name: str, about: str, traits: Mapping[str, Any], playbook: Playbook, *, held_out: bool = False, **rest: Any
) -> Person:
    """Return a person whose id falls on the wanted side of the playbook's holdout (which goes by a hash of the id)."""
    ids = (f"{name.lower()}-{number}" for number in range(1, 1000))
    customer_id = next(
        wanted for wanted in ids if in_holdout(wanted, salt=playbook.id, percent=playbook.holdout_percent) is held_out
    )
    known = {"firstName": name, "email": f"{name.lower()}@example.com", **traits}
    return Person(customer_id=customer_id, name=name, about=about, traits=known, **rest)
