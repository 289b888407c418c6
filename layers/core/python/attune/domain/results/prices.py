"""What the counts of the log cost, in USD, by Amazon's prices of one month and region (docs/costs.md)."""

from dataclasses import dataclass

from attune.domain.results.log import Spent

AS_OF = "November 2026"
PRICES_PAGE = "docs/costs.md"
SILENCE, JOURNEY, TOUCH, EMAIL = 1.72, 0.28, 141.40, 100.00
"""USD for a million: moments answered with silence, journeys, touches that were prepared, emails."""
SMS_PART = 0.01
"""USD for one part of an SMS in the US, not verified; one part each is assumed."""
MILLION = 1_000_000


@dataclass(frozen=True)
class Cost:
    """What a playbook cost: for running journeys, and for sending."""

    running: float
    sending: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.running + self.sending


def cost_of(spent: Spent) -> Cost:
    """Return what counts come to."""
    silent = spent.moments - spent.journeys
    running = (silent * SILENCE + spent.journeys * JOURNEY + spent.touches * TOUCH) / MILLION
    return Cost(running, spent.emails * EMAIL / MILLION + spent.texts * SMS_PART)
