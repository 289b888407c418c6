"""The events that are published, and the decision that each must lead to.

Both ways are without a wait that is meant: a moment would first be watched for its quiet minutes, and what was measured then
would be the playbook's patience.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from attune.adapters.customers_table import CustomersTable
from attune.domain.customers import Profile
from attune.domain.decisions import decision_id

type Call = dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody whom the bench made known, and under which key their decisions are."""

    customer_id: str
    subject_key: str


@dataclass(frozen=True, kw_only=True)
class Way:
    """How an event becomes its decision: which call is published, and what the id of the decision is made of."""

    name: str
    path: str
    """What it passes, for people who read the table."""
    about: str
    """What stands between subject and message in what the decision's id is made of; empty where the row is the message's."""
    event: str
    properties: Callable[[], dict[str, Any]]
    people: int | None
    """How many people take turns; None where everybody may speak once only."""
    opens_case: bool = False
    """Whether each call puts a case on support's queue."""

    def call(self, person: Person, message_id: str) -> Call:
        """Return the call to publish, as it happened now."""
        return {
            "type": "track",
            "event": self.event,
            "userId": person.customer_id,
            "messageId": message_id,
            "timestamp": datetime.now(UTC).isoformat(),
            "properties": self.properties(),
        }

    def decision(self, person: Person, message_id: str) -> str:
        """Return the id of the decision that must be recorded for a call."""
        if not self.about:
            return message_id
        return decision_id(f"{person.subject_key}#{self.about}#{message_id}")


CONSENT = Way(
    name="consent",
    path="bus, queue, ingest_events, log",
    about="consent",
    event="Consent Granted",
    properties=lambda: {"channels": ["email"], "source": "bench"},
    people=600,
)
HELP = Way(
    name="help",
    path="bus, queue, ingest_events, queue, escalate, case and log",
    about="escalation",
    event="Message Replied",
    properties=lambda: {"text": "I need help with the form", "channel": "email"},
    people=None,
    opens_case=True,
)
WAYS = {way.name: way for way in (CONSENT, HELP)}
BARE = replace(CONSENT, name="bare", path="bus, queue, a handler that puts a row", about="")
"""The same calls, for a handler that knows nothing of them."""


def calls_of(way: Way, people: Sequence[Person], many: int, marker: str) -> tuple[list[str], list[Callable[[], Call]]]:
    """Return the decisions to expect, and what makes each call when it is due; people take turns."""
    turns = [(people[number % len(people)], f"{marker}-{number}") for number in range(many)]
    return [way.decision(*turn) for turn in turns], [partial(way.call, *turn) for turn in turns]


def make_known(customers: CustomersTable, names: list[str]) -> list[Person]:
    """Write people down by one request each; nothing else is known of them."""
    people = []
    for name in names:
        profile = customers.save(name, Profile(customer_id=name, subject_secret=secrets.token_hex(32)))
        people.append(Person(name, profile.subject_key))
    return people
