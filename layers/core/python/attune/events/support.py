"""What support says about a customer it looks after."""

from typing import ClassVar

from pydantic import Field

from attune.events.contract import Contract, EventFields, Id

CASE = {"properties": {"case_id": "case-1f2e3d4c5b6a79880011"}}


class CaseClaimed(EventFields):
    """A person took a case. Noted in the customer's session; it changes nothing else."""

    contract: ClassVar = Contract(event="Case Claimed", examples=(CASE,))

    case_id: Id | None = Field(None, description="which case, as in the case")
    agent_id: Id | None = Field(None, description="who took it")


class CaseResolved(EventFields):
    """A person closed a case. Until then no automated message is sent to the customer."""

    contract: ClassVar = Contract(event="Case Resolved", examples=(CASE,))

    case_id: Id = Field(description="which case, as in the case")
    agent_id: Id | None = Field(None, description="who closed it")
    resolution: str | None = Field(None, description="how it ended, a code")


class NoteRecorded(EventFields):
    """A colleague wrote something down about the customer.

    Noted in the session without its text, which Attune does not want: send what it was about.
    """

    contract: ClassVar = Contract(event="Note Recorded", examples=({"properties": {"topic": "trip"}},))

    topic: str | None = Field(None, description="what it was about")
