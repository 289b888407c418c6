"""Tell other systems on the bus what happens to cases."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from attune.adapters.queues import Outbox
from attune.domain.clock import format_instant

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

OWN_SOURCE = "attune"
"""What Attune tells others; its own intake does not listen to it."""

logger = Logger(child=True)


@dataclass(frozen=True)
class CaseAnnouncer:
    """Puts events about cases on a bus. Nobody waits for them: one that cannot be put is logged and left out."""

    client: "EventBridgeClient"
    bus_name: str

    def announce(
        self, event: str, customer_id: str, *, message_id: str, at: datetime | str, properties: Mapping[str, Any]
    ) -> None:
        """Put one event on the bus as a track call."""
        call = {
            "type": "track",
            "event": event,
            "messageId": message_id,
            "userId": customer_id,
            "timestamp": at if isinstance(at, str) else format_instant(at),
            "properties": {name: value for name, value in properties.items() if value not in ("", None)},
        }
        try:
            answer = self.client.put_events(
                Entries=[
                    {
                        "EventBusName": self.bus_name,
                        "Source": OWN_SOURCE,
                        "DetailType": "track",
                        "Detail": json.dumps(call, ensure_ascii=False),
                    }
                ]
            )
        except (BotoCoreError, ClientError):
            logger.exception("case_event_not_put", case_event=event)
            return
        if answer["FailedEntryCount"]:
            logger.error("case_event_not_put", case_event=event, entry=answer["Entries"][0].get("ErrorCode"))


@dataclass(frozen=True)
class AnnouncedQueue(Outbox):
    """A queue of support's: whoever listens to the bus hears of each new case on it, without the customer's words."""

    announcer: CaseAnnouncer

    def send(self, message: Any, *, delay_seconds: int = 0) -> None:
        """Put a case on the queue, and say so."""
        super().send(message, delay_seconds=delay_seconds)
        if not isinstance(message, Mapping) or message.get("is_update"):
            return
        told = ("case_id", "priority", "trigger", "due_by", "playbook", "journey_id", "assigned_to")
        reasons = [reason["sentence"] for reason in message["friction_reasons"]]
        self.announcer.announce(
            "Case Opened",
            message["customer_id"],
            message_id=f"{message['case_id']}#opened",
            at=message["opened_at"],
            properties={
                **{name: message.get(name) for name in told},
                "summary": " ".join((message["trigger_reason"], *reasons)),
            },
        )
