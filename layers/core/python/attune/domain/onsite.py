"""A note waiting for a customer on the shop's own site."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class OnsiteNote:
    """One note, shown at the customer's next visit unless it expired or was answered."""

    note_id: str
    journey_id: str
    headline: str
    body: str
    locale: str
    created_at: datetime
    expires_at: datetime
    answer: str = ""
    version: int = 0
