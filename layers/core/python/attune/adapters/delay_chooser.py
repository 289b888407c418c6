"""Choose when to make a touch, among the instants at which contact is permitted, or to leave it out."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from attune.adapters.journey_steps import GONE, JourneySteps, OpenStep, Result
from attune.adapters.policies_table import PoliciesTable
from attune.domain.clock import format_instant
from attune.domain.decisions import DecisionKind
from attune.domain.delays import DelayChoice, choose_delay
from attune.domain.learning.contexts import context_of, is_confused


@dataclass(frozen=True)
class DelayChooser:
    """Chooses delays by the policy."""

    steps: JourneySteps
    policies: PoliciesTable

    def choose(self, event: dict[str, Any]) -> Result:
        """Return the real instant to wait for, or that this touch is left out."""
        opened = self.steps.open(event)
        return GONE if opened is None else self.choose_for(opened)

    def choose_for(self, opened: OpenStep) -> Result:
        """Return the instant for an opened step whose payload has the plan, as `choose` does."""
        over = opened.situation.why_over
        if over is not None:
            self.steps.note(opened, DecisionKind.DELAY, "end", (over,))
            return self.steps.end(opened, over)
        channel = opened.payload.plan["channel"]
        context = context_of(opened.situation, channel)
        policy = self.policies.load(opened.playbook.id, opened.step.touch, context, now=opened.situation.now)
        chosen = choose_delay(
            opened.situation, touch=opened.step.touch, channel=channel, policy=policy, seed=opened.step.contact_id
        )
        if chosen.contact_at is None and not chosen.is_withheld:
            self.steps.note(opened, DecisionKind.DELAY, "end", chosen.reasons, options=chosen.options, channel=channel)
            return self.steps.end(opened, chosen.reasons[0])
        self.steps.note(
            opened,
            DecisionKind.DELAY,
            chosen.arm,
            chosen.reasons,
            options=chosen.options,
            model_version=policy.version,
            channel=channel,
            context=context,
            fatigue=round(chosen.fatigue.weight, 3),
            unanswered=chosen.fatigue.unanswered,
            confused=is_confused(opened.situation),
            contact_at=format_instant(chosen.contact_at) if chosen.contact_at else "",
            delay_hours=_hours(opened, chosen),
        )
        if chosen.contact_at is None:
            return self._withhold(opened, chosen, channel)
        return {"outcome": "wait", "wait_until": format_instant(self.steps.clock.to_real(chosen.contact_at))}

    def _withhold(self, opened: OpenStep, chosen: DelayChoice, channel: str) -> Result:
        """Leave this touch out: the log counts it among the messages that were withheld."""
        self.steps.note(opened, DecisionKind.CONTACT, "withheld", chosen.reasons, channel=channel)
        return {"outcome": "skip", "reason": chosen.reasons[0].code}


def _hours(opened: OpenStep, chosen: DelayChoice) -> float:
    """Return how many hours after the step began its contact is planned; -1 where it is left out."""
    if chosen.contact_at is None:
        return -1.0
    return round(max(0.0, (chosen.contact_at - opened.step.entered_at) / timedelta(hours=1)), 3)
