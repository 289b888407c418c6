"""See what the system recorded and sent: its tables, its queues, and what reached the local mail and phone."""

import itertools
import json
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.customers import Customer
from attune_cli.demo.people import Person
from attune_cli.local_aws import LocalAws
from attune_cli.warming import REHEARSAL, why_stuck

type Row = Mapping[str, Any]

PULL_TRIES = 3


@dataclass(frozen=True)
class Message:
    """A message as it was sent."""

    customer_id: str
    channel: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class Observer:
    """Looks at one deployed local stage."""

    aws: LocalAws
    clock: Clock
    people: tuple[Person, ...]

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """What the deployed stacks called things."""
        return self.aws.outputs()

    def client(self, service: str) -> Any:
        """Return a client of a service on the local AWS, made once."""
        if service not in self._clients:
            self._clients[service] = self.aws.session().client(service)  # type: ignore[call-overload]
        return self._clients[service]

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _customers(self) -> CustomersTable:
        return CustomersTable(self.client("dynamodb"), self.outputs["CustomersTable"], self.clock)

    def customer(self, person: Person) -> Customer | None:
        """Return what is stored about a person now."""
        return self._customers.load(person.customer_id)

    def decisions(self) -> list[Row]:
        """Return every decision in the table, in time order, with nested parts read."""
        pages = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.outputs["DecisionsTable"])
        rows = [_plain(item) for page in pages for item in page["Items"]]
        return sorted(rows, key=lambda row: row["sk"])

    def subjects(self) -> dict[str, Person]:
        """Return who is behind which subject key."""
        found = ((self.customer(person), person) for person in self.people)
        return {customer.profile.subject_key: person for customer, person in found if customer is not None}

    def journeys(self) -> Counter[str]:
        """Return how many executions are in which state."""
        return Counter(execution["status"] for execution in self._executions())

    def stuck(self) -> dict[str, str]:
        """Return which executions cannot go on, by their names, and why: they ended with an error, or try a step again."""
        client = self.client("stepfunctions")
        reasons = {execution["name"]: why_stuck(client, execution) for execution in self._executions()}
        return {name: why for name, why in reasons.items() if why}

    def _executions(self) -> Iterable[Row]:
        client = self.client("stepfunctions")
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=self.outputs["JourneyArn"])
        found = itertools.chain.from_iterable(page["executions"] for page in pages)
        return (execution for execution in found if execution["name"] != REHEARSAL)

    def messages(self) -> list[Message]:
        """Return the emails and texts that the local providers took, and the notes waiting on the site."""
        return [*self._emails(), *self._texts(), *self._notes()]

    def cases(self) -> list[Row]:
        """Pull the cases from both support queues, as support would, the urgent ones first."""
        client = self.client("sqs")
        cases = []
        for name in ("SupportUrgentQueueUrl", "SupportQueueUrl"):
            for _ in range(PULL_TRIES):
                answer = client.receive_message(
                    QueueUrl=self.outputs[name], MaxNumberOfMessages=10, VisibilityTimeout=60, WaitTimeSeconds=1
                )
                cases += [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return cases

    def quarantined(self) -> list[Row]:
        """Look at what was not understood."""
        client = self.client("sqs")
        answer = client.receive_message(
            QueueUrl=self.outputs["QuarantineQueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=5, WaitTimeSeconds=1
        )
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def _emails(self) -> Iterable[Message]:
        owners = {person.traits["email"]: person.customer_id for person in self.people}
        for sent in itertools.chain.from_iterable(self._inspect("ses/messages")["messages"].values()):
            to = sent["To"][0]
            yield Message(owners.get(to, ""), "email", to, sent["Subject"], sent["BodyText"])

    def _texts(self) -> Iterable[Message]:
        owners = {person.traits.get("phone"): person.customer_id for person in self.people}
        for phone, texts in self._inspect("sns/sms-messages")["sms_messages"].items():
            for sent in texts:
                yield Message(owners.get(phone, ""), "sms", phone, "", sent["Message"])

    def _notes(self) -> Iterable[Message]:
        for person in self.people:
            for note in self._customers.onsite_notes(person.customer_id):
                yield Message(person.customer_id, "onsite", "the shop's site", note.headline, note.body)

    def _inspect(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self.aws.endpoint}/_ministack/{what}", timeout=5) as answer:  # noqa: S310
            return json.load(answer)


def _plain(item: Mapping[str, Any]) -> Row:
    row: dict[str, Any] = {name: next(iter(value.values())) for name, value in item.items()}
    for name in ("reasons", "inputs", "options"):
        row[name] = json.loads(row[name])
    row["touch"] = int(row["touch"])
    return row
