"""What is believed of an arm: counts of outcomes that fade with time, on top of what is known of arms like it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

HALF_LIFE = timedelta(days=60)
"""After so long an outcome counts half: what people respond to drifts with seasons and habits."""

HARM_WEIGHS = 2.0
"""A contact that did harm weighs as much as so many that did nothing."""

POOL_STRENGTH = 20.0
"""What is borrowed from other contexts and playbooks counts as so many outcomes at most; an arm's own soon outweigh it."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Beta:
    """A belief about how likely an arm is to help: `helped` and `did_not` are pseudo-counts above 0."""

    helped: float = 1.0
    did_not: float = 9.0

    @property
    def mean(self) -> float:
        """The chance to help that is expected."""
        return self.helped / self.evidence

    @property
    def evidence(self) -> float:
        """As how many outcomes the belief counts."""
        return self.helped + self.did_not

    def knowing(self, counts: "Counts") -> "Beta":
        """Return the belief after these outcomes as well."""
        return Beta(self.helped + counts.helped, self.did_not + counts.did_not + HARM_WEIGHS * counts.harmed)

    def at_most(self, strength: float) -> "Beta":
        """Return the same expectation, held no more firmly than `strength` outcomes would."""
        share = min(1.0, strength / self.evidence)
        return Beta(self.helped * share, self.did_not * share)


DEFAULT_PRIOR = Beta()
"""Before anything is known: one contact in ten helps, held as firmly as ten outcomes."""


@dataclass(frozen=True)
class Counts:
    """Outcomes of one arm, each in one of three, faded to the instant `as_of`."""

    helped: float = 0.0
    did_not: float = 0.0
    harmed: float = 0.0
    as_of: datetime = LONG_AGO

    @property
    def total(self) -> float:
        """How many outcomes there are, faded."""
        return self.helped + self.did_not + self.harmed

    def faded(self, now: datetime, half_life: timedelta = HALF_LIFE) -> "Counts":
        """Return the counts as they weigh at `now`; an instant before `as_of` changes nothing."""
        if now <= self.as_of:
            return self
        if not self.total:
            return replace(self, as_of=now)
        keep = 0.5 ** ((now - self.as_of) / half_life)
        return Counts(self.helped * keep, self.did_not * keep, self.harmed * keep, now)

    def plus(self, other: "Counts", half_life: timedelta = HALF_LIFE) -> "Counts":
        """Add outcomes; both are faded to the later instant, so that the order does not matter."""
        now = max(self.as_of, other.as_of)
        mine, theirs = self.faded(now, half_life), other.faded(now, half_life)
        return Counts(mine.helped + theirs.helped, mine.did_not + theirs.did_not, mine.harmed + theirs.harmed, now)

    def without(self, part: "Counts") -> "Counts":
        """Take out what is part of these counts and faded to the same instant; never below nothing."""
        return Counts(
            max(0.0, self.helped - part.helped),
            max(0.0, self.did_not - part.did_not),
            max(0.0, self.harmed - part.harmed),
            self.as_of,
        )


def pooled_belief(levels: Sequence[Counts], *, prior: Beta = DEFAULT_PRIOR, strength: float = POOL_STRENGTH) -> Beta:
    """Return the belief about an arm from its counts, widest level first; each level contains the next.

    Each level is the prior of the next one, without the outcomes that the next one counts itself, and held no more
    firmly than `strength`. With nothing counted in the narrower levels the belief is what the widest says.
    """
    belief = prior
    for wider, narrower in pairwise(levels):
        belief = belief.knowing(wider.without(narrower)).at_most(strength)
    return belief.knowing(levels[-1]) if levels else belief


def empirical_prior(cells: Iterable[tuple[float, float]], *, otherwise: Beta = DEFAULT_PRIOR) -> Beta:
    """Fit a prior to cells of (helped, tried) by the method of moments; `otherwise` where they cannot tell.

    The spread of the cells' shares beyond what chance alone would make is how much arms differ; the less they do, the more
    firmly the prior is held (at most as firmly as all that was tried).
    """
    tried = [(helped, tries) for helped, tries in cells if tries > 0]
    total = sum(tries for _, tries in tried)
    mean = sum(helped for helped, _ in tried) / total if total else 0.0
    if len(tried) < 2 or not 0 < mean < 1:  # noqa: PLR2004 - one cell says nothing of how cells differ
        return otherwise
    binomial = mean * (1 - mean)
    spread = sum(tries * (helped / tries - mean) ** 2 for helped, tries in tried)
    effective = total - sum(tries**2 for _, tries in tried) / total
    between = (spread - (len(tried) - 1) * binomial) / effective if effective > 0 else 0.0
    strength = binomial / between - 1 if between > binomial / (total + 1) else total
    strength = max(strength, 1.0)
    return Beta(mean * strength, (1 - mean) * strength)
