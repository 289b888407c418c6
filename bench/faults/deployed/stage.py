"""The deployed stage that things are broken on: put events in, and look into its queues, tables and outboxes."""

import itertools
import json
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.lake_rows import LakeRows
from attune_cli.local_aws import LocalAws

CONSUMED = ("Events", "Watch", "Escalations", "Acknowledgements")
"""The queues with a function of ours behind them that a story needs."""
AT_ONCE = 10
"""How many entries PutEvents takes."""


@dataclass(frozen=True)
class OnQueue:
    """A message on a queue, whether it can be seen or not."""

    queue_url: str
    message_id: str
    body: str


@dataclass(frozen=True)
class FaultyStage:
    """A local AWS with Attune deployed in it, and the clock that its functions live by."""

    aws: LocalAws
    clock: Clock

    @cached_property
    def outputs(self) -> dict[str, str]:
        """What the stacks called things."""
        return dict(self.aws.outputs())

    @cached_property
    def _clients(self) -> dict[str, Any]:
        return {}

    def client(self, service: str) -> Any:
        """Return a client of a service, made once."""
        if service not in self._clients:
            self._clients[service] = self.aws.session().client(service)
        return self._clients[service]

    @cached_property
    def customers(self) -> CustomersTable:
        """The table of customers, as functions read it."""
        return CustomersTable(self.client("dynamodb"), self.outputs["CustomersTable"], self.clock)

    @cached_property
    def lake(self) -> LakeRows:
        """The lake, as Athena reads it."""
        return LakeRows(self.aws.stage().athena())

    def publish(self, bodies: Iterable[str]) -> None:
        """Put events on the bus; what is no event goes straight to the queue, where the bus would not take it."""
        told = [json.loads(body) if body.startswith('{"version"') else body for body in bodies]
        for garbage in (one for one in told if isinstance(one, str)):
            self.send("Events", garbage)
        entries = [_entry(one, self.outputs["BusName"]) for one in told if not isinstance(one, str)]
        for some in itertools.batched(entries, AT_ONCE, strict=False):
            answer = self.client("events").put_events(Entries=list(some))
            if answer["FailedEntryCount"]:
                raise RuntimeError(f"the bus refused events: {answer}")

    def send(self, queue: str, body: str) -> None:
        """Put a message on one of the queues."""
        self.client("sqs").send_message(QueueUrl=self.outputs[f"{queue}QueueUrl"], MessageBody=body)

    def messages(self) -> dict[str, list[OnQueue]]:
        """Return what lies on every queue by the queue's name, without taking it."""
        accounts = self._look("sqs/messages")["messages"]
        queues = [queue for regions in accounts.values() for queues in regions.values() for queue in queues.items()]
        return {
            url.rpartition("/")[2]: [OnQueue(url, one["MessageId"], one["Body"]) for one in waiting]
            for url, waiting in queues
        }

    def on(self, queue: str) -> list[OnQueue]:
        """Return what lies on a queue of the stage."""
        return self.messages().get(self.name_of(queue), [])

    def name_of(self, queue: str) -> str:
        """Return the name under which AWS knows a queue."""
        return self.outputs[f"{queue}QueueUrl"].rpartition("/")[2]

    @cached_property
    def dead_letters(self) -> Mapping[str, str]:
        """The names of dead-letter queues, each with the URL of the queue whose letters it keeps."""
        found = {}
        for queue in CONSUMED:
            url = self.outputs[f"{queue}QueueUrl"]
            asked = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
            found[json.loads(asked["Attributes"]["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]] = url
        return found

    def emails(self) -> list[Mapping[str, Any]]:
        """Return what SES took."""
        return list(itertools.chain.from_iterable(self._look("ses/messages")["messages"].values()))

    def texts(self) -> list[Mapping[str, Any]]:
        """Return what SNS took for telephones."""
        return list(itertools.chain.from_iterable(self._look("sns/sms-messages")["sms_messages"].values()))

    def _look(self, at: str) -> Any:
        with urllib.request.urlopen(f"{self.aws.endpoint}/_ministack/{at}", timeout=60) as answer:  # noqa: S310 - ours
            return json.load(answer)


def _entry(told: Mapping[str, Any], bus: str) -> dict[str, Any]:
    return {
        "EventBusName": bus,
        "Source": told["source"],
        "DetailType": told["detail-type"],
        "Detail": json.dumps(told["detail"]),
    }
