"""Make one contact: ask the gate, reserve, send, confirm. A contact that may have been made is never made again."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from attune.adapters.complaint_rate import BrakeReader
from attune.adapters.contact_places import Place, pause
from attune.adapters.delivering import Delivery, HandOver
from attune.adapters.journey_steps import GONE, JourneySteps, OpenStep, Result
from attune.adapters.outgoing import outgoing_of
from attune.adapters.send_rate import hold_for
from attune.adapters.touch_line import Told, on_the_line, pass_on, tell
from attune.domain.case_triggers import CaseTrigger
from attune.domain.clock import format_instant
from attune.domain.complaint_brake import Brake
from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import Channel
from attune.domain.decisions import DecisionKind, Reason
from attune.domain.errors import (
    ConflictError,
    PermanentDeliveryError,
    ThrottledDeliveryError,
    UncertainDeliveryError,
)
from attune.domain.gate import ContactRequest, Refusal, ask_gate
from attune.domain.go_aheads import REFUSALS, Standing
from attune.domain.situation import why_journey_is_over
from attune.domain.switches import Switches
from attune.domain.texts import Found, NotFound, Text, find
from attune.domain.tones import TextKind
from functions.send_message.asking import GoAheads
from functions.send_message.consequences import CHANNEL_RULES, ENDING_RULES
from functions.send_message.opting_out import OPTED_OUT, take_over

OPEN_TRIES = 5
RESERVE_TRIES = 12
"""With what is known of the customer a moment ago; then everything is read again."""
TRY_AGAIN_AFTER = timedelta(minutes=15)
DRY_RUN = "dry_run"
"""The gate's rule for a stage that sends nothing."""


@dataclass(frozen=True)
class Sending:
    """Makes contacts for the journey."""

    steps: JourneySteps
    delivery: Delivery
    sending_enabled: bool
    dry_run: bool
    complaints: BrakeReader
    go_aheads: GoAheads
    sleep: Callable[[float], None] = time.sleep
    switches: Callable[[], Switches] = Switches

    def send(self, event: dict[str, Any]) -> Result:
        """Make the touch's contact, or say why not and what follows; what was not planned is passed on."""
        if not on_the_line(event):
            return self._made(event)
        if event["told"] != Told.PLANNED:
            return pass_on(event, self.steps.clock)
        return tell(self._made(event), self.steps.clock, plan=event["plan"])

    def _made(self, event: dict[str, Any]) -> Result:
        for attempt in range(OPEN_TRIES):
            opened = self.steps.open(event)
            if opened is None:
                return GONE
            try:
                return self._contact_once(opened)
            except ConflictError:
                pause(self.sleep, attempt)
        message = f"the ledger kept changing for {OPEN_TRIES * RESERVE_TRIES} tries"
        raise ConflictError(message)

    def _contact_once(self, opened: OpenStep) -> Result:
        """Ask, reserve, send and confirm; raises ConflictError only while nothing has been reserved."""
        customer = opened.situation.customer
        known = customer.ledger.find(opened.step.contact_id)
        if known is not None and known.state is not ContactState.FAILED:
            return self._again(opened, known)
        plan = opened.payload.plan
        if plan["channel"] in customer.ledger.failed_channels(opened.step.contact_id):
            return _channel_failed("channel_failed")
        found = find(self.delivery.library, message=plan["message"], channel=plan["channel"], locale=plan["locale"])
        verdict = ask_gate(asked := self._request(opened, found))
        if isinstance(verdict, Refusal) and verdict.rule == DRY_RUN:
            verdict = ask_gate(replace(asked, dry_run=False))  # what would be said if the stage did send
        if isinstance(verdict, Refusal):
            return self._refused(opened, verdict)
        if not isinstance(found, Found):
            return self._refused(opened, _NOT_APPROVED)
        return self._permitted(opened, found)

    def _permitted(self, opened: OpenStep, found: Found) -> Result:
        """Make what the gate permits, once a person has said yes where the playbook wants that."""
        if self.dry_run:
            return self._rehearsed(opened, found)
        stands = self.go_aheads.standing(opened, found.text)
        if stands in REFUSALS:
            return self._refused(opened, Refusal("go_ahead", REFUSALS[stands]))
        if stands is Standing.WAITING:
            return self._waits(opened, found.text)
        hand_over = self.delivery.prepare(outgoing_of(opened), found.text)
        if isinstance(hand_over, Refusal):
            return self._refused(opened, hand_over, about_channel=hand_over.next_possible is None)
        if stands is Standing.TO_ASK:  # nobody is asked about what could not be sent
            return self._waits(opened, found.text)
        return self._reserve(opened, found, hand_over)

    def _rehearsed(self, opened: OpenStep, found: Found) -> Result:
        """Render it and keep it: nothing is reserved, nobody is asked, and the journey goes on as if it had left."""
        prepared = self.delivery.prepare(outgoing_of(opened), found.text)
        if isinstance(prepared, Refusal):
            return self._refused(opened, prepared, about_channel=prepared.next_possible is None)
        self._note(opened, "withheld", _REHEARSED, rule=DRY_RUN)
        return {**self._looked_at_later(opened), "reason": DRY_RUN}

    def _reserve(self, opened: OpenStep, found: Found, hand_over: HandOver) -> Result:
        """Take the place in the ledger that the gate was shown; whenever it moved, show it to the gate again."""
        customers, customer_id = self.steps.customers, opened.step.customer_id
        for attempt in range(RESERVE_TRIES):
            ledger = opened.situation.customer.ledger
            try:
                reserved = customers.save(customer_id, ledger.reserve(self._contact(opened)))
            except ConflictError:
                pause(self.sleep, attempt)
                opened = _with_ledger(opened, customers.load_ledger(customer_id))
            else:
                self._look_once_more(opened, found, reserved)
                return self._hand_over(opened, reserved, hand_over)
            known = opened.situation.customer.ledger.find(opened.step.contact_id)
            if known is not None and known.state is not ContactState.FAILED:
                return self._again(opened, known)
            verdict = ask_gate(self._request(opened, found))
            if isinstance(verdict, Refusal):
                return self._refused(opened, verdict)
        message = f"the ledger kept changing for {RESERVE_TRIES} tries"
        raise ConflictError(message)

    def _seen_now(self, opened: OpenStep) -> OpenStep:
        """Return the step as of now; raise ConflictError where its customer is gone or somebody else by now."""
        customer = self.steps.customers.load(opened.payload.customer_id)
        journey = customer.journeys.get(opened.step.journey_id) if customer else None
        if customer is None or journey is None or customer.customer_id != opened.step.customer_id:
            message = "whom it was for is gone, or somebody else by now: what follows is decided anew"
            raise ConflictError(message)
        situation = replace(opened.situation, customer=customer, now=self.steps.clock.now())
        return replace(opened, journey=journey, situation=situation)

    def _look_once_more(self, opened: OpenStep, found: Found, reserved: Ledger) -> None:
        """Give the place back where what was permitted a moment ago no longer is, and raise ConflictError.

        The ledger was written in time, but an opt-out, a case or a wish to be forgotten is written elsewhere: what was
        recorded before the reservation counts, however short before.
        """
        try:
            seen = self._seen_now(opened)
            others = seen.situation.customer.ledger.release(opened.step.contact_id)
            verdict = ask_gate(self._request(_with_ledger(seen, others), found))
            if not isinstance(verdict, Refusal) and self.go_aheads.standing(seen, found.text) is Standing.APPROVED:
                return
        except ConflictError:
            self._place(opened).take_back(reserved)
            raise
        self._place(opened).take_back(reserved)
        message = "it was forbidden while its place was being reserved: what follows is decided anew"
        raise ConflictError(message)

    def _hand_over(self, opened: OpenStep, ledger: Ledger, hand_over: HandOver) -> Result:
        contact_id = opened.step.contact_id
        try:
            provider_id = hand_over()
        except PermanentDeliveryError as error:
            self._settle(opened, ledger, lambda current: current.fail(self._contact(opened)))
            if error.code in OPTED_OUT:
                take_over(self.steps, opened, opened.payload.plan["channel"])
            why = Reason(f"refused_{error.code}", str(error))
            self._note(opened, "failed", why)
            return _channel_failed(why.code)
        except ThrottledDeliveryError as error:
            self._settle(opened, ledger, lambda current: current.release(contact_id))
            spread = hold_for(timedelta(), contact_id, opened.step.attempt)
            return self._held(
                opened, Reason("throttled", str(error)), self.steps.clock.now() + TRY_AGAIN_AFTER + spread
            )
        except UncertainDeliveryError as error:
            self._settle(opened, ledger, lambda current: current.settle(contact_id, ContactState.UNCERTAIN))
            return self._contacted(opened, "uncertain", Reason("no_answer", str(error)))
        self._settle(opened, ledger, lambda current: current.settle(contact_id, ContactState.SENT, provider_id))
        return self._contacted(opened, "sent", _sent_by(opened.payload.plan["channel"]))

    def _settle(self, opened: OpenStep, ledger: Ledger, end: Callable[[Ledger], Ledger]) -> Ledger:
        return self._place(opened).settle(ledger, end)

    def _place(self, opened: OpenStep) -> Place:
        return Place(self.steps.customers, opened.step.customer_id, opened.step.contact_id, self.sleep)

    def _again(self, opened: OpenStep, known: Contact) -> Result:
        """Answer for a contact that was attempted before: sent, or nobody knows, but never a second time."""
        if known.state is ContactState.SENT:
            return self._contacted(opened, "sent", _sent_by(known.channel))
        if known.state is ContactState.RESERVED:
            ledger = opened.situation.customer.ledger
            ledger = self._settle(
                opened, ledger, lambda current: current.settle(known.contact_id, ContactState.UNCERTAIN)
            )
            ended = ledger.find(known.contact_id)
            if ledger.version and (ended is None or ended.state in {ContactState.SENT, ContactState.FAILED}):
                message = "whoever reserved it was still at it, and has ended it: what follows is decided anew"
                raise ConflictError(message)
        why = Reason("crashed_between", "An earlier attempt stopped between reserving and confirming; counted as sent.")
        return self._contacted(opened, "uncertain", why)

    def _refused(self, opened: OpenStep, refusal: Refusal, *, about_channel: bool = False) -> Result:
        """Write a refusal down, with when it would next be possible, and say what follows."""
        until, rule = refusal.next_possible, refusal.rule
        if until is not None and refusal.waits and until < opened.situation.expires_at:
            return self._held(opened, refusal.reason, until, rule=rule)
        self.go_aheads.close(opened, refusal.reason.code)
        about_channel = about_channel or rule in CHANNEL_RULES
        if about_channel:
            ledger = opened.situation.customer.ledger.fail(self._contact(opened))
            self.steps.customers.save(opened.step.customer_id, ledger)
        self._note(opened, "withheld", refusal.reason, rule=rule, until=format_instant(until) if until else "")
        if about_channel:
            return _channel_failed(refusal.reason.code)
        if rule in ENDING_RULES:
            return self.steps.end(opened, refusal.reason)
        if rule == "not_approved" and opened.playbook.escalation.no_approved_text:
            return {"outcome": "escalate", "trigger": CaseTrigger.NO_APPROVED_TEXT.value}
        return {"outcome": "withheld", "reason": refusal.reason.code}

    def _held(self, opened: OpenStep, reason: Reason, until: datetime, *, rule: str = "") -> Result:
        self._note(opened, "held", reason, rule=rule, until=format_instant(until))
        return {"outcome": "held", "wait_until": format_instant(self.steps.clock.to_real(until))}

    def _waits(self, opened: OpenStep, text: Text) -> Result:
        """Hold the touch until a person may have answered; a look that finds no answer is no decision."""
        until = self.go_aheads.wait(opened, text)
        return {"outcome": "held", "wait_until": format_instant(self.steps.clock.to_real(until))}

    def _contacted(self, opened: OpenStep, choice: str, reason: Reason) -> Result:
        self._note(opened, choice, reason)
        return self._looked_at_later(opened)

    def _looked_at_later(self, opened: OpenStep) -> Result:
        """Leave the customer the touch's patience, and then look again."""
        look_again = self.steps.clock.now() + opened.playbook.touches[opened.step.touch - 1].patience
        return {"outcome": "sent", "wait_until": format_instant(self.steps.clock.to_real(look_again))}

    def _note(self, opened: OpenStep, choice: str, reason: Reason, *, rule: str = "", until: str = "") -> None:
        plan = opened.payload.plan
        found = find(self.delivery.library, message=plan["message"], channel=plan["channel"], locale=plan["locale"])
        self.steps.note(
            opened,
            DecisionKind.CONTACT,
            choice,
            (reason,),
            dry_run=self.dry_run,
            channel=plan["channel"],
            message=plan["message"],
            contact_id=opened.step.contact_id,
            tone=plan.get("tone", ""),
            text_locale=plan["locale"],
            text_hash=found.text.content_hash[:16] if isinstance(found, Found) else "",
            offer=isinstance(found, Found) and found.text.offer,
            rule=rule,
            until=until,
        )

    def _request(self, opened: OpenStep, found: Found | NotFound) -> ContactRequest:
        situation, channel = opened.situation, opened.payload.plan["channel"]
        return ContactRequest(
            customer=situation.customer,
            playbook=opened.playbook,
            channel=channel,
            now=situation.now,
            zone=situation.zone,
            approved=isinstance(found, Found),
            promotional=not isinstance(found, Found) or found.text.kind is TextKind.PROMOTIONAL,
            goal_reached=situation.goal_reached,
            expires_at=situation.expires_at,
            over=why_journey_is_over(opened.journey, opened.playbook) or situation.why_over,
            sending_enabled=self.sending_enabled,
            dry_run=self.dry_run,
            calendar=situation.calendar,
            switches=self.switches(),
            brake=self.complaints.brake(situation.now) if channel == Channel.EMAIL else Brake.UNKNOWN,
        )

    def _contact(self, opened: OpenStep) -> Contact:
        return Contact(
            contact_id=opened.step.contact_id,
            playbook=opened.step.playbook,
            journey_id=opened.step.journey_id,
            touch=opened.step.touch,
            channel=opened.payload.plan["channel"],
            message=opened.payload.plan["message"],
            at=opened.situation.now,
            state=ContactState.RESERVED,
        )


def _with_ledger(opened: OpenStep, ledger: Ledger) -> OpenStep:
    """Return the step with another state of the ledger."""
    situation = opened.situation
    return replace(opened, situation=replace(situation, customer=replace(situation.customer, ledger=ledger)))


def _channel_failed(reason: str) -> Result:
    """Send the touch back to choosing, where this channel is left out from now on."""
    return {"outcome": "channel_failed", "reason": reason}


def _sent_by(channel: str) -> Reason:
    words = {"email": "Sent as an email.", "sms": "Sent as a text message.", "onsite": "Left as a note on the site."}
    return Reason("sent", words[channel])


_REHEARSED = Reason(DRY_RUN, "This stage decides everything but sends nothing; it would have been sent now.")
_NOT_APPROVED = Refusal("not_approved", Reason("not_approved", "The text is not approved as it stands."))
