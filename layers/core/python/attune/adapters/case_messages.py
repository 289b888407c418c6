"""A case as it lies on support's queues: the contract with whoever pulls it, by `attune support` or by other means."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from attune.adapters.support_messages import Open, read_as, schema_of
from attune.domain.cases import SCHEMA_VERSION, CaseFile
from attune.domain.clock import format_instant


class FrictionReason(Open):
    """One reason of the friction score."""

    term: str = Field(description="Which ingredient of the score.")
    value: float | tuple[float | None, float | None] | None = Field(description="What was counted or measured.")
    contribution: float = Field(description="What it adds to the score, in log-odds; below 0 it lowers it.")
    sentence: str = Field(description="The reason in a sentence.")


class Suggestion(Open):
    """A reply from the approved texts, with its slots filled."""

    rank: int = Field(ge=1, description="1 fits best.")
    message: str = Field(description="The id of the approved text.")
    locale: str = Field(description="Its language: the customer's, else the playbook's.")
    text: str = Field(description="What could be sent, to be read and changed by the person who answers.")
    why: str = Field(description="Why it may fit, in a sentence.")


class CaseMessage(Open):
    """One case: who it is, what happened, how hard it was, what to say, by when. No address, no card, no order."""

    schema_version: str = Field(
        pattern=r"^1\.\d+$", description="The version of this schema: minor versions only add fields."
    )
    case_id: str = Field(description="The id of the case: the same in every message about it.")
    is_update: bool = Field(description="Whether support has this case already, and this adds to it.")
    opened_at: datetime = Field(description="When this message was written.")
    due_by: datetime = Field(description="By when a person must have answered.")
    priority: Literal["urgent", "normal"] = Field(description="Urgent cases lie on the urgent queue.")
    priority_reason: str = Field(description="Why it is that urgent, in a sentence.")
    assigned_to: str = Field(
        "", description="Who is to answer, where the customer has an agent of record; else empty, for everybody."
    )
    trigger: str = Field(description="Why a person is asked now, as a code.")
    triggers: tuple[str, ...] = Field(description="Every reason so far, the latest last; each once.")
    trigger_reason: str = Field(description="Why a person is asked now, in a sentence.")
    customer_id: str = Field(description="Whose case it is: the application's own id.")
    display_name: str = Field(description="The first name, empty if unknown.")
    locale: str = Field(description="The language to answer in.")
    local_time: str = Field(description="What time it is for the customer, with the zone; `unknown` without one.")
    preferred_contact: str = Field(description="How they want to be answered; `phone` means a call back.")
    call_back: str = Field(description="The number to call, only where the customer asked to be called; else empty.")
    channels_permitted: tuple[str, ...] = Field(description="Channels on which messages are allowed.")
    wrote: str = Field(description="What the customer wrote, empty if they wrote nothing.")
    wrote_by: str = Field(description="On which channel they wrote it.")
    sentiment: str = Field(description="How they sounded last, in a sentence; empty where nobody knows.")
    last_signals: tuple[str, ...] = Field(description="What they did last, in sentences, the latest last.")
    friction_score: float = Field(ge=0, le=1, description="How hard it was, 0 to 1.")
    friction_level: Literal["calm", "low", "medium", "high"] = Field(description="The score in a word.")
    friction_reasons: tuple[FrictionReason, ...] = Field(description="Why, the weightiest first.")
    price_sensitive: bool = Field(description="Whether prices seem to matter to them.")
    device: str = Field(description="What they used, empty if unknown.")
    arrived_by: str = Field(description="The campaign that brought them, empty if unknown.")
    journey_id: str = Field(description="The journey that it interrupts, empty without one.")
    playbook: str = Field(description="The playbook that says how support answers.")
    messages_so_far: tuple[str, ...] = Field(description="What Attune has sent them about it.")
    suggested_replies: tuple[Suggestion, ...] = Field(description="Approved replies, the best first.")
    links: Mapping[str, str] = Field(description="Pages that help to answer, by name.")
    dry_run: bool = Field(
        default=False,
        description="Whether the stage sends nothing: the customer is real and waits, answer by another way than Attune.",
    )


def to_message(file: CaseFile, *, is_update: bool) -> dict[str, Any]:
    """Return a case as it is put on a queue."""
    times = {"opened_at": format_instant(file.opened_at), "due_by": format_instant(file.due_by)}
    reasons = [reason.as_told() for reason in file.friction_reasons]
    return {**asdict(file), **times, "friction_reasons": reasons, "is_update": is_update}


def read_message(body: str) -> CaseMessage:
    """Read a case from a queue; raise CaseMessageError where it is none, or of another major version."""
    return read_as(CaseMessage, body, what="case")


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema of a case."""
    return schema_of(CaseMessage, title="Case", version=SCHEMA_VERSION)
