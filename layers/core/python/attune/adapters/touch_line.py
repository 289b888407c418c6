"""The line of one touch (plan, wait, send, wait, review): what each of its steps tells the next."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.journey_steps import Result
from attune.domain.clock import format_instant


class Told(StrEnum):
    """What a step of the line may tell the next; the review does what follows."""

    PLANNED = "planned"
    SENT = "sent"
    HELD = "held"
    CHANNEL_FAILED = "channel_failed"
    WITHHELD = "withheld"
    SKIP = "skip"
    ESCALATE = "escalate"
    END = "end"


def on_the_line(event: Mapping[str, Any]) -> bool:
    """Whether a step is on the line; journeys of the definition before it ask the same functions and branch themselves."""
    return bool(event.get("told"))


def tell(answer: Result, clock: Clock, *, plan: Mapping[str, str]) -> Result:
    """Complete an answer: the line never branches, so each answer says until when to wait, if only until now."""
    told = Told(answer["outcome"])
    now = format_instant(clock.to_real(clock.now()))
    return {"plan": dict(plan), "trigger": "", "wait_until": now, **answer, "outcome": told.value}


def pass_on(event: Mapping[str, Any], clock: Clock) -> Result:
    """Hand what the step before told to the next one: there is nothing to do here."""
    answer = {"outcome": event["told"], "trigger": event.get("trigger", "")}
    return tell(answer, clock, plan=event.get("plan") or {})
