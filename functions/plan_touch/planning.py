"""Plan a journey's touch in one look at the customer: which words, and when. Both are decisions of their own."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from attune.adapters.delay_chooser import DelayChooser
from attune.adapters.journey_steps import GONE, JourneySteps, OpenStep, Result
from attune.adapters.tone_chooser import ToneChooser
from attune.adapters.touch_line import Told, tell

THEN = timedelta(milliseconds=1)
"""So much later is the decision about the moment than the one about the words: the log is read in order of time."""


@dataclass(frozen=True)
class TouchPlanner:
    """Plans touches."""

    steps: JourneySteps
    words: ToneChooser
    delays: DelayChooser

    def plan(self, event: dict[str, Any]) -> Result:
        """Return the plan and the real instant to wait for, or what is to be instead of a message."""
        opened = self.steps.open(event)
        answer = GONE if opened is None else self._planned(opened)
        return tell(answer, self.steps.clock, plan=answer.get("plan", {}))

    def _planned(self, opened: OpenStep) -> Result:
        """A run after a hold has its plan, and has waited."""
        if opened.payload.plan:
            return {"outcome": Told.PLANNED, "plan": opened.payload.plan}
        words = self.words.choose_for(opened)
        if words["outcome"] != "chosen":
            return words
        if words["at_once"]:
            return {"outcome": Told.PLANNED, "plan": words["plan"]}
        moment = self.delays.choose_for(_next(opened, words["plan"]))
        if moment["outcome"] != "wait":
            return moment
        return {"outcome": Told.PLANNED, "plan": words["plan"], "wait_until": moment["wait_until"]}


def _next(opened: OpenStep, plan: dict[str, str]) -> OpenStep:
    """Return the step as the choice of the moment sees it: with its plan, a moment later."""
    return replace(
        opened,
        step=replace(opened.step, entered_at=opened.step.entered_at + THEN),
        payload=opened.payload.model_copy(update={"plan": plan}),
    )
