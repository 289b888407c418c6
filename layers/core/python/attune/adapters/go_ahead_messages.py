"""A request for a person's go-ahead as it lies on support's queue, beside cases: who, why, the exact words, until when."""

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from attune.adapters.go_ahead_writing import KIND, SCHEMA_VERSION
from attune.adapters.support_messages import Open, read_as, schema_of


class GoAheadMessage(Open):
    """One request: may this be sent to this customer? Nothing is sent without a yes by `answer_by`."""

    kind: Literal["go_ahead"] = Field(description="What this message is; a case has no such field.")
    schema_version: str = Field(
        pattern=r"^1\.\d+$", description="The version of this schema: minor versions only add fields."
    )
    request_id: str = Field(description="The id of the request, to answer it by.")
    asked_at: datetime = Field(description="When it was asked.")
    answer_by: datetime = Field(description="Until when an answer counts; without a yes by then nothing is sent.")
    would_be_sent: str = Field(description="When it would be sent after a yes, in a sentence.")
    never_after: datetime = Field(description="When the journey ends: nothing of it is sent later, whatever is said.")
    customer_id: str = Field(description="Whom it is about: the application's own id.")
    display_name: str = Field(description="The first name, empty if unknown.")
    local_time: str = Field(description="What time it was for the customer, with the zone; `unknown` without one.")
    playbook: str = Field(description="The playbook that would send it.")
    purpose: str = Field(description="What the playbook is for, in a sentence.")
    owner: str = Field(description="The team that answers for the playbook.")
    touch: int = Field(ge=1, description="Which contact attempt of the journey it is.")
    why: tuple[str, ...] = Field(description="Why the customer would get it: what was hard, the weightiest first.")
    friction_level: Literal["calm", "low", "medium", "high"] = Field(description="How hard it was, in a word.")
    messages_so_far: tuple[str, ...] = Field(description="What Attune has sent them about it.")
    journey_id: str = Field(description="The journey that waits.")
    channel: str = Field(description="By what it would be sent.")
    message: str = Field(description="The id of the approved text.")
    locale: str = Field(description="The language of its words.")
    subject: str = Field(description="The subject of an email or the headline of a note; else empty.")
    text: str = Field(
        description="The words as the customer would read them. Links that act for the customer are not real."
    )


def is_go_ahead(body: str) -> bool:
    """Whether what lies on a queue is a request for a go-ahead, of whatever version."""
    try:
        read = json.loads(body)
    except ValueError:
        return False
    return isinstance(read, dict) and read.get("kind") == KIND


def read_go_ahead(body: str) -> GoAheadMessage:
    """Read a request from a queue; raise CaseMessageError where it is none, or of another major version."""
    return read_as(GoAheadMessage, body, what="request")


def go_ahead_schema() -> dict[str, Any]:
    """Return the JSON Schema of a request."""
    return schema_of(GoAheadMessage, title="Go-ahead", version=SCHEMA_VERSION)
