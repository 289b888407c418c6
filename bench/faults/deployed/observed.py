"""A deployed stage as the invariants of bench/faults look at a world: what its tables, queues and outboxes hold."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from attune.adapters.playbook_files import load_playbooks
from attune.adapters.seal_store import SealStore
from attune.domain.contacts import Contact
from attune.domain.customers import Channel, Customer
from bench.faults.deployed.stage import CONSUMED, FaultyStage
from bench.faults.stories import POISON, Told
from bench.faults.world import HandedOver

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
RUNNING = "RUNNING"
type Order = int
"""When something happened by the stage's clock, in microseconds."""


def order_of(time: datetime) -> Order:
    """Return a time as a number that can be compared."""
    return int(time.timestamp() * 1_000_000)


class ObservedWorld:
    """What became of the customers of one story, on the tables, queues and outboxes of a real deployment."""

    widest_skew = timedelta(0)
    aborted: Mapping[int, str] = {}
    tap = SimpleNamespace(points=0)

    def __init__(
        self,
        stage: FaultyStage,
        told: Sequence[Told],
        published: Sequence[str] = (),
        taken_in: Mapping[str, tuple[Order, datetime]] | None = None,
    ) -> None:
        """Look at what came of a story: what was told, what was published of it and beside it, when each no was taken in."""
        self._stage, self._told, self._published = stage, told, published
        self.taken_in = taken_in or {}
        self.customers = stage.customers
        self.books = dict(load_playbooks(TEMPLATES))
        self._names = {event.customer_id for event in told}

    @cached_property
    def _people(self) -> dict[str, Customer]:
        loaded = ((name, self.customers.load(name)) for name in sorted(self._names))
        return {name: customer for name, customer in loaded if customer is not None}

    @cached_property
    def _messages(self) -> dict[str, list[Any]]:
        return dict(self._stage.messages())

    def _on(self, queue: str) -> list[Any]:
        return self._messages.get(self._stage.name_of(queue), [])

    # Queues

    @cached_property
    def events(self) -> SimpleNamespace:
        """Everything that was published; done with unless it still lies on the queue or among its dead letters."""
        dead = [letter for queue in self.queues.values() for letter in queue.dead]
        left = " ".join(letter.body for letter in [*self._on("Events"), *dead])
        called = {event.body: event.message_id for event in self._told}
        return SimpleNamespace(
            letters=[SimpleNamespace(body=body, done=called.get(body, body) not in left) for body in self._published]
        )

    @cached_property
    def quarantine(self) -> SimpleNamespace:
        """What nobody could understand, of this story: its customers', or the poison that was put in."""
        ours = set(self._published) & set(POISON)
        kept = [json.loads(message.body) for message in self._on("Quarantine")]
        found = [one for one in kept if one["original"] in ours or any(name in one["original"] for name in self._names)]
        return SimpleNamespace(messages=found)

    @cached_property
    def queues(self) -> dict[str, SimpleNamespace]:
        """The dead letters of each queue with a function behind it."""
        sources = {url: name for name, url in self._stage.dead_letters.items()}
        named = {queue: sources[self._stage.outputs[f"{queue}QueueUrl"]] for queue in CONSUMED}
        return {queue: SimpleNamespace(name=queue, dead=self._messages.get(dead, [])) for queue, dead in named.items()}

    @cached_property
    def support(self) -> SimpleNamespace:
        """The cases of this story's customers on the queue of support."""
        return SimpleNamespace(messages=self._cases("Support"))

    @cached_property
    def urgent(self) -> SimpleNamespace:
        """The urgent ones."""
        return SimpleNamespace(messages=self._cases("SupportUrgent"))

    def _cases(self, queue: str) -> list[dict[str, Any]]:
        cases = [json.loads(message.body) for message in self._on(queue)]
        return [case for case in cases if case["customer_id"] in self._names]

    # Journeys

    @cached_property
    def _executions(self) -> list[dict[str, Any]]:
        client = self._stage.client("stepfunctions")
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=self._stage.outputs["JourneyArn"])
        arns = [one["executionArn"] for page in pages for one in page["executions"]]
        told = [client.describe_execution(executionArn=arn) for arn in arns]
        return [one for one in told if json.loads(one["input"])["customer_id"] in self._names]

    @cached_property
    def executions(self) -> dict[str, SimpleNamespace]:
        """Every execution by its name, and whether it has ended."""
        return {one["name"]: SimpleNamespace(done=one["status"] != RUNNING) for one in self._executions}

    @cached_property
    def runs(self) -> dict[str, SimpleNamespace]:
        """The journeys that were started, and by which playbook."""
        began = [json.loads(one["input"]) for one in self._executions]
        return {one["journey_id"]: SimpleNamespace(**one) for one in began}

    @cached_property
    def failed(self) -> dict[str, str]:
        """The journeys with an execution that did not end as it should."""
        return {
            json.loads(one["input"])["journey_id"]: one["status"]
            for one in self._executions
            if one["status"] not in {RUNNING, "SUCCEEDED"}
        }

    # Messages

    @cached_property
    def handed_over(self) -> list[HandedOver]:
        """Every message that a provider took, with the contact by which it left: of each address and number its owner's."""
        found = []
        for name, customer in self._people.items():
            profile = customer.profile
            emails = [one["MessageId"] for one in self._emails if profile.email and one["To"] == [profile.email]]
            texts = [one["MessageId"] for one in self._texts if profile.phone and one["PhoneNumber"] == profile.phone]
            found += _taken(name, customer, Channel.EMAIL, emails)
            found += _taken(name, customer, Channel.SMS, texts)
        return sorted(found, key=lambda taken: taken.order)

    @cached_property
    def _emails(self) -> list[Any]:
        return list(self._stage.emails())

    @cached_property
    def _texts(self) -> list[Any]:
        return list(self._stage.texts())

    # Decisions

    def decisions(self) -> list[dict[str, Any]]:
        """Return every decision about the story's customers, in time order."""
        client, table = self._stage.client("dynamodb"), self._stage.outputs["DecisionsTable"]
        rows = []
        for customer in self._people.values():
            pages = client.get_paginator("query").paginate(
                TableName=table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": customer.profile.subject_key}},
            )
            rows += [row for page in pages for row in page["Items"]]
        plain = [{name: next(iter(value.values())) for name, value in row.items()} for row in rows]
        return sorted(plain, key=lambda row: str(row["sk"]))

    @cached_property
    def lake(self) -> SimpleNamespace:
        """The decisions of the story that are in the lake, and those of them that were announced before."""
        ours = {str(row["decision_id"]) for row in self.decisions()}
        rows = [{"decision_id": one} for one in sorted(ours & in_lake(self._stage))]
        store = SealStore(self._stage.client("s3"), self._stage.outputs["EvidenceBucket"])
        return SimpleNamespace(rows=rows, announced=set(store.announced(_days())))


def in_lake(stage: FaultyStage) -> set[str]:
    """Return the ids of the decisions that are in the lake, by Athena."""
    days = _days()
    return {name for rows in stage.lake.by_day(days[0], days[-1]).values() for name in rows}


def _days() -> list[date]:
    """Return the days on which anything can have arrived: real ones, as the lake goes by arrival."""
    today = datetime.now(UTC).date()
    return [today - timedelta(days=1), today, today + timedelta(days=1)]


def _taken(name: str, customer: Customer, channel: str, message_ids: Sequence[str]) -> list[HandedOver]:
    """Tell by which contact each message left: the ledger has the provider's word, unless nobody heard it.

    A message without one left by a contact that is uncertain, and if there is none, by no contact at all.
    """
    contacts = [contact for contact in customer.ledger.contacts if contact.channel == channel]
    known = {contact.provider_id: contact for contact in contacts if contact.provider_id}
    unsure = iter([contact for contact in contacts if contact.counts and not contact.provider_id])
    seen: defaultdict[str, int] = defaultdict(int)
    found = []
    for message_id in message_ids:
        seen[message_id] += 1
        contact = known.get(message_id) or next(unsure, None)
        found.append(_handed_over(name, channel, contact, message_id))
    return found


def _handed_over(name: str, channel: str, contact: Contact | None, message_id: str) -> HandedOver:
    if contact is None:
        return HandedOver(0, datetime.min.replace(tzinfo=UTC), channel, name, f"{name}#{message_id}", is_answer=True)
    return HandedOver(order_of(contact.at), contact.at, channel, name, contact.contact_id, is_answer=contact.touch == 0)
