"""Intervals: where a share lies given a belief about it, and how much two shares differ."""

from math import exp, lgamma, log, sqrt

from attune.domain.learning.beliefs import Beta

MASS = 0.9
"""Intervals are made to hold in nine cases of ten."""
Z = 1.6448536269514722
"""The normal deviate of MASS, both sides."""
_HALVINGS = 60
_FRACTIONS = 300
_CLOSE = 1e-12
_TINY = 1e-300


def interval(belief: Beta) -> tuple[float, float]:
    """Return the middle 90 % of a belief."""
    return quantile(belief, (1 - MASS) / 2), quantile(belief, (1 + MASS) / 2)


def quantile(belief: Beta, mass: float) -> float:
    """Return the share below which a part `mass` (0 to 1) of the belief lies, to 12 digits."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if below(belief, middle) < mass:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def below(belief: Beta, share: float) -> float:
    """Return how much of a belief lies below a share: the regularised incomplete beta function."""
    a, b = belief.helped, belief.did_not
    if share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    front = exp(a * log(share) + b * log(1 - share) - (lgamma(a) + lgamma(b) - lgamma(a + b)))
    if share < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, share) / a
    return 1 - front * _fraction(b, a, 1 - share) / b


def difference(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float, float]:
    """Return how much higher the first share (successes, trials) is than the second, with its 90 % interval.

    Newcombe's hybrid of two Wilson intervals: right also for few trials and shares near 0 or 1. Both need a trial.
    """
    (p, p_low, p_high), (q, q_low, q_high) = _wilson(*one), _wilson(*other)
    return (
        p - q,
        p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2),
        p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2),
    )


def _wilson(successes: int, trials: int) -> tuple[float, float, float]:
    share = successes / trials
    centre = share + Z**2 / (2 * trials)
    spread = Z * sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2))
    scale = 1 + Z**2 / trials
    return share, (centre - spread) / scale, (centre + spread) / scale


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1 / _no_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _FRACTIONS):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _no_zero(1 + numerator * d)
            c = _no_zero(1 + numerator / c)
            value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value


def _no_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
