"""Compare waits like for like: who waits longer, by ranks, over strata.

Sources: van Elteren's stratified rank test (1960), with ties; the chance that one of a group waits longer than one of the
others, ties counting half, with the variance of DeLong, DeLong and Clarke-Pearson (1988).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from attune.domain.fairness.rates import SMALLEST_P, Z95, Estimate


@dataclass(frozen=True)
class Waits:
    """People alike but for their group: how many waited so many hours, here and among the others."""

    own: Mapping[int, int]
    others: Mapping[int, int]

    @property
    def people(self) -> int:
        """How many of the group."""
        return sum(self.own.values())

    @property
    def other_people(self) -> int:
        """How many others."""
        return sum(self.others.values())

    @property
    def is_informative(self) -> bool:
        """Whether there is somebody on both sides."""
        return bool(self.people and self.other_people)


@dataclass(frozen=True)
class _Ranked:
    people: int
    others: int
    longer: float
    """The share of pairs in which the one of the group waits longer, ties counting half."""
    rank_variance: float
    """Of the number of such pairs, if the group made no difference."""
    own_variance: float
    """Of the share of pairs, whatever the truth is."""

    @property
    def total(self) -> int:
        return self.people + self.others


def p_value(strata: Iterable[Waits]) -> float:
    """Return the two-sided chance of so large a gap in ranks if the group made no difference."""
    ranked = [_rank(one) for one in strata if one.is_informative]
    away = sum((one.longer - 0.5) * one.people * one.others / (one.total + 1) for one in ranked)
    spread = sqrt(sum(one.rank_variance / (one.total + 1) ** 2 for one in ranked))
    return max(SMALLEST_P, 2 * NormalDist().cdf(-abs(away) / spread)) if spread else 1.0


def longer_more_often(strata: Iterable[Waits], z: float = Z95) -> Estimate:
    """Return by how much more often the group waits longer than shorter: 0 alike, 1 always longer, -1 always shorter."""
    ranked = [_rank(one) for one in strata if one.is_informative]
    weights = [one.people * one.others / (one.total + 1) for one in ranked]
    if not weights:
        return Estimate(0.0, -1.0, 1.0)
    value = sum(weight * (2 * one.longer - 1) for weight, one in zip(weights, ranked, strict=True)) / sum(weights)
    varies = sum(weight**2 * 4 * one.own_variance for weight, one in zip(weights, ranked, strict=True))
    half = z * sqrt(varies) / sum(weights)
    return Estimate(value, max(-1.0, value - half), min(1.0, value + half))


def mean_hours(waits: Sequence[Mapping[int, int]]) -> float:
    """Return the mean of waits in hours, each in the middle of its hour; 0 without people."""
    people = sum(count for one in waits for count in one.values())
    return sum((hours + 0.5) * count for one in waits for hours, count in one.items()) / people if people else 0.0


def _rank(waits: Waits) -> _Ranked:
    people, others = waits.people, waits.other_people
    total = people + others
    own_places: list[tuple[float, int]] = []
    other_places: list[tuple[float, int]] = []
    own_before = others_before = ties = 0
    for hours in sorted(waits.own.keys() | waits.others.keys()):
        own, other = waits.own.get(hours, 0), waits.others.get(hours, 0)
        own_places.append(((others_before + other / 2) / others, own))
        other_places.append(((people - own_before - own / 2) / people, other))
        own_before, others_before = own_before + own, others_before + other
        ties += (own + other) ** 3 - (own + other)
    longer = sum(place * count for place, count in own_places) / people
    spread = (total + 1) - ties / (total * (total - 1))
    return _Ranked(
        people=people,
        others=others,
        longer=longer,
        rank_variance=people * others / 12 * spread,
        own_variance=_variance(own_places, longer, people) / people + _variance(other_places, longer, others) / others,
    )


def _variance(places: Sequence[tuple[float, int]], mean: float, people: int) -> float:
    return sum(count * (place - mean) ** 2 for place, count in places) / max(1, people - 1)
