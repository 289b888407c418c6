"""Compare shares of people like for like: exact tests, and differences and ratios with intervals, over strata.

Sources: the exact conditional test of a common odds ratio of one (the sum of one hypergeometric count per stratum); the
Mantel-Haenszel risk difference with Sato's variance (1989) and its score-like interval (Klingenberg, 2014); the
Mantel-Haenszel risk ratio with the variance of Greenland and Robins (1985); Wilson's interval (1927).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)
EXACT_BELOW = 0.2
"""Where the quick approximation says more than this, nothing hangs on the exact figure."""
EXACT_TO_SPREAD = 40.0
"""Up to this standard deviation of the count a sum is exact; beyond it the normal curve is."""
NEGLIGIBLE = 1e-18
SMALLEST_P = 1e-12
"""Below this a p-value is about rounding, not about people."""


@dataclass(frozen=True)
class Stratum:
    """People alike but for their group: how many had something, of how many, here and among the others."""

    had: int
    people: int
    others_had: int
    others: int

    @property
    def is_informative(self) -> bool:
        """Whether there is somebody on both sides."""
        return self.people > 0 and self.others > 0

    @property
    def total(self) -> int:
        """Everybody in the stratum."""
        return self.people + self.others

    @property
    def expected(self) -> float:
        """How many of the group would have it if the group made no difference."""
        return self.people * (self.had + self.others_had) / self.total

    @property
    def variance(self) -> float:
        """The variance of that number."""
        had = self.had + self.others_had
        if self.total < 2:  # noqa: PLR2004 - one person varies nothing
            return 0.0
        return self.people * self.others * had * (self.total - had) / (self.total**2 * (self.total - 1))


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval; 95 % where nothing else is said."""

    value: float
    low: float
    high: float


def p_value(strata: Iterable[Stratum]) -> float:
    """Return the two-sided chance of so large a gap if the group made no difference; exact where it matters."""
    known = [one for one in strata if one.is_informative]
    had, expected = sum(one.had for one in known), sum(one.expected for one in known)
    spread = sqrt(sum(one.variance for one in known))
    if not spread:
        return 1.0
    quick = 2 * NormalDist().cdf(-max(0.0, abs(had - expected) - 0.5) / spread)
    if quick > EXACT_BELOW or spread > EXACT_TO_SPREAD:
        return max(SMALLEST_P, min(1.0, quick))
    first, chances = _sum_of_counts(known)
    below = sum(chances[: max(0, had - first + 1)])
    above = sum(chances[max(0, had - first) :])
    return max(SMALLEST_P, min(1.0, 2 * min(below, above)))


def _sum_of_counts(strata: Sequence[Stratum]) -> tuple[int, list[float]]:
    """Return the least count considered and the chance of it and of each one above, by adding stratum to stratum."""
    first, chances = 0, [1.0]
    for stratum in strata:
        least, own = _counts(stratum)
        first, chances = first + least, _convolve(chances, own)
        peak = max(chances)
        cut = next(index for index, chance in enumerate(chances) if chance > NEGLIGIBLE * peak)
        while chances[-1] <= NEGLIGIBLE * peak:
            chances.pop()
        first, chances = first + cut, chances[cut:]
    return first, chances


def _counts(stratum: Stratum) -> tuple[int, list[float]]:
    """Return the hypergeometric chances of a stratum's count, without what is negligible."""
    had, people, total = stratum.had + stratum.others_had, stratum.people, stratum.total
    low, high = max(0, had - stratum.others), min(had, people)
    mode = min(high, max(low, (people + 1) * (had + 1) // (total + 2)))
    peak = exp(_log_choose(had, mode) + _log_choose(total - had, people - mode) - _log_choose(total, people))
    up, chance, count = [peak], peak, mode
    while count < high and chance > NEGLIGIBLE * peak:
        chance *= (had - count) * (people - count) / ((count + 1) * (total - had - people + count + 1))
        count += 1
        up.append(chance)
    down, chance, count = [], peak, mode
    while count > low and chance > NEGLIGIBLE * peak:
        chance *= count * (total - had - people + count) / ((had - count + 1) * (people - count + 1))
        count -= 1
        down.append(chance)
    return count, [*reversed(down), *up]


def _convolve(some: Sequence[float], others: Sequence[float]) -> list[float]:
    short, long = sorted((some, others), key=len)
    summed = [0.0] * (len(short) + len(long) - 1)
    for shift, weight in enumerate(short):
        for index, chance in enumerate(long, start=shift):
            summed[index] += weight * chance
    return summed


def _log_choose(of: int, chosen: int) -> float:
    return lgamma(of + 1) - lgamma(chosen + 1) - lgamma(of - chosen + 1)


def difference(strata: Iterable[Stratum], z: float = Z95) -> Estimate:
    """Return the difference of shares between alike people, weighted as Mantel and Haenszel do, with its interval."""
    known = [one for one in strata if one.is_informative]
    weight = sum(one.people * one.others / one.total for one in known)
    if not weight:
        return Estimate(0.0, -1.0, 1.0)
    value = sum((one.had * one.others - one.others_had * one.people) / one.total for one in known) / weight
    slope = sum(
        (
            one.people**2 * one.others_had
            - one.others**2 * one.had
            + one.people * one.others * (one.others - one.people) / 2
        )
        / one.total**2
        for one in known
    )
    base = sum(
        (one.had * (one.others - one.others_had) + one.others_had * (one.people - one.had)) / (2 * one.total)
        for one in known
    )
    middle = value + z * z * slope / (2 * weight * weight)
    half = sqrt(max(0.0, middle * middle - value * value + z * z * base / (weight * weight)))
    return Estimate(value, max(-1.0, middle - half), min(1.0, middle + half))


def ratio(strata: Iterable[Stratum], z: float = Z95) -> Estimate | None:
    """Return how many times the others' share the group's is, with its interval; None where one of them is nothing."""
    known = [one for one in strata if one.is_informative]
    own = sum(one.had * one.others / one.total for one in known)
    theirs = sum(one.others_had * one.people / one.total for one in known)
    if not own or not theirs:
        return None
    varies = sum(
        (one.people * one.others * (one.had + one.others_had) - one.had * one.others_had * one.total) / one.total**2
        for one in known
    )
    middle, half = log(own / theirs), z * sqrt(max(0.0, varies) / (own * theirs))
    return Estimate(exp(middle), exp(middle - half), exp(middle + half))


def share(had: int, people: int, z: float = Z95) -> Estimate:
    """Return a share with Wilson's interval."""
    if not people:
        return Estimate(0.0, 0.0, 1.0)
    value = had / people
    middle = (value + z * z / (2 * people)) / (1 + z * z / people)
    half = z / (1 + z * z / people) * sqrt(value * (1 - value) / people + z * z / (4 * people * people))
    return Estimate(value, max(0.0, middle - half), min(1.0, middle + half))


def adjusted(p_values: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Return the p-values as Holm's weighted procedure adjusts them: what is at most a level is credible at that level.

    With the weight 1/n for each of a family's n comparisons, families are equal, however many groups they have.
    """
    order = sorted(range(len(p_values)), key=lambda index: (p_values[index] / weights[index], index))
    # What is left before each step, summed from the end, so that rounding cannot make it less than the last weight.
    left = list(accumulate(weights[index] for index in reversed(order)))[::-1]
    found, highest = [1.0] * len(p_values), -inf
    for index, remaining in zip(order, left, strict=True):
        highest = max(highest, remaining * p_values[index] / weights[index])
        found[index] = min(1.0, highest)
    return found
