"""Predict outcomes for the doubly robust estimate, always from other people than the one it is asked about."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from attune_cli.judging.rows import LoggedChoice

FOLDS = 5


@dataclass
class Means:
    """Means by action and context, drawn towards the action's, and those towards the mean of all.

    How far is learnt: as firmly as cells of one level are alike beyond chance (method of moments). Rare outcomes in many
    cells then give one mean instead of noise.
    """

    cells: dict[tuple[str, ...], list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0, 0.0]))
    strengths: dict[int, float] = field(default_factory=dict)

    def add(self, choice: LoggedChoice, outcome: float) -> None:
        """Take one choice and its outcome into account."""
        self.strengths.clear()
        for key in ((), (choice.action,), (choice.action, choice.context)):
            cell = self.cells[key]
            cell[0] += outcome
            cell[1] += outcome * outcome
            cell[2] += 1

    def predict(self, context: str, action: str) -> float:
        """Return the expected outcome of an action in a context; 0 where nothing was seen at all."""
        expected = 0.0
        for key in ((), (action,), (action, context)):
            total, _, number = self.cells.get(key, (0.0, 0.0, 0.0))
            if number:
                strength = self._strength(len(key))
                expected = expected if math.isinf(strength) else (total + strength * expected) / (number + strength)
        return expected

    def _strength(self, level: int) -> float:
        """Return as how many choices the wider mean counts: the variance within cells over that between them."""
        if level not in self.strengths:
            self.strengths[level] = _likeness([cell for key, cell in self.cells.items() if len(key) == level])
        return self.strengths[level]


def _likeness(cells: Sequence[Sequence[float]]) -> float:
    """Return the variance within cells of (sum, sum of squares, number) over the variance between their means."""
    number = math.fsum(cell[2] for cell in cells)
    if len(cells) < 2 or number <= len(cells):  # noqa: PLR2004 - one cell is the mean itself
        return 0.0 if len(cells) < 2 else math.inf  # noqa: PLR2004 - as above
    mean = math.fsum(cell[0] for cell in cells) / number
    within = math.fsum(cell[1] - cell[0] ** 2 / cell[2] for cell in cells) / (number - len(cells))
    spread = math.fsum(cell[2] * (cell[0] / cell[2] - mean) ** 2 for cell in cells)
    between = (spread - (len(cells) - 1) * within) / (number - math.fsum(cell[2] ** 2 for cell in cells) / number)
    return within / between if between > 0 else math.inf


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
