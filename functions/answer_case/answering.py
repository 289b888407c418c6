"""Send a person's words to the customer of a case: ask the gate, reserve, send, confirm; never twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from attune.adapters.case_events import CaseAnnouncer
from attune.adapters.case_records import record_casework
from attune.adapters.delivering import Delivery, HandOver
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.outgoing import Outgoing
from attune.domain.case_answers import answered, may_answer, why_not_theirs
from attune.domain.clock import format_instant
from attune.domain.contacts import ContactState
from attune.domain.customers import Case, Customer
from attune.domain.decision_groups import groups_of
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import (
    ConflictError,
    PermanentDeliveryError,
    ThrottledDeliveryError,
    UncertainDeliveryError,
)
from attune.domain.gate import ContactRequest, Refusal
from attune.domain.locales import fallback_chain
from attune.domain.signals import CaseWorked
from attune.domain.situation import Situation, assess
from attune.domain.switches import Switches
from attune.domain.texts import Text, TextChannel
from attune.domain.tones import CallToAction, TextKind

MESSAGE = "agent_reply"
SENDER = "support"
"""The playbook that a reply is counted under, where mail providers and tags ask for one."""
SAVE_TRIES = 8

type Result = dict[str, str]


class ReplyRequest(BaseModel):
    """What a person wants sent; asking again under the same `reply_id` sends nothing again."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    customer_id: str
    case_id: str
    reply_id: str = Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")
    agent_id: str = Field(min_length=1, max_length=256)
    channel: Literal["email", "sms", "onsite"]
    text: str = Field(min_length=1, max_length=10_000)
    subject: str = Field(default="", max_length=150)


@dataclass(frozen=True)
class Answering:
    """Answers customers in the name of people. Its contacts fill no cap: those limit what machines send."""

    steps: JourneySteps
    delivery: Delivery
    announcer: CaseAnnouncer
    sending_enabled: bool
    dry_run: bool
    switches: Callable[[], Switches] = Switches

    def answer(self, event: Mapping[str, Any]) -> Result:
        """Send the reply, or say why not: `sent`, `uncertain` (nobody knows, and it is not sent again), `refused`."""
        request = ReplyRequest.model_validate(event)
        for _ in range(SAVE_TRIES):
            try:
                return self._answer_once(request)
            except ConflictError:
                continue  # the case moved: it may be somebody else's now
        message = f"the case kept changing for {SAVE_TRIES} tries"
        raise ConflictError(message)

    def _answer_once(self, request: ReplyRequest) -> Result:
        customer = self.steps.customers.load(request.customer_id)
        case = _case_of(customer, request.case_id)
        refusal = why_not_theirs(case, request.agent_id, self.steps.clock.now())
        if refusal is not None or customer is None or case is None:
            return _refused(refusal or Refusal("no_case", Reason("no_case", "There is no such customer.")))
        known = case.answers.get(request.reply_id)
        if known is not None and known is not ContactState.FAILED:
            return self._again(request, customer, case, known)
        situation = self._situation(customer, case)
        hand_over = self._prepare(request, situation)
        if isinstance(hand_over, Refusal):
            self._note(request, customer, case, "withheld", hand_over.reason)
            return _refused(hand_over)
        reserved = self.steps.customers.save(
            customer.customer_id, answered(case, request.reply_id, ContactState.RESERVED)
        )
        if self._is_forbidden_by_now(request):
            self._settle(request, customer, ContactState.FAILED)
            message = "it was forbidden while the reply was being reserved: what follows is decided anew"
            raise ConflictError(message)
        return self._hand_over(request, customer, reserved, hand_over)

    def _is_forbidden_by_now(self, request: ReplyRequest) -> bool:
        """Look once more: an opt-out is not written on the case, so that the reservation could not see it."""
        customer = self.steps.customers.load(request.customer_id)
        case = _case_of(customer, request.case_id)
        if customer is None or case is None:
            return True
        return isinstance(may_answer(self._asked(request, self._situation(customer, case))), Refusal)

    def _again(self, request: ReplyRequest, customer: Customer, case: Case, known: ContactState) -> Result:
        """Answer for a reply that was asked for before, and say what whoever died over it may have left unsaid."""
        if known is ContactState.SENT:
            self._tell(request, customer, case)
            return {"outcome": "sent", "reason": "asked_before"}
        if known is ContactState.RESERVED:
            # Over the case as it was read: where whoever is still at it ends it meanwhile, what follows is decided anew.
            uncertain = answered(case, request.reply_id, ContactState.UNCERTAIN)
            self.steps.customers.save(customer.customer_id, uncertain)
            self._note(request, customer, case, "uncertain", _CRASHED_BETWEEN)
        return {"outcome": "uncertain", "reason": "asked_before"}

    def _hand_over(self, request: ReplyRequest, customer: Customer, case: Case, hand_over: HandOver) -> Result:
        try:
            hand_over()
        except (PermanentDeliveryError, ThrottledDeliveryError) as error:
            self._settle(request, customer, ContactState.FAILED)
            why = Reason("not_taken", str(error))
            self._note(request, customer, case, "failed", why)
            return _refused(Refusal(why.code, why))
        except UncertainDeliveryError as error:
            self._settle(request, customer, ContactState.UNCERTAIN)
            self._note(request, customer, case, "uncertain", Reason("no_answer", str(error)))
            return {"outcome": "uncertain", "reason": "no_answer", "text": str(error)}
        self._settle(request, customer, ContactState.SENT)
        self._tell(request, customer, case)
        return {"outcome": "sent", "channel": request.channel}

    def _settle(self, request: ReplyRequest, customer: Customer, state: ContactState) -> None:
        for _ in range(SAVE_TRIES):
            current = _case_of(self.steps.customers.load(customer.customer_id), request.case_id)
            if current is None:
                return
            try:
                self.steps.customers.save(customer.customer_id, answered(current, request.reply_id, state))
            except ConflictError:
                continue
            return
        # What stays reserved is never sent again, and is told as uncertain.

    def _tell(self, request: ReplyRequest, customer: Customer, case: Case) -> None:
        """Write down and announce that it was sent; both bear the same ids each time."""
        self._note(request, customer, case, "sent", Reason("sent", "A person wrote it."))
        now = self.steps.clock.now()
        message_id = f"{case.case_id}#{request.reply_id}"
        fact = CaseWorked(
            message_id=message_id,
            customer_id=customer.customer_id,
            time=now,
            case_id=case.case_id,
            step="replied",
            agent_id=request.agent_id,
        )
        record_casework(self.steps.decisions, customer, [(case, fact)])
        self.announcer.announce(
            "Case Replied",
            customer.customer_id,
            message_id=message_id,
            at=now,
            properties={"case_id": case.case_id, "agent_id": request.agent_id, "channel": request.channel},
        )

    def _situation(self, customer: Customer, case: Case) -> Situation:
        now = self.steps.clock.now()
        journey = customer.journeys.get(case.about)
        playbook = self.steps.playbooks.get(journey.playbook) if journey else None
        playbook = playbook or next(iter(self.steps.playbooks.values()))
        ends = now + playbook.expires_after
        seen = assess(customer, playbook, self.steps.friction, now=now, since=now, expires_at=ends)
        return replace(seen, calendar=self.steps.calendar)

    def _prepare(self, request: ReplyRequest, situation: Situation) -> HandOver | Refusal:
        problem = _liquid_in(request.text + request.subject)
        if problem:
            return Refusal("unusable_text", Reason("unusable_text", problem))
        verdict = may_answer(self._asked(request, situation))
        if isinstance(verdict, Refusal):
            return verdict
        text = self._text(request, situation)
        outgoing = Outgoing(
            situation=situation,
            contact_id=f"{request.case_id}#{request.reply_id}",
            channel=request.channel,
            message=MESSAGE,
            locale=text.locale,
            playbook=SENDER,
        )
        return self.delivery.prepare(outgoing, text)

    def _asked(self, request: ReplyRequest, situation: Situation) -> ContactRequest:
        return ContactRequest(
            customer=situation.customer,
            playbook=situation.playbook,
            channel=request.channel,
            now=situation.now,
            zone=situation.zone,
            approved=True,
            goal_reached=False,
            expires_at=situation.expires_at,
            sending_enabled=self.sending_enabled,
            dry_run=self.dry_run,
            promotional=False,
            calendar=situation.calendar,
            switches=self.switches(),
        )

    def _text(self, request: ReplyRequest, situation: Situation) -> Text:
        """Return the person's words as a text, in the language of the frame around them."""
        chain = fallback_chain((situation.locale, situation.playbook.fallback_locale))
        locale = next((tag for tag in chain if tag in self.delivery.library.layout.strings), chain[-1])
        is_email = request.channel == "email"
        return Text(
            message=MESSAGE,
            channel=TextChannel(request.channel),
            locale=locale,
            tone="",
            kind=TextKind.SERVICE,
            offer=False,
            purpose="What a person wrote.",
            moment="help_request",
            touch=0,
            call_to_action=CallToAction.SOFT,
            slots=(),
            subject=(request.subject or self.delivery.slots.settings.company_name) if is_email else "",
            body=request.text,
            content_hash="",
        )

    def _note(self, request: ReplyRequest, customer: Customer, case: Case, choice: str, why: Reason) -> None:
        now = self.steps.clock.now()
        subject = customer.profile.subject_key
        # What may have left did so once, however often it is told; refused it may be any number of times.
        tried_at = "" if choice in ("sent", "uncertain") else f"#{format_instant(now)}"
        self.steps.decisions.record(
            Decision(
                decision_id=decision_id(f"{subject}#{case.case_id}#{request.reply_id}#{choice}{tried_at}"),
                time=now,
                kind=DecisionKind.CONTACT,
                subject_key=subject,
                choice=choice,
                reasons=(why,),
                inputs={
                    **groups_of(customer),
                    "case_id": case.case_id,
                    "channel": request.channel,
                    "message": MESSAGE,
                },
                automated=False,
                dry_run=self.dry_run,
            )
        )


def _case_of(customer: Customer | None, case_id: str) -> Case | None:
    cases = customer.cases.values() if customer else ()
    return next((case for case in cases if case.case_id == case_id), None)


def _refused(refusal: Refusal) -> Result:
    until = refusal.next_possible
    return {
        "outcome": "refused",
        "reason": refusal.reason.code,
        "text": refusal.reason.text,
        **({"until": format_instant(until)} if until else {}),
    }


def _liquid_in(words: str) -> str:
    """Return what is wrong with a person's words as a text: they have no slots."""
    braces = next((sign for sign in ("{{", "}}", "{%", "%}") if sign in words), "")
    return f"The words cannot be used: they hold {braces}, which belongs to templates." if braces else ""


_CRASHED_BETWEEN = Reason(
    "crashed_between", "An earlier attempt stopped between reserving and confirming; counted as sent."
)
