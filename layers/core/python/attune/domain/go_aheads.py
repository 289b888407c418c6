"""A person's go-ahead for one touch: what is asked, whose answer counts, and what it means for sending.

Not to be mixed up with the approval of texts: that one is about words and holds for everybody.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from attune.domain.decisions import Reason
from attune.domain.signals import TouchAnswered

SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=1)
LOOKS_AFTER = 4
"""A journey looks for an answer again after a quarter of the time it has waited: who answers soon is heard soon, and
a wait of days costs few looks."""


class Answer(StrEnum):
    """What a person said."""

    APPROVED = "approved"
    DECLINED = "declined"


class Standing(StrEnum):
    """Where a touch that needs a go-ahead stands."""

    TO_ASK = "to_ask"
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"


NO_ANSWER = Reason("no_answer", "No person said yes in time, so nothing is sent.")
REFUSALS = {
    Standing.DECLINED: Reason("declined", "A person said no to this message."),
    Standing.NO_ANSWER: NO_ANSWER,
}
"""Why a touch without a go-ahead is not made."""


@dataclass(frozen=True, kw_only=True)
class GoAhead:
    """One request for a go-ahead, as stored on its customer: for these words (`words`, their hash) on this channel.

    `queued` says that support has it. The first answer stays. `over_because` says why none counts any more although
    nobody gave one: the time was over, or the gate refused meanwhile. There is one request at a time for a contact.
    """

    request_id: str
    contact_id: str
    journey_id: str
    touch: int
    channel: str
    message: str
    words: str
    asked_at: datetime
    answer_by: datetime
    queued: bool = False
    answer: Answer | None = None
    answered_at: datetime | None = None
    answered_by: str = ""
    note: str = ""
    over_because: str = ""
    version: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.answer is None and not self.over_because

    def answered(self, fact: TouchAnswered) -> "GoAhead":
        """Return the request with an answer; an answer that does not count changes nothing."""
        if why_not_counted(self, fact) is not None:
            return self
        return replace(
            self,
            answer=_said(fact),
            answered_at=fact.time,
            answered_by=fact.agent_id,
            note=fact.note,
        )

    def over(self, why: str) -> "GoAhead":
        """Return the request as closed without an answer; one that was answered stays as it is."""
        return replace(self, over_because=why) if self.is_open else self

    def is_told_by(self, fact: TouchAnswered) -> bool:
        """Whether a fact says what is known: this person gave this answer."""
        return self.answer is not None and (self.answer, self.answered_by) == (_said(fact), fact.agent_id)


def standing(known: GoAhead | None, *, channel: str, words: str, now: datetime) -> Standing:
    """Say where a touch stands that would send these words on this channel now.

    A yes holds for the words that were shown: edited ones are asked for anew. A no, and silence, hold for the touch.
    """
    if known is None:
        return Standing.TO_ASK
    if known.answer is Answer.DECLINED:
        return Standing.DECLINED
    if known.over_because == NO_ANSWER.code:
        return Standing.NO_ANSWER
    if (known.channel, known.words) != (channel, words) or known.over_because:
        return Standing.TO_ASK
    if known.answer is Answer.APPROVED:
        return Standing.APPROVED
    return Standing.WAITING if now < known.answer_by else Standing.NO_ANSWER


def why_not_counted(known: GoAhead, fact: TouchAnswered) -> Reason | None:
    """Return why an answer changes nothing, if so: it must be the first, in time, and about a touch that still waits."""
    if known.answer is not None:
        return Reason("answered_before", f"The touch was {known.answer} before; the first answer stands.")
    if known.over_because:
        return Reason("touch_over", f"The touch is over: {known.over_because.replace('_', ' ')}.")
    if fact.time > known.answer_by:
        return Reason("too_late", "The time to answer was over, so nothing is sent.")
    return None


def next_look(known: GoAhead, now: datetime) -> datetime:
    """Return when the journey looks for an answer again."""
    waits = min(max((now - known.asked_at) / LOOKS_AFTER, SHORTEST_WAIT), LONGEST_WAIT)
    return min(now + waits, known.answer_by)


def request_id_for(secret: str, contact_id: str, words: str, asked_at: datetime) -> str:
    """Return an id that nobody can guess who does not hold the customer's secret."""
    text = f"{secret}|{contact_id}|{words}|{asked_at.isoformat()}"
    return "go-" + hashlib.sha256(text.encode()).hexdigest()[:20]


def _said(fact: TouchAnswered) -> Answer:
    return Answer.APPROVED if fact.approved else Answer.DECLINED
