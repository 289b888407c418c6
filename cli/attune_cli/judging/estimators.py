"""What another policy would have earned, from choices that were made by chance with known probabilities.

Three estimates of the mean reward, and what they stand on:

- IPW: each reward weighs as much more as the policy would have taken this action more often (Horvitz and Thompson 1952);
- self-normalised IPW: the same, divided by the mean weight: slightly biased, steadier;
- doubly robust: a model's prediction for the policy, corrected by the weighted errors of the model (Dudík et al. 2011): right
  where either the probabilities or the model are.

Intervals are percentiles of a bootstrap that draws whole people: choices about one person are not independent.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

DRAWS = 1000
LOW, HIGH = 0.025, 0.975


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """One logged choice as another policy sees it: its weight, the outcome, and a model's predictions of it."""

    person: str
    weight: float
    outcome: float
    predicted: float
    """For the action that was taken."""
    predicted_for_policy: float
    """For what the policy would do: the mean over its actions."""

    @property
    def doubly_robust(self) -> float:
        """The doubly robust score; its mean is the estimate."""
        return self.predicted_for_policy + self.weight * (self.outcome - self.predicted)


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether zero lies outside the interval: only then is there an effect to speak of."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """All estimates of one policy on one log; `gain` is the doubly robust value less the log's own mean."""

    ipw: Estimate
    snipw: Estimate
    doubly_robust: Estimate
    logged: Estimate
    gain: Estimate


def effective_sample_size(weights: Sequence[float]) -> float:
    """Return as how many equally weighted choices these count (Kish): the square of the sum over the sum of squares."""
    squares = math.fsum(weight * weight for weight in weights)
    return math.fsum(weights) ** 2 / squares if squares else 0.0


def estimate(rows: Sequence[Weighed], *, seed: int = 1, draws: int = DRAWS) -> Estimates:
    """Estimate a policy's mean outcome; the same seed gives the same intervals. Raise ValueError where there are no rows."""
    if not rows:
        raise ValueError("there is no choice to estimate from")
    columns = [[1.0, row.weight, row.weight * row.outcome, row.doubly_robust, row.outcome] for row in rows]
    sums = sums_by_person([row.person for row in rows], columns)
    samples = [_values(total) for total in resampled(sums, seed=seed, draws=draws)]
    whole = _values([math.fsum(column) for column in zip(*sums, strict=True)])
    found = [interval(value, [sample[n] for sample in samples]) for n, value in enumerate(whole)]
    return Estimates(ipw=found[0], snipw=found[1], doubly_robust=found[2], logged=found[3], gain=found[4])


def sums_by_person(people: Sequence[str], columns: Sequence[Sequence[float]]) -> list[list[float]]:
    """Add each person's rows up, column by column."""
    sums: dict[str, list[float]] = {}
    for person, row in zip(people, columns, strict=True):
        known = sums.get(person)
        sums[person] = list(row) if known is None else [a + b for a, b in zip(known, row, strict=True)]
    return list(sums.values())


def resampled(sums: Sequence[Sequence[float]], *, seed: int, draws: int) -> list[list[float]]:
    """Return the totals over as many people as there are, drawn with replacement, for each draw."""
    random = Random(seed)  # noqa: S311 - a reproducible bootstrap is the point
    people = range(len(sums))
    columns = list(zip(*sums, strict=True))
    totals = []
    for _ in range(draws):
        drawn = random.choices(people, k=len(sums))
        totals.append([math.fsum(map(column.__getitem__, drawn)) for column in columns])
    return totals


def interval(value: float, samples: Sequence[float]) -> Estimate:
    """Return a value with the middle 95 % of its bootstrap samples."""
    ordered = sorted(samples)
    last = len(ordered) - 1
    return Estimate(value, ordered[round(LOW * last)], ordered[round(HIGH * last)])


def _values(total: Sequence[float]) -> tuple[float, ...]:
    rows, weights, weighted, robust, outcomes = total
    snipw = weighted / weights if weights else 0.0
    return weighted / rows, snipw, robust / rows, outcomes / rows, (robust - outcomes) / rows


def mean_outcomes(weights: Mapping[str, float], predictions: Mapping[str, float]) -> float:
    """Return the mean prediction over a policy's actions."""
    return math.fsum(chance * predictions[action] for action, chance in weights.items() if chance)
