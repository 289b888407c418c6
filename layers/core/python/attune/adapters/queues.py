"""The queues between the functions: what is put on them, and how it is read back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from attune.domain.sessions import Moment

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_NAME = 80
"""Characters of an execution's name."""


class Watch(BaseModel):
    """Ask to look at a customer's session once its undertaking has been quiet long enough."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    customer_id: str
    session_id: str
    playbook: str
    key: str
    due_at: datetime

    @property
    def moment(self) -> Moment:
        """The moment that may have come."""
        return Moment(self.due_at, self.playbook, self.key)


class TouchRun(BaseModel):
    """Ask to start one run of a journey's touch; `attempt` counts its runs, `plan` is empty where it is still to be made."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    journey_id: str
    customer_id: str
    playbook: str
    playbook_version: str
    key: str
    touch: int = Field(ge=1)
    attempt: int = Field(default=1, ge=1)
    plan: dict[str, str] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its execution: the journey's own for the first run; no run can start twice."""
        if (self.touch, self.attempt) == (1, 1):
            return self.journey_id
        end = f"-{self.touch}-{self.attempt}"
        return self.journey_id[-(LONGEST_NAME - len(end)) :] + end


def read_watch(body: str) -> Watch | TouchRun:
    """Read what the watch queue holds: a session to look at, or a touch to run."""
    kind = TouchRun if "journey_id" in json.loads(body) else Watch
    return kind.model_validate_json(body)


class EscalationRequest(BaseModel):
    """Ask for a case at once, outside any journey's own steps."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    customer_id: str
    trigger: str
    at: datetime
    message_id: str
    session_id: str = ""
    text: str = ""
    channel: str = ""
    note_id: str = ""
    """Which note a suggestion is about."""
    journey_id: str = ""
    """Which journey asks, where one does; else the case is about the one that runs."""
    reading: dict[str, str | float] = Field(default_factory=dict)
    """What was read from the text: scores and rule ids, for the decision."""


class AcknowledgementRequest(BaseModel):
    """Ask to tell somebody who wrote that their message has arrived, and by when a person answers it.

    It carries no words of theirs: `is_keyword` says that they texted HELP, or its like, alone. `at` is when they wrote.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    customer_id: str
    message_id: str
    trigger: str
    at: datetime
    channel: str
    journey_id: str = ""
    case_id: str
    due_by: datetime
    is_keyword: bool = False
    attempt: int = 1


@dataclass(frozen=True)
class Outbox:
    """One queue to send to."""

    client: "SQSClient"
    url: str

    def send(self, message: BaseModel | Mapping[str, Any], *, delay_seconds: int = 0) -> None:
        """Send one message, visible after `delay_seconds` (0 to 900)."""
        body = message.model_dump_json() if isinstance(message, BaseModel) else json.dumps(message)
        self.client.send_message(QueueUrl=self.url, MessageBody=body, DelaySeconds=delay_seconds)
