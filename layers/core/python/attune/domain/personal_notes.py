"""What people told us about themselves and a colleague wrote down: read by the person who looks after them, by no rule.

Of a note only its topic and its day count. What it is `about` (a place, a team) is for a person's eyes: it is in the case
and in no decision.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Topic(StrEnum):
    """What a note is about; others are noted in the session without a trace of what they say."""

    TRIP = "trip"
    INTEREST = "interest"
    FAMILY_NEED = "family_need"
    TEAM_FIXTURE = "team_fixture"
    ANNIVERSARY = "anniversary"


@dataclass(frozen=True, kw_only=True)
class PersonalNote:
    """One note as stored on its customer, and what was made of it so far; gone after `expires_at`."""

    note_id: str
    topic: Topic
    about: str = ""
    on: date | None = None
    recorded_at: datetime
    expires_at: datetime
    suggested_at: datetime | None = None
    followed_up_at: datetime | None = None
    version: int = 0
