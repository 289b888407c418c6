"""A straight line through several series, each about a level of its own, and the interval of its slope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean

LEAST_POINTS = 4
"""Points below which a series says nothing about a slope."""
type Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Slope:
    """By how much the second rises where the first rises by one, with the interval that holds it with 95 %."""

    value: float
    low: float
    high: float
    series: int


def slope_of(series: Mapping[int, Points]) -> Slope | None:
    """Return one slope for all series that are long enough; None where they say too little."""
    series = {name: points for name, points in series.items() if len(points) >= LEAST_POINTS}
    centred = [point for points in series.values() for point in _centred(points)]
    freedom = len(centred) - len(series) - 1
    spread = sum(x**2 for x, _ in centred)
    if freedom < 1 or not spread:
        return None
    value = sum(x * y for x, y in centred) / spread
    left = sum((y - value * x) ** 2 for x, y in centred)
    margin = t_quantile(0.975, freedom) * sqrt(left / freedom / spread)
    return Slope(value, value - margin, value + margin, len(series))


def _centred(points: Points) -> list[tuple[float, float]]:
    mean_x, mean_y = fmean(x for x, _ in points), fmean(y for _, y in points)
    return [(x - mean_x, y - mean_y) for x, y in points]


def t_quantile(share: float, freedom: int) -> float:
    """Return a quantile of Student's distribution, by the expansion around the normal one (Abramowitz and Stegun 26.7.5)."""
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))
