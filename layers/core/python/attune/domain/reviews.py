"""What now? After each touch: the next one, a person, or the end."""

from dataclasses import dataclass
from enum import StrEnum

from attune.domain.decisions import Reason
from attune.domain.playbook_rules import Condition
from attune.domain.situation import Situation


class NextStep(StrEnum):
    """How a journey goes on."""

    NEXT_TOUCH = "next_touch"
    END = "end"


@dataclass(frozen=True)
class Review:
    """The next step with its reason; `touch` is the touch to make next (1-based), 0 at the end."""

    next_step: NextStep
    reason: Reason
    touch: int = 0


def review(situation: Situation, *, last_touch: int) -> Review:
    """Decide what follows touch number `last_touch`."""
    over = situation.why_over
    if over is not None:
        return Review(NextStep.END, over)
    for number, touch in enumerate(situation.playbook.touches, start=1):
        if number > last_touch and (why := _fits(touch.when, situation)):
            return Review(
                NextStep.NEXT_TOUCH, Reason("no_response", f"No response to touch {last_touch}; {why}."), number
            )
    return Review(NextStep.END, Reason("nothing_more_to_say", "No response, and no further touch would help."))


def _fits(condition: Condition, situation: Situation) -> str:
    """Return why a touch fits, as the end of a sentence, or nothing if it does not."""
    if situation.friction.level.rank < condition.friction_at_least.rank:
        return ""
    if condition.price_sensitive and not situation.price_sensitive:
        return ""
    if condition.price_sensitive:
        return "the price seems to matter to the customer"
    return f"friction is still {situation.friction.level}"
