"""Support's side of a world in virtual time: real queues, real desks, and the function that sends replies."""

import io
import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3

from attune.adapters.case_events import CaseAnnouncer
from attune.adapters.queues import EscalationRequest
from attune.domain.customers import Case
from attune_cli.support.desk import Desk
from attune_cli.support.desk_files import DeskFiles
from attune_cli.support.queues import SupportQueues
from functions.answer_case.answering import Answering
from tests.support.acme import ACME
from tests.support.events import envelope
from tests.support.world import World

SECOND = timedelta(seconds=1)


@dataclass
class Bus:
    """A bus: what is not Attune's own goes into the world's intake, as the rule has it."""

    world: World
    told: list[dict[str, Any]] = field(default_factory=list)

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's name
        for entry in Entries:
            call = json.loads(entry["Detail"])
            self.told.append({**call, "source": entry["Source"]})
            if entry["Source"] != "attune":
                assert self.world.deliver(envelope(call)) == []
        return {"FailedEntryCount": 0, "Entries": [{} for _ in Entries]}

    def names(self) -> list[str]:
        """Return the names of what was told, in order."""
        return [call["event"] for call in self.told]


@dataclass
class Functions:
    """Lambda, as far as a desk needs it."""

    answering: Answering

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert FunctionName == "answer-case"
        return {"Payload": io.BytesIO(json.dumps(self.answering.answer(json.loads(Payload))).encode())}


class SupportDesks:
    """The desks of as many agents as a test needs."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.sqs = boto3.client("sqs")
        self.urgent, self.normal = (
            self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("support-urgent", "support")
        )
        self.bus = Bus(world)
        self.answering = Answering(world.steps, world.delivery, CaseAnnouncer(self.bus, "bus"), True, False)  # type: ignore[arg-type]
        self._put: dict[str, int] = {self.urgent: 0, self.normal: 0}

    def of(self, agent_id: str, *, lease: timedelta = timedelta(minutes=30)) -> Desk:
        return Desk(
            agent_id=agent_id,
            queues=SupportQueues(self.sqs, (self.urgent, self.normal), wait_seconds=0),
            customers=self.world.customers,
            events=self.bus,  # type: ignore[arg-type]
            bus="bus",
            functions=Functions(self.answering),  # type: ignore[arg-type]
            answer_function="answer-case",
            files=DeskFiles(self.folder / agent_id),
            lease=lease,
        )

    def ask_for_help(self, customer_id: str = "ada", *, message_id: str = "m1", **request: Any) -> str:
        """Let a customer ask for a person; return the id of the case."""
        asked = {"trigger": "asked_for_help", "text": "My card was declined", "channel": "email", **request}
        self.world.escalations.send(
            EscalationRequest(customer_id=customer_id, at=self.world.now, message_id=message_id, **asked)
        )
        self.world.run(SECOND)
        self.carry()
        return self.case(customer_id).case_id

    def carry(self) -> None:
        """Put on the real queues what the world's functions have sent since."""
        for url, queue in ((self.urgent, self.world.urgent), (self.normal, self.world.support)):
            for message in queue.messages[self._put[url] :]:
                self.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(message))
            self._put[url] = len(queue.messages)

    def case(self, customer_id: str = "ada") -> Case:
        """Return the customer's only case."""
        customer = self.world.customers.load(customer_id)
        assert customer is not None
        [case] = customer.cases.values()
        return case

    @property
    def emails(self) -> list[Any]:
        """Return the emails that people sent, without what Attune says by itself."""
        return [email for email in self.world.emails if email.subject in ("Your card", ACME["COMPANY_NAME"])]

    def on_queues(self) -> int:
        """Return how many messages lie on both queues, seen by nobody or held by somebody."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return sum(
            int(number)
            for url in (self.urgent, self.normal)
            for number in self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()  # type: ignore[arg-type]
        )
