"""Whether somebody who wrote to us is told at once that it has arrived: the gate's narrower rules for direct answers.

An acknowledgement answers what a customer has just written, on the channel they wrote on. So it needs no standing consent
(an opt-out forbids it all the same), is no automated decision about them, is held out from nobody, waits for no contact hours
while it is fresh, and no frequency cap or complaint brake asks about it. docs/sending.md has the rules in order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from attune.domain.case_triggers import CaseTrigger
from attune.domain.cases import Priority, due_by, prioritise
from attune.domain.contacts import Contact
from attune.domain.customers import Case, Channel, Customer, keyed_hash
from attune.domain.decisions import Reason
from attune.domain.gate import Permit, Refusal, Verdict, contact_zone, has_address
from attune.domain.quiet_hours import next_permitted
from attune.domain.reply_text import plain_text
from attune.domain.sentiment import is_distressed
from attune.domain.situation import Situation

MESSAGE = "help_acknowledged"
KEYWORD_MESSAGE = "sms_help_answer"
"""The answer that carriers want to the word HELP alone: who writes, how to stop."""
FRESH_FOR = timedelta(minutes=30)
"""How long an answer is part of a conversation that the customer began; later it may wake them."""
ONE_IN = timedelta(hours=12)
"""A conversation is acknowledged once, not line by line."""
ROUND_TO = timedelta(minutes=15)
_LATEST_DAY = timezone(timedelta(hours=14))
"""Where on earth a day begins first."""
_PREFIX = "ack#"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_KEYWORDS = _words(
    """
    help info information hilfe infos ayuda información informacion aide aiuto informazioni ajuda informação hulp informatie hjälp
    hjelp hjælp apua pomoc segítség ヘルプ 帮助 幫助 도움말 помощь βοήθεια
    """
)


@dataclass(frozen=True, kw_only=True)
class AnswerRequest:
    """An answer about to be sent, with everything the rules look at; `case` is what a person was asked to look at."""

    situation: Situation
    channel: str
    message: str
    trigger: str
    wrote_at: datetime
    case: Case | None
    due_by: datetime
    approved: bool
    in_journey: bool
    sending_enabled: bool
    dry_run: bool

    @property
    def customer(self) -> Customer:
        """Who wrote."""
        return self.situation.customer

    @property
    def fresh_until(self) -> datetime:
        """Until when the answer comes at once."""
        return self.wrote_at + FRESH_FOR


def ask_answer_gate(request: AnswerRequest) -> Verdict:
    """Ask every rule in order; return the first refusal, or a permit."""
    return next((refusal for rule in RULES if (refusal := rule(request)) is not None), Permit())


def contact_id_of(customer: Customer, message_id: str) -> str:
    """Return the id of a reply's one acknowledgement; it tells nothing of the reply, however its sender names it."""
    return _PREFIX + keyed_hash(customer.profile.subject_secret, message_id)


def is_acknowledgement(contact: Contact) -> bool:
    """Whether a contact in the ledger answered a reply, and so counts against no frequency cap."""
    return contact.contact_id.startswith(_PREFIX)


def is_keyword(text: str) -> bool:
    """Whether a text is the word HELP, in one of its languages, and nothing else."""
    words = plain_text(text).words
    return len(words) == 1 and words[0] in _KEYWORDS


def messages_for(channel: str, *, keyword: bool) -> tuple[str, ...]:
    """Return the messages that may answer, first choice first."""
    return (KEYWORD_MESSAGE, MESSAGE) if keyword and channel == Channel.SMS else (MESSAGE,)


def answer_by(due_by: datetime, zone: ZoneInfo | None) -> datetime | date:
    """Return by when a person answers, on the customer's own clock, rounded up to a quarter of an hour.

    Where nobody knows their clock it is the day only, the latest that it can be anywhere, so that it holds everywhere.
    """
    over = timedelta(minutes=due_by.minute % 15, seconds=due_by.second, microseconds=due_by.microsecond)
    rounded = due_by + (ROUND_TO - over) if over else due_by
    return rounded.astimezone(zone) if zone else rounded.astimezone(_LATEST_DAY).date()


def time_to_answer(case: Case, situation: Situation) -> datetime:
    """Return by when a person answers what was written last: when the case is due, or anew where that is over."""
    priority, _ = prioritise(situation.customer, CaseTrigger.DISTRESS if _distressing(case) else case.triggers[-1])
    escalation = situation.playbook.escalation
    due = due_by(case.opened_at, Priority.NORMAL, escalation)
    anew = due_by(situation.now, priority, escalation)
    return min(due, anew) if due > situation.now else anew


def _distressing(case: Case) -> bool:
    return CaseTrigger.DISTRESS in case.triggers


def _refuse(rule: str, text: str, next_possible: datetime | None = None) -> Refusal:
    return Refusal(rule, Reason(rule, text), next_possible)


def _kill_switch(request: AnswerRequest) -> Refusal | None:
    if not request.sending_enabled:
        return _refuse("kill_switch", "Sending is switched off for this stage.")
    if request.in_journey and not request.situation.playbook.enabled:
        return _refuse("kill_switch", "This playbook is switched off.")
    return None


def _dry_run(request: AnswerRequest) -> Refusal | None:
    return _refuse("dry_run", "This stage decides everything but sends nothing.") if request.dry_run else None


def _distress(request: AnswerRequest) -> Refusal | None:
    if request.trigger == CaseTrigger.DISTRESS or is_distressed(
        request.customer.profile.distress, request.situation.now
    ):
        return _refuse("distress", "The customer wrote in distress: a person answers, not a message.")
    return None


def _consent(request: AnswerRequest) -> Refusal | None:
    if not request.channel:
        return _refuse("unknown_channel", "Nobody knows on which channel the customer wrote.")
    if request.customer.consent.refused(request.channel):
        return _refuse("opted_out", f"The customer opted out of {request.channel}.")
    return None


def _reachable(request: AnswerRequest) -> Refusal | None:
    if not has_address(request.customer, request.channel):
        return _refuse("no_address", f"There is no address for {request.channel}.")
    return None


def _relevant(request: AnswerRequest) -> Refusal | None:
    if request.case is None or request.case.resolved_at is not None:
        return _refuse("case_closed", "A person has dealt with it before it could be acknowledged.")
    if request.situation.now >= request.due_by:
        return _refuse("too_late", "The time by which a person answers is over.")
    return None


def _conversation(request: AnswerRequest) -> Refusal | None:
    """One of each message: who was told that a person answers still gets what carriers want to HELP."""
    since = request.situation.now - ONE_IN
    if any(
        contact.counts and contact.at > since and contact.message == request.message
        for contact in request.customer.ledger.contacts
        if is_acknowledgement(contact)
    ):
        return _refuse("acknowledged_before", "The customer was told less than 12 hours ago that a person answers.")
    return None


def _approval(request: AnswerRequest) -> Refusal | None:
    if not request.approved:
        return _refuse("not_approved", "There is no approved text for this channel in the customer's language.")
    return None


def _night(request: AnswerRequest) -> Refusal | None:
    situation, channel = request.situation, request.channel
    if situation.now <= request.fresh_until:
        return None
    if channel == Channel.SMS and situation.zone is None:
        return _refuse("unknown_time_zone", "It is late, the time zone is unknown, and an SMS might come at night.")
    zone = contact_zone(situation.zone, situation.playbook)
    opens = next_permitted(situation.now, zone, situation.contact_hours(channel, promotional=False))
    if opens == situation.now:
        return None
    if opens is None or opens >= request.due_by:
        return _refuse("quiet_hours", "It is late, and contact hours open only after a person will have answered.")
    return _refuse("quiet_hours", "It is late, and outside contact hours where the customer is.", opens)


RULES: tuple[Callable[[AnswerRequest], Refusal | None], ...] = (
    _kill_switch,
    _dry_run,
    _distress,
    _consent,
    _reachable,
    _relevant,
    _conversation,
    _approval,
    _night,
)
