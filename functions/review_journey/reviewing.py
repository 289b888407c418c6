"""After a touch: look again at how the customer is, and decide what follows."""

from dataclasses import dataclass
from typing import Any

from attune.adapters.journey_steps import GONE, JourneySteps, OpenStep, Result
from attune.domain.contacts import ContactState
from attune.domain.decisions import DecisionKind, Reason
from attune.domain.reviews import NextStep, review


@dataclass(frozen=True)
class Reviewer:
    """Reviews journeys."""

    steps: JourneySteps

    def review(self, event: dict[str, Any]) -> Result:
        """Return the next touch or the end; a step that failed ends the journey with a decision that says so."""
        opened = self.steps.open(event)
        if opened is None:
            return GONE
        failed = opened.payload.failed
        if failed is not None:
            why = Reason("step_failed", f"A step of the journey failed: {failed.get('Error', 'unknown error')}.")
            self._settle_open_contact(opened)
            self.steps.note(opened, DecisionKind.JOURNEY, "failed", (why,))
            return self.steps.end(opened, why)
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
            return {"outcome": "next_touch", "touch": reviewed.touch}
        return self.steps.end(opened, reviewed.reason)

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
