"""After a touch: look again at how the customer is, and decide what follows."""

from dataclasses import dataclass
from typing import Any

from attune.adapters.journey_steps import GONE, JourneySteps, Result
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
            self.steps.note(opened, DecisionKind.JOURNEY, "failed", (why,))
            return self.steps.end(opened, why)
        reviewed = review(opened.situation, last_touch=opened.step.touch)
        terms = tuple(Reason(term.term, term.sentence) for term in opened.situation.friction.terms)
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
