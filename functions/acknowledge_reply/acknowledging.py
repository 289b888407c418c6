"""Acknowledge one reply: ask the gate's rules for answers, reserve, send, confirm; what may have left never leaves again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from attune.adapters.contact_places import Place
from attune.adapters.delivering import Delivery, HandOver
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.outgoing import Outgoing
from attune.adapters.queues import AcknowledgementRequest, Outbox
from attune.adapters.send_rate import hold_for
from attune.domain.acknowledgements import (
    FRESH_FOR,
    AnswerRequest,
    answer_by,
    ask_answer_gate,
    contact_id_of,
    is_acknowledgement,
    messages_for,
)
from attune.domain.clock import format_instant
from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import Customer
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import (
    AttuneError,
    ConflictError,
    PermanentDeliveryError,
    ThrottledDeliveryError,
    UncertainDeliveryError,
)
from attune.domain.gate import Refusal
from attune.domain.situation import Situation, assess
from attune.domain.switches import Switches
from attune.domain.texts import Found, find

SAVE_TRIES = 12
SENDING_TAKES = timedelta(seconds=30)
"""In real time; whoever reserved longer ago and has not confirmed must have died."""


class AcknowledgementInProgressError(AttuneError):
    """Raised when another process is acknowledging the same reply; the request comes again a little later."""


@dataclass(frozen=True)
class Answering:
    """One request with the customer as they are now."""

    request: AcknowledgementRequest
    situation: Situation
    contact_id: str
    channel: str

    @property
    def customer(self) -> Customer:
        """Who wrote."""
        return self.situation.customer


@dataclass(frozen=True)
class Acknowledger:
    """Answers requests from the acknowledgements queue; `again` is that queue."""

    steps: JourneySteps
    delivery: Delivery
    again: Outbox
    sending_enabled: bool
    dry_run: bool
    switches: Callable[[], Switches] = Switches

    def from_queue(self, body: str) -> str:
        """Acknowledge a reply, once, or write down why not; return what became of it."""
        request = AcknowledgementRequest.model_validate_json(body)
        for _ in range(SAVE_TRIES):
            customer = self.steps.customers.load(request.customer_id)
            if customer is None:
                return "gone"
            try:
                return self._answer_once(self._answering(request, customer))
            except ConflictError:
                continue  # the ledger moved: what the rules allowed may no longer hold
        message = f"the ledger kept changing for {SAVE_TRIES} tries"
        raise ConflictError(message)

    def _answering(self, request: AcknowledgementRequest, customer: Customer) -> Answering:
        journey = customer.journeys.get(request.journey_id)
        playbooks, now = self.steps.playbooks, self.steps.clock.now()
        playbook = (playbooks.get(journey.playbook) if journey else None) or next(iter(playbooks.values()))
        expires_at = max(request.due_by, now)
        seen = assess(customer, playbook, self.steps.friction, now=now, since=request.at, expires_at=expires_at)
        situation = replace(seen, calendar=self.steps.calendar)
        channel = request.channel or _last_channel(customer)
        return Answering(request, situation, contact_id_of(customer, request.message_id), channel)

    def _answer_once(self, answering: Answering) -> str:
        """Ask, reserve, send and confirm; raises ConflictError only while nothing has been reserved."""
        known = answering.customer.ledger.find(answering.contact_id)
        if known is not None:
            return self._again(answering, known)
        message, found = self._text(answering)
        verdict = ask_answer_gate(self._asked(answering, message, approved=found is not None))
        if isinstance(verdict, Refusal) or found is None:
            return self._refused(answering, message, verdict if isinstance(verdict, Refusal) else _NOT_APPROVED)
        hand_over = self.delivery.prepare(self._outgoing(answering, message), found.text)
        if isinstance(hand_over, Refusal):
            return self._refused(answering, message, hand_over)
        contact = self._contact(answering, message)
        ledger = self.steps.customers.save(answering.customer.customer_id, answering.customer.ledger.reserve(contact))
        self._look_once_more(answering, message, ledger)
        return self._hand_over(answering, contact, ledger, hand_over)

    def _look_once_more(self, answering: Answering, message: str, reserved: Ledger) -> None:
        """Give the place back and raise ConflictError where what was recorded meanwhile forbids it, an opt-out say."""
        customer = self.steps.customers.load(answering.request.customer_id)
        if customer is not None and customer.customer_id == answering.customer.customer_id:
            others = replace(customer, ledger=customer.ledger.release(answering.contact_id))
            seen = self._answering(answering.request, others)
            if not isinstance(ask_answer_gate(self._asked(seen, message, approved=True)), Refusal):
                return
        self._place(answering).take_back(reserved)
        message = "it was forbidden while its place was being reserved: what follows is decided anew"
        raise ConflictError(message)

    def _hand_over(self, answering: Answering, contact: Contact, ledger: Ledger, hand_over: HandOver) -> str:
        try:
            provider_id = hand_over()
        except PermanentDeliveryError as error:
            self._settle(answering, ledger, ContactState.FAILED)
            return self._note(answering, contact.message, "failed", Reason(f"refused_{error.code}", str(error)))
        except ThrottledDeliveryError as error:
            self._settle(answering, ledger, None)
            until = self.steps.clock.now() + hold_for(timedelta(), contact.contact_id, answering.request.attempt)
            return self._held(answering, contact.message, Reason("throttled", str(error)), until)
        except UncertainDeliveryError as error:
            self._settle(answering, ledger, ContactState.UNCERTAIN)
            return self._note(answering, contact.message, "uncertain", Reason("no_answer", str(error)))
        self._settle(answering, ledger, ContactState.SENT, provider_id)
        return self._note(answering, contact.message, "sent", _ACKNOWLEDGED)

    def _again(self, answering: Answering, known: Contact) -> str:
        """Answer for a reply that was acknowledged before, or may have been: never a second time."""
        match known.state:
            case ContactState.SENT:
                return self._note(answering, known.message, "sent", _ACKNOWLEDGED)
            case ContactState.FAILED:
                return self._note(answering, known.message, "failed", _FAILED_BEFORE)
            case ContactState.RESERVED:
                age = self.steps.clock.scale.real_duration(answering.situation.now - known.at)
                if age < SENDING_TAKES:
                    message = "the reply is being acknowledged this very moment; come again"
                    raise AcknowledgementInProgressError(message)
                stands = self._settle(answering, answering.customer.ledger, ContactState.UNCERTAIN)
                ended = stands.find(answering.contact_id)
                if ended is None or ended.state is not ContactState.UNCERTAIN:
                    message = "whoever reserved it was still at it, and has ended it: what follows is decided anew"
                    raise ConflictError(message)
            case _:
                pass
        return self._note(answering, known.message, "uncertain", _CRASHED_BETWEEN)

    def _settle(
        self, answering: Answering, ledger: Ledger, state: ContactState | None, provider_id: str = ""
    ) -> Ledger:
        """Write the end of the reservation (None: nothing was sent); return what stands."""
        contact_id = answering.contact_id
        return self._place(answering).settle(
            ledger, lambda now: now.settle(contact_id, state, provider_id) if state else now.release(contact_id)
        )

    def _place(self, answering: Answering) -> Place:
        return Place(self.steps.customers, answering.customer.customer_id, answering.contact_id)

    def _text(self, answering: Answering) -> tuple[str, Found | None]:
        """Return the message to answer with, the first of which there is an approved text, and that text."""
        messages = messages_for(answering.channel, keyword=answering.request.is_keyword)
        library, locale = self.delivery.library, answering.situation.locale
        for message in messages:
            found = find(library, message=message, channel=answering.channel, locale=locale)
            if isinstance(found, Found):
                return message, found
        return messages[-1], None

    def _asked(self, answering: Answering, message: str, *, approved: bool) -> AnswerRequest:
        request = answering.request
        cases = answering.customer.cases.values()
        journey_playbook = answering.situation.playbook.id if request.journey_id else ""
        return AnswerRequest(
            situation=answering.situation,
            channel=answering.channel,
            message=message,
            trigger=request.trigger,
            wrote_at=request.at,
            case=next((case for case in cases if case.case_id == request.case_id), None),
            due_by=request.due_by,
            approved=approved,
            in_journey=bool(request.journey_id),
            sending_enabled=self.sending_enabled and self.switches().lets_pass(answering.channel, journey_playbook),
            dry_run=self.dry_run,
        )

    def _outgoing(self, answering: Answering, message: str) -> Outgoing:
        request, situation = answering.request, answering.situation
        return Outgoing(
            situation=situation,
            contact_id=answering.contact_id,
            channel=answering.channel,
            message=message,
            locale=situation.locale,
            # Links, tags and opt-outs by mail name what they belong to, also where that is no journey.
            journey_id=request.journey_id or answering.contact_id,
            attempt=request.attempt,
            values={"answer_by": answer_by(request.due_by, situation.zone)},
            direct_until=request.at + FRESH_FOR,
        )

    def _contact(self, answering: Answering, message: str) -> Contact:
        return Contact(
            contact_id=answering.contact_id,
            playbook=answering.situation.playbook.id if answering.request.journey_id else "",
            journey_id=answering.request.journey_id,
            touch=0,
            channel=answering.channel,
            message=message,
            at=answering.situation.now,
            state=ContactState.RESERVED,
        )

    def _refused(self, answering: Answering, message: str, refusal: Refusal) -> str:
        if refusal.next_possible is not None and refusal.next_possible < answering.request.due_by:
            return self._held(answering, message, refusal.reason, refusal.next_possible)
        return self._note(answering, message, "withheld", refusal.reason)

    def _held(self, answering: Answering, message: str, reason: Reason, until: datetime) -> str:
        """Let the request come again; a queue waits for 15 minutes at most, so it may have to come several times."""
        request = answering.request
        delay = self.steps.clock.queue_delay(until - self.steps.clock.now())
        self.again.send(request.model_copy(update={"attempt": request.attempt + 1}), delay_seconds=delay)
        return self._note(answering, message, "held", reason)

    def _note(self, answering: Answering, message: str, choice: str, reason: Reason) -> str:
        request, situation = answering.request, answering.situation
        subject = situation.customer.profile.subject_key
        self.steps.decisions.record(
            Decision(
                decision_id=decision_id(f"{subject}#{answering.contact_id}#{choice}"),
                time=request.at,
                kind=DecisionKind.CONTACT,
                subject_key=subject,
                choice=choice,
                reasons=(reason,),
                journey_id=request.journey_id,
                playbook=situation.playbook.id if request.journey_id else "",
                playbook_version=situation.playbook.version if request.journey_id else "",
                inputs={
                    **groups_of(situation.customer, fallback_locale=situation.locale),
                    "channel": answering.channel,
                    "message": message,
                    "contact_id": answering.contact_id,
                    "trigger": request.trigger,
                    "case_id": request.case_id,
                    "answer_by": format_instant(request.due_by),
                    "zone_known": situation.zone is not None,
                },
                dry_run=self.dry_run,
            )
        )
        return choice


def _last_channel(customer: Customer) -> str:
    """Return the channel of the last message to a customer, which one that names no channel must be answering."""
    contacts = [known for known in customer.ledger.contacts if known.counts and not is_acknowledgement(known)]
    return max(contacts, key=lambda known: known.at).channel if contacts else ""


_ACKNOWLEDGED = Reason("acknowledged", "Told at once that the message has arrived and a person answers it.")
_FAILED_BEFORE = Reason("failed_before", "The provider refused it for good; it is not tried again.")
_CRASHED_BETWEEN = Reason(
    "crashed_between", "An earlier attempt stopped between reserving and confirming; counted as sent."
)
_NOT_APPROVED = Refusal("not_approved", Reason("not_approved", "The text is not approved as it stands."))
