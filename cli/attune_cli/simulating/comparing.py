"""What came of every policy, side by side, with intervals over customers; no effect is claimed whose interval holds zero.

All policies meet the same people with the same luck, so that differences are taken person by person. Intervals say how
much the figures would vary with other people drawn from the same assumptions. They say nothing of the assumptions.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

from attune_cli.simulating.tally import HARMS
from attune_cli.simulating.world import Outcome

Z = 1.959964
"""95 % of a normal distribution lie within so many standard errors."""
PER = 1000
MEASURES = ("orders", "helpful", "messages", "harms", "unsubscribed", "complained", "unhelpful", "cases")
NO_EFFECT = "no effect claimed"
NOBODY = "nobody to compare"
HONESTY = (
    "A simulation is only as good as its assumptions: it shows what would follow from them, not what people would do. "
    "The intervals cover chance among customers, not mistaken assumptions."
)


@dataclass(frozen=True)
class Estimate:
    """A figure per 1,000 customers with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference(Estimate):
    """How much more there is than under another policy, and what may be said of it."""

    claim: str


def estimate(values: Sequence[float], *, possible: bool = True) -> Estimate:
    """Return the mean per 1,000 customers.

    What never happened although it was `possible` may still be as frequent as three in so many customers.
    """
    mean, error = _mean(values)
    if not mean:
        return Estimate(0.0, 0.0, _rounded(3 / len(values)) if possible else 0.0)
    return Estimate(_rounded(mean), max(0.0, _rounded(mean - Z * error)), _rounded(mean + Z * error))


def _rounded(share: float) -> float:
    """Return a share per 1,000, with the one digit that is shown and on which claims stand."""
    return round(share * PER, 1) + 0.0


def paired(values: Sequence[float], others: Sequence[float]) -> Difference:
    """Return the difference between two policies, person by person."""
    return _claimed(*_mean([one - other for one, other in zip(values, others, strict=True)]))


def unpaired(values: Sequence[float], others: Sequence[float]) -> Difference:
    """Return the difference between two groups of people; the wider of what is possible where a group is empty."""
    if not values or not others:
        return Difference(0.0, 0.0, 0.0, NOBODY)
    (mean, error), (other_mean, other_error) = _mean(values), _mean(others)
    return _claimed(mean - other_mean, sqrt(error**2 + other_error**2))


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and standard error."""
    count = len(values)
    mean = sum(values) / count
    if count == 1:
        return mean, 0.0
    return mean, sqrt(sum((value - mean) ** 2 for value in values) / (count - 1) / count)


def _claimed(mean: float, error: float) -> Difference:
    low, high = _rounded(mean - Z * error), _rounded(mean + Z * error)
    claim = NO_EFFECT if low <= 0 <= high else ("more" if low > 0 else "fewer")
    return Difference(_rounded(mean), low, high, claim)


def counts(outcome: Outcome, measure: str) -> list[int]:
    """Return a measure customer by customer."""
    by_customer = outcome.tally.by_customer
    if measure == "harms":
        return [sum(one) for one in zip(*(by_customer[harm] for harm in HARMS), strict=True)]
    return by_customer[measure]


def against_holdout(outcome: Outcome) -> Difference:
    """Return by how much those whose moment was answered order more than those held out: what a real shop would see."""
    orders = outcome.tally.by_customer["orders"]
    held_out = outcome.held_out - outcome.answered
    return unpaired([orders[one] for one in sorted(outcome.answered)], [orders[one] for one in sorted(held_out)])


def compared(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return every policy's figures; the first outcome must be that of no messages."""
    nothing = outcomes[0]
    fixed = next((one for one in outcomes if one.strategy.name == "fixed_delay"), None)
    return [_figures(outcome, nothing, fixed) for outcome in outcomes]


def _figures(outcome: Outcome, nothing: Outcome, fixed: Outcome | None) -> dict[str, Any]:
    tally, strategy = outcome.tally, outcome.strategy
    figures: dict[str, Any] = {
        "policy": strategy.name,
        "told": strategy.told,
        "per_1000_customers": {
            measure: asdict(estimate(counts(outcome, measure), possible=tally.total("messages") > 0))
            for measure in MEASURES
        },
        "totals": {measure: sum(counts(outcome, measure)) for measure in MEASURES},
        "messages_by_channel": dict(sorted(tally.by_channel.items())),
        "messages_by_local_hour": [tally.by_local_hour[hour] for hour in range(24)],
        "by_day": {measure: _daily(outcome, measure) for measure in ("orders", "messages", *HARMS)},
        "arms": arms_by_day(outcome),
        "stopped_by_guard_rails": [f"touch {one.touch}: {one.arm}" for one in outcome.stopped],
        "contacts_not_made": dict(sorted(outcome.journal.refused.items())),
    }
    if outcome is not nothing:
        figures["against_no_messages"] = _against(outcome, nothing)
        figures["orders_against_its_own_holdout"] = asdict(against_holdout(outcome))
    if fixed is not None and outcome not in (nothing, fixed):
        figures["against_fixed_delay"] = _against(outcome, fixed)
    return figures


def _against(outcome: Outcome, other: Outcome) -> dict[str, Any]:
    return {
        measure: asdict(paired(counts(outcome, measure), counts(other, measure)))
        for measure in ("orders", "helpful", "harms", "messages", "cases")
    }


def _daily(outcome: Outcome, measure: str) -> list[int]:
    days = outcome.tally.by_day[measure]
    return [days[day] for day in range(max(max(one, default=0) for one in outcome.tally.by_day.values()) + 1)]


def arms_by_day(outcome: Outcome) -> list[dict[str, Any]]:
    """Return how often each delay was chosen (`none`: no message), by touch and the day of the choice."""
    chosen: dict[tuple[int, int], Counter[str]] = {}
    for (_, touch), decision in outcome.journal.delays.items():
        if decision.choice != "end":
            chosen.setdefault((touch, outcome.tally.day(decision.time)), Counter())[decision.choice] += 1
    return [
        {"touch": touch, "day": day, "chosen": dict(sorted(arms.items()))}
        for (touch, day), arms in sorted(chosen.items())
    ]
