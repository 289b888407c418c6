"""Shares of people alike in how hard it was for them, with intervals: standardised to one mix, then compared.

A comparison is made of strata (groups of people alike). Every stratum counts by how many people both sides have in it, so that
neither side looks better because its people had an easier time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from attune.domain.learning.intervals import Z


@dataclass(frozen=True)
class Part:
    """One stratum: how many of how many, of those who were answered and of those held out."""

    treated: int
    of_treated: int
    held_out: int
    of_held_out: int

    @property
    def people(self) -> int:
        """Return the people of both sides."""
        return self.of_treated + self.of_held_out

    @property
    def is_comparable(self) -> bool:
        """Whether both sides have anybody."""
        return self.of_treated > 0 and self.of_held_out > 0


@dataclass(frozen=True)
class Share:
    """A share with its 90 % interval; all from 0 to 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Standardised:
    """Both shares at one mix of strata, and the first less the second; `value`, `low` and `high` in parts of one."""

    treated: Share
    held_out: Share
    value: float
    low: float
    high: float


def share(of_these: int, people: int) -> Share:
    """Return a share with Wilson's interval; `people` must be more than none."""
    return wilson(of_these / people, people)


def wilson(value: float, size: float) -> Share:
    """Return Wilson's interval around a share that `size` people tell; a size may be an effective one."""
    centre = value + Z**2 / (2 * size)
    spread = Z * sqrt(value * (1 - value) / size + Z**2 / (4 * size**2))
    scale = 1 + Z**2 / size
    return Share(value, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


def standardise(parts: Iterable[Part]) -> Standardised | None:
    """Compare both sides at the mix of all people of the strata that both have; None where there is none.

    Each side's share is the weighted mean of its strata, its size Kish's effective one; the difference has Newcombe's interval.
    """
    kept = [part for part in parts if part.is_comparable]
    everybody = sum(part.people for part in kept)
    if not everybody:
        return None
    weights = [part.people / everybody for part in kept]
    treated = _side(weights, [(part.treated, part.of_treated) for part in kept])
    held_out = _side(weights, [(part.held_out, part.of_held_out) for part in kept])
    value = treated.value - held_out.value
    return Standardised(
        treated,
        held_out,
        value,
        value - sqrt((treated.value - treated.low) ** 2 + (held_out.high - held_out.value) ** 2),
        value + sqrt((treated.high - treated.value) ** 2 + (held_out.value - held_out.low) ** 2),
    )


def _side(weights: list[float], counts: list[tuple[int, int]]) -> Share:
    value = sum(weight * some / all_ for weight, (some, all_) in zip(weights, counts, strict=True))
    spread = sum(weight**2 / all_ for weight, (_, all_) in zip(weights, counts, strict=True))
    return wilson(min(1.0, value), 1 / spread)
