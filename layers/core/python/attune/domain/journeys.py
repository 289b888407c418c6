"""One run of a playbook for one customer, and what is stored of it between the steps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attune.domain.clock import format_instant

HELD_OUT = "holdout"
"""Why a journey ended that is only remembered for what happens to somebody who gets no message."""


class JourneyStatus(StrEnum):
    """Whether a journey still runs."""

    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A journey as stored on its customer; `since` is when the undertaking went quiet, at `friction_level`.

    `dry_run` says that it began in a stage that sends nothing: should the stage send later, it ends.
    `subject_secret` is of whoever it began for, where a merge brought it to somebody with another one.
    """

    journey_id: str
    playbook: str
    playbook_version: str
    key: str
    session_id: str
    since: datetime
    expires_at: datetime
    friction_level: str = ""
    status: JourneyStatus = JourneyStatus.RUNNING
    ended_because: str = ""
    dry_run: bool = False
    subject_secret: str = ""
    version: int = 0

    @property
    def held_out(self) -> bool:
        """Whether it never ran, so that the effect of messages can be measured."""
        return self.ended_because == HELD_OUT


@dataclass(frozen=True, kw_only=True)
class Step:
    """Where in which journey a step of the state machine is; `entered_at` stays the same when a step is retried."""

    journey_id: str
    customer_id: str
    playbook: str
    playbook_version: str
    key: str
    touch: int
    entered_at: datetime
    attempt: int = 1

    @property
    def contact_id(self) -> str:
        """The id of this touch's one contact."""
        return f"{self.journey_id}#{self.touch}"

    def decision_ref(self, kind: str) -> str:
        """Return a reference that is the same for every retry of this step and for no other step."""
        return f"{self.journey_id}#{self.touch}#{self.attempt}#{kind}#{format_instant(self.entered_at)}"
