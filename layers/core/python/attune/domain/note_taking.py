"""Keep what a colleague wrote down about a customer, and have somebody look at it when its time has come."""

from datetime import datetime, timedelta

from attune.domain.customers import Due
from attune.domain.personal_moments import PERSONAL, kept_until
from attune.domain.personal_notes import PersonalNote
from attune.domain.remembered_ids import fingerprint
from attune.domain.signals import NoteTaken

KEPT_FOR = timedelta(days=365)
"""How long a note without a day is kept."""
ANNIVERSARY = "anniversary"


def taken(fact: NoteTaken) -> tuple[PersonalNote, Due]:
    """Return the note to keep, and that somebody has to look at it; which day is right is found out by who looks."""
    note = PersonalNote(
        note_id=fingerprint(fact.message_id),
        topic=fact.topic,
        about=fact.about,
        on=fact.on,
        recorded_at=fact.time,
        expires_at=kept_until(fact.time, fact.on, KEPT_FOR),
    )
    return note, Due(name=f"note#{note.note_id}", playbook=PERSONAL, key=note.note_id, due_at=fact.time)


def anniversary_due(now: datetime) -> Due:
    """Return that somebody has to look at when the customer's next anniversary is."""
    return Due(name=ANNIVERSARY, playbook=PERSONAL, key=ANNIVERSARY, due_at=now)
