"""One local AWS for the end-to-end tests, deployed once by the real CDK command line."""

import itertools
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.clock import ClockScale
from attune.domain.customers import Customer
from attune_cli.cdk import ROOT
from attune_cli.local_aws import LocalAws
from tests.support.processes import processes_of

PATIENCE = 180.0
"""Real seconds within which what must come has come, on the slowest machine; how fast it is, `bench` measures."""


@dataclass(frozen=True)
class Deployed:
    """The deployed stage: publish to it and see what comes of it."""

    aws: LocalAws

    @cached_property
    def outputs(self) -> dict[str, str]:
        return dict(self.aws.outputs())

    @cached_property
    def clients(self) -> dict[str, Any]:
        return {}

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = self.aws.session().client(service)
        return self.clients[service]

    def publish(self, *calls: dict[str, Any]) -> None:
        entries = [
            {
                "EventBusName": self.outputs["BusName"],
                "Source": "app.tests",
                "DetailType": call["type"],
                "Detail": json.dumps(call),
            }
            for call in calls
        ]
        for start in range(0, len(entries), 10):
            answer = self.client("events").put_events(Entries=entries[start : start + 10])
            assert answer["FailedEntryCount"] == 0, answer

    def customer(self, customer_id: str) -> Customer | None:
        table = CustomersTable(self.client("dynamodb"), self.outputs["CustomersTable"], Clock(ClockScale()))
        return table.load(customer_id)

    def knows(self, customer_id: str, *channels: str) -> bool:
        """Whether all that was told of somebody has arrived, who they are and what they allow: it may come in any order."""
        customer = self.customer(customer_id)
        return (
            customer is not None
            and bool(customer.profile.email)
            and all(customer.consent.allows(channel) for channel in channels)
        )

    def decisions(self, customer_id: str) -> list[dict[str, Any]]:
        customer = self.customer(customer_id)
        if customer is None:
            return []
        pages = (
            self.client("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.outputs["DecisionsTable"],
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": customer.profile.subject_key}},
            )
        )
        return [{k: next(iter(v.values())) for k, v in row.items()} for page in pages for row in page["Items"]]

    def emails_to(self, address: str) -> list[str]:
        """Return what reached an address, as plain text."""
        with urllib.request.urlopen(f"{self.aws.endpoint}/_ministack/ses/messages", timeout=30) as answer:  # noqa: S310
            accounts: dict[str, list[dict[str, Any]]] = json.load(answer)["messages"]
        return [sent["BodyText"] for sent in itertools.chain(*accounts.values()) if sent["To"] == [address]]

    def pull(self, output: str) -> list[dict[str, Any]]:
        """Take every message that waits on a queue."""
        found = []
        while (
            messages := self.client("sqs")
            .receive_message(QueueUrl=self.outputs[output], MaxNumberOfMessages=10, WaitTimeSeconds=1)
            .get("Messages", [])
        ):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self.client("sqs").delete_message(QueueUrl=self.outputs[output], ReceiptHandle=message["ReceiptHandle"])
        return found


def eventually[T](look: Callable[[], T], *, seconds: float) -> T:
    """Return what `look` sees as soon as it is true; else what it saw last, so that the test says what was wrong."""
    latest = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < latest:
        time.sleep(0.3)
    return seen


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    with LocalAws(home=ROOT / ".local" / "e2e") as aws:
        yield Deployed(aws)
    assert processes_of(aws.home) == []
