"""Predict outcomes for the doubly robust estimate, always from other people than the one it is asked about."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from attune_cli.judging.rows import LoggedChoice

FOLDS = 5
STRENGTH = 20.0
"""A cell's mean is drawn towards the next wider one as if that had so many more choices."""


@dataclass
class Means:
    """Means by action and context, shrunk towards the action's, and those towards the mean of all."""

    sums: dict[tuple[str, ...], list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))

    def add(self, choice: LoggedChoice, outcome: float) -> None:
        """Take one choice and its outcome into account."""
        for key in ((), (choice.action,), (choice.action, choice.context)):
            cell = self.sums[key]
            cell[0] += outcome
            cell[1] += 1

    def predict(self, context: str, action: str) -> float:
        """Return the expected outcome of an action in a context; 0 where nothing was seen at all."""
        expected = 0.0
        for key in ((), (action,), (action, context)):
            total, number = self.sums.get(key, (0.0, 0.0))
            strength = STRENGTH if key else 0.0
            if number:
                expected = (total + strength * expected) / (number + strength)
        return expected


def folds_of(people: Sequence[str], *, seed: int = 1, folds: int = FOLDS) -> dict[str, int]:
    """Deal people out into folds, as evenly as can be; the same seed deals the same."""
    names = sorted(set(people))
    Random(seed).shuffle(names)  # noqa: S311 - a reproducible deal is the point
    return {name: number % folds for number, name in enumerate(names)}


def cross_fitted(
    choices: Sequence[LoggedChoice], outcome_of: Callable[[LoggedChoice], float], folds: dict[str, int]
) -> list[Means]:
    """Return for each fold the means over the people of all other folds."""
    models = [Means() for _ in range(max(folds.values()) + 1)]
    for choice in choices:
        outcome = outcome_of(choice)
        if not math.isfinite(outcome):
            raise ValueError("an outcome is not a number")
        for number, model in enumerate(models):
            if number != folds[choice.person]:
                model.add(choice, outcome)
    return models
