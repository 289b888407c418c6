"""Which arm to choose: Thompson sampling over the permitted arms, with its probability known.

An arm's weight is the square of its chance to be the best (`attune.domain.learning.best_arm`): it has to win twice in a row. Plain
Thompson sampling goes on trying arms that are hardly worse for longer than it pays (`docs/benchmarks.md`). An even share is
mixed in so that none is ever forgotten; once one arm is almost surely the best, that share is all that is still explored.
The probability recorded is the one it was really drawn with, so that any other policy can be judged from the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from attune.domain.learning.beliefs import DEFAULT_PRIOR, Beta
from attune.domain.learning.best_arm import chances_to_be_best

POLICY_VERSION = "thompson-twice-2"

EVEN_SHARE = 0.05
"""Spread evenly over all options: each has at least EVEN_SHARE / options (the floor)."""

SETTLED = 0.95
"""From this chance on an option counts as the best: the others share less than EVEN_SHARE among them (the ceiling)."""

STOPPED = "stopped: more harm than the others"
"""What a decision says of an arm that a guard rail took away."""

NO_MESSAGE = "none"
"""The option to leave the customer alone this time."""


@dataclass(frozen=True)
class Choice:
    """The chosen option, and the probability each one had."""

    arm: str
    probabilities: Mapping[str, float]

    @property
    def probability(self) -> float:
        """The probability with which the chosen option was drawn."""
        return self.probabilities[self.arm]


@dataclass(frozen=True)
class Policy:
    """What is believed about the arms of one playbook's touch in one context; unknown arms take the prior."""

    beliefs: Mapping[str, Beta] = field(default_factory=dict)
    prior: Beta = DEFAULT_PRIOR
    version: str = POLICY_VERSION
    stopped: frozenset[str] = frozenset()
    """Arms that a guard rail took away; they have no chance, except where nothing else is left."""

    def choose(self, arms: Sequence[str], *, seed: str, least: float | None = None) -> Choice:
        """Choose among permitted arms (at least one); the same arms, beliefs and seed give the same choice.

        With `least`, NO_MESSAGE is an option too: it is the best one where no arm helps more likely than that.
        """
        probabilities = self.probabilities(arms, least=least)
        random = Random(seed)  # noqa: S311 - a reproducible draw is the point; nothing secret hangs on it
        chosen = random.choices(list(probabilities), weights=list(probabilities.values()))[0]
        return Choice(chosen, probabilities)

    def probabilities(self, arms: Sequence[str], *, least: float | None = None) -> Mapping[str, float]:
        """Return the probability with which each option is drawn; they sum to 1."""
        names = tuple(dict.fromkeys(arms))
        stopped = {name: 0.0 for name in names if name in self.stopped}
        if len(stopped) < len(names):
            return {**self._drawn([name for name in names if name not in stopped], least=least), **stopped}
        return self._drawn(names, least=least)

    def _drawn(self, names: Sequence[str], *, least: float | None) -> dict[str, float]:
        if least is None and len(names) == 1:
            return {names[0]: 1.0}
        chances, none = chances_to_be_best([self.belief(name) for name in names], least=least or 0.0)
        best = dict(zip(names, chances, strict=True))
        if least is not None:
            best[NO_MESSAGE] = none
        leader = max(best, key=lambda name: best[name])
        if best[leader] >= SETTLED:
            twice = {name: float(name == leader) for name in best}
        else:
            twice = {name: chance * chance for name, chance in best.items()}
        share = (1 - EVEN_SHARE) / sum(twice.values())
        return {name: share * weight + EVEN_SHARE / len(best) for name, weight in twice.items()}

    def belief(self, arm: str) -> Beta:
        """Return what is believed of an arm."""
        return self.beliefs.get(arm, self.prior)
