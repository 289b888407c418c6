"""A note for a customer on the shop's own site: when it may be shown, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from attune.domain.blocks import Block
from attune.domain.sessions import IDLE_AFTER

MOST_SHOWS = 2
"""A note is shown once; once more at a later visit if nobody answered it or the answer was "not now"."""


class NoteAnswer(StrEnum):
    """What the site reports about a note."""

    SHOWN = "shown"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    NOT_NOW = "not_now"
    DISMISSED = "dismissed"
    FOLLOWED = "followed"
    """A link of the note was opened; whether it helped may still be said."""

    @property
    def settles(self) -> bool:
        """Whether it is the last word: the first such answer counts."""
        return self in {NoteAnswer.HELPFUL, NoteAnswer.NOT_HELPFUL, NoteAnswer.DISMISSED}

    @property
    def asks_for_more(self) -> bool:
        """Whether the note may come back after it."""
        return self in {NoteAnswer.SHOWN, NoteAnswer.NOT_NOW}


@dataclass(frozen=True, kw_only=True)
class OnsiteNote:
    """One note for the customer's next visit, until it expires or is answered.

    `body` is the text as plain words, `blocks` the same with its links; `why_url` and `preferences_url` are the customer's
    own pages about it (empty for notes from before there were any). `answer` is what was reported last, at
    `answered_at`; `view` is the display that may show the note, made up anew by the script each time.
    """

    note_id: str
    journey_id: str
    headline: str
    body: str
    locale: str
    created_at: datetime
    expires_at: datetime
    blocks: tuple[Block, ...] = ()
    answer: str = ""
    answered_at: datetime | None = None
    why_url: str = ""
    preferences_url: str = ""
    shows: int = 0
    view: str = ""
    version: int = 0

    @property
    def settled(self) -> bool:
        """Whether the customer has answered for good."""
        return self.answer in NoteAnswer and NoteAnswer(self.answer).settles

    def may_be_shown(self, *, visit: datetime | None, now: datetime) -> bool:
        """Whether it may be shown in the visit that began at `visit`; None: nobody told since when they are here.

        Half an hour must lie between the last word about it and the visit, as between any two visits: the first event
        of a visit may bear a later stamp than the first look at the notes.
        """
        if self.expires_at <= now or self.shows >= MOST_SHOWS:
            return False
        if self.answer in NoteAnswer and not NoteAnswer(self.answer).asks_for_more:
            return False
        if self.answered_at is None:
            return True
        return visit is not None and visit - self.answered_at > IDLE_AFTER

    def claimed(self, view: str, *, at: datetime) -> "OnsiteNote":
        """Return the note as one display shows it; asking again for the same display changes nothing."""
        if self.shows and self.view == view:
            return self
        return replace(self, answer=NoteAnswer.SHOWN.value, answered_at=at, shows=self.shows + 1, view=view)

    def answered(self, answer: NoteAnswer, *, at: datetime) -> "OnsiteNote":
        """Return the note with an answer; the last word stays, and the same answer again changes nothing.

        Who followed a link may still say whether it helped, but the note comes back no more.
        """
        if self.settled or self.answer == answer or (self.answer == NoteAnswer.FOLLOWED and answer.asks_for_more):
            return self
        return replace(self, answer=answer.value, answered_at=at, shows=max(self.shows, 1))
