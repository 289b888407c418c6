"""After a touch: look again at how the customer is, and decide what follows."""

from dataclasses import dataclass
from typing import Any

from attune.adapters.journey_steps import GONE, JourneySteps, OpenStep, Result
from attune.adapters.queues import EscalationRequest, Outbox, TouchRun
from attune.adapters.touch_line import Told
from attune.domain.contacts import ContactState
from attune.domain.decisions import DecisionKind, Reason
from attune.domain.reviews import NextStep, review


@dataclass(frozen=True)
class Reviewer:
    """Reviews journeys."""

    steps: JourneySteps
    runs: Outbox | None = None
    """Where a touch is asked for, by journeys on the line."""
    escalations: Outbox | None = None
    """Where a person is asked for, by journeys on the line."""

    def review(self, event: dict[str, Any]) -> Result:
        """Return the next touch or the end; a step that failed ends the journey with a decision that says so.

        On the line of a touch this is its last step, and what follows is asked for here.
        """
        if event.get("told") == Told.END and not event.get("failed"):
            return _ENDED
        opened = self.steps.open(event)
        if opened is None:
            return GONE
        failed = opened.payload.failed
        if failed is not None:
            why = Reason("step_failed", f"A step of the journey failed: {failed.get('Error', 'unknown error')}.")
            self._settle_open_contact(opened)
            self.steps.note(opened, DecisionKind.JOURNEY, "failed", (why,))
            return self.steps.end(opened, why)
        payload = opened.payload
        match Told(payload.told) if payload.told else None:
            case Told.HELD:  # the hour has come: the plan stands
                return self._run(opened, touch=payload.touch, attempt=payload.attempt + 1, plan=payload.plan)
            case Told.CHANNEL_FAILED:  # what is left without that channel is planned anew
                return self._run(opened, touch=payload.touch, attempt=payload.attempt + 1)
            case Told.ESCALATE:
                return self._hand_over(opened)
        return self._reviewed(opened)

    def _reviewed(self, opened: OpenStep) -> Result:
        reviewed = review(opened.situation, last_touch=opened.step.touch)
        terms = tuple(Reason(term.term, term.sentence) for term in opened.situation.friction.reasons)
        self.steps.note(
            opened,
            DecisionKind.REVIEW,
            reviewed.next_step,
            (reviewed.reason, *terms),
            model_version=opened.situation.friction.model_version,
        )
        if reviewed.next_step is NextStep.NEXT_TOUCH:
            if opened.payload.told:
                self._run(opened, touch=reviewed.touch)
            return {"outcome": "next_touch", "touch": reviewed.touch}
        return self.steps.end(opened, reviewed.reason)

    def _run(self, opened: OpenStep, *, touch: int, attempt: int = 1, plan: dict[str, str] | None = None) -> Result:
        """Ask for a run of a touch; asked twice, it starts once."""
        if self.runs is None:
            message = "a journey on the line needs the queue that its touches are asked for on"
            raise ValueError(message)
        step = opened.step
        self.runs.send(
            TouchRun(
                journey_id=step.journey_id,
                customer_id=step.customer_id,
                playbook=step.playbook,
                playbook_version=step.playbook_version,
                key=step.key,
                touch=touch,
                attempt=attempt,
                plan=plan or {},
            )
        )
        return {"outcome": "run", "touch": touch, "attempt": attempt}

    def _hand_over(self, opened: OpenStep) -> Result:
        """Ask for a person, who gets the case with this journey's story; the journey ends."""
        if self.escalations is None:
            message = "a journey on the line needs the queue that a person is asked for on"
            raise ValueError(message)
        trigger = opened.payload.trigger
        self.escalations.send(
            EscalationRequest(
                customer_id=opened.step.customer_id,
                trigger=trigger,
                at=opened.step.entered_at,
                message_id=opened.step.decision_ref(trigger),
                journey_id=opened.step.journey_id,
            )
        )
        return self.steps.end(opened, Reason("escalated", "A person took over."))

    def _settle_open_contact(self, opened: OpenStep) -> None:
        """Make a contact that was reserved and never confirmed visible as uncertain; it counts as sent."""
        ledger = opened.situation.customer.ledger
        contact = ledger.find(opened.step.contact_id)
        if contact is None or contact.state is not ContactState.RESERVED:
            return
        self.steps.customers.save(opened.step.customer_id, ledger.settle(contact.contact_id, ContactState.UNCERTAIN))
        why = Reason("crashed_between", "Sending stopped between reserving and confirming; counted as sent.")
        self.steps.note(
            opened,
            DecisionKind.CONTACT,
            "uncertain",
            (why,),
            channel=contact.channel,
            message=contact.message,
            contact_id=contact.contact_id,
        )


_ENDED: Result = {"outcome": "end", "reason": "ended_before"}
"""The step that ended the journey has said why."""
