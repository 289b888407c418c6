"""What support says about a customer it looks after."""

from datetime import date as day
from typing import ClassVar

from pydantic import Field

from attune.events.contract import Contract, EventFields, Id

GO_AHEAD = {"properties": {"request_id": "go-5d1f0c9be2a4771c3f60", "agent_id": "sam"}}
CASE = {"properties": {"case_id": "case-1f2e3d4c5b6a79880011"}}


class CaseOpened(EventFields):
    """Attune asked a person to take over. It puts this on the bus itself, as source `attune`, for other systems to hear.

    The whole case, with what the customer wrote, lies on support's queue and nowhere else.
    """

    contract: ClassVar = Contract(
        event="Case Opened",
        examples=(
            {
                "properties": {
                    "case_id": "case-1f2e3d4c5b6a79880011",
                    "priority": "normal",
                    "trigger": "asked_for_help",
                    "due_by": "2026-11-24T20:30:00.000Z",
                    "playbook": "cart_abandonment",
                    "summary": "The customer asked for help. A payment failed.",
                }
            },
        ),
    )

    case_id: Id = Field(description="which case, as in the case")
    priority: str | None = Field(None, description="`urgent` or `normal`")
    trigger: str | None = Field(None, description="why a person is asked, a code")
    due_by: str | None = Field(None, description="by when a person must have answered")
    playbook: str | None = Field(None, description="the playbook that says how support answers")
    journey_id: str | None = Field(None, description="the journey that it interrupts")
    assigned_to: str | None = Field(None, description="who is to answer, where the customer has an agent of record")
    summary: str | None = Field(None, description="why, and how hard it was, in sentences; never the customer's words")


class CaseClaimed(EventFields):
    """A person took a case."""

    contract: ClassVar = Contract(event="Case Claimed", examples=(CASE,))

    case_id: Id | None = Field(None, description="which case, as in the case")
    agent_id: Id | None = Field(None, description="who took it")


class CaseReplied(EventFields):
    """A person answered the customer about a case: by `attune support reply` (Attune then says so itself), or elsewhere."""

    contract: ClassVar = Contract(event="Case Replied", examples=(CASE,))

    case_id: Id = Field(description="which case, as in the case")
    agent_id: Id | None = Field(None, description="who answered")
    channel: str | None = Field(None, description="by what: `email`, `sms`, `onsite`, `phone`, …")


class CaseResolved(EventFields):
    """A person closed a case. Until then no automated message is sent to the customer."""

    contract: ClassVar = Contract(
        event="Case Resolved",
        version="1.1",
        examples=(
            CASE,
            {
                "properties": {
                    "case_id": "case-1f2e3d4c5b6a79880011",
                    "agent_id": "sam",
                    "outcome": "solved",
                    "tags": ["payment", "card"],
                }
            },
        ),
    )

    case_id: Id = Field(description="which case, as in the case")
    agent_id: Id | None = Field(None, description="who closed it")
    outcome: str | None = Field(None, description="how it ended, a code")
    resolution: str | None = Field(None, description="an older name of `outcome`")
    tags: list[str] | None = Field(None, description="what it was about, codes; at most 20 are kept")


class TouchApproved(EventFields):
    """A person said yes to a touch whose playbook asks for one. It counts if it is the first answer, and in time."""

    contract: ClassVar = Contract(event="Touch Approved", examples=(GO_AHEAD,))

    request_id: Id = Field(description="which request, as on support's queue")
    agent_id: Id | None = Field(None, description="who said so")
    note: str | None = Field(
        None, description="why, for colleagues; 1,000 characters are kept, none of them in the log"
    )


class TouchDeclined(EventFields):
    """A person said no to a touch whose playbook asks them: it is not made, and the journey goes on to its review."""

    contract: ClassVar = Contract(
        event="Touch Declined",
        examples=({"properties": {**GO_AHEAD["properties"], "note": "I have just spoken with her."}},),
    )

    request_id: Id = Field(description="which request, as on support's queue")
    agent_id: Id | None = Field(None, description="who said so")
    note: str | None = Field(
        None, description="why, for colleagues; 1,000 characters are kept, none of them in the log"
    )


class NoteRecorded(EventFields):
    """A colleague wrote something down about the customer.

    Never the note's text, which Attune does not want: send what it was about, and at most a word or two. What it is
    about is shown to the person who looks after the customer, and to nobody and nothing else.
    """

    contract: ClassVar = Contract(
        event="Note Recorded",
        version="1.1",
        examples=(
            {"properties": {"topic": "trip"}},
            {"properties": {"topic": "trip", "about": "Norway", "date": "2027-06-12"}},
        ),
    )

    topic: str | None = Field(
        None, description="what it was about: `trip`, `interest`, `family_need`, `team_fixture`; others are only noted"
    )
    about: str | None = Field(
        None,
        description="a word or two for whoever looks after them, a place or a team; at most 60 characters are kept",
    )
    date: day | None = Field(None, description="the day it is about, where there is one")


class FixtureAnnounced(EventFields):
    """The team that a customer follows plays: a note for whoever looks after them. One event for each customer."""

    contract: ClassVar = Contract(
        event="Fixture Announced", examples=({"properties": {"team": "the Rovers", "date": "2026-12-05"}},)
    )

    team: str | None = Field(
        None, description="which team, in the customer's own words; at most 60 characters are kept"
    )
    date: day | None = Field(None, description="the day of the game")
