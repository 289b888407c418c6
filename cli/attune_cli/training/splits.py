"""Which rows a model learns from and which judge it: the same for the same seed, and never one visit on both sides."""

import random
from collections import defaultdict
from collections.abc import Sequence

from attune_cli.training.visit_table import VisitTable

FOLDS = 5
LATER_MONTHS = 2
LEAST_MONTHS = 4


def folds(table: VisitTable, *, seed: int, count: int = FOLDS) -> list[list[int]]:
    """Deal the rows into folds with about the same share of buyers; rows that are equal stay together.

    Equal rows (mostly visits that saw one page) would otherwise be learnt by heart and then recognised.
    """
    alike: dict[object, list[int]] = defaultdict(list)
    for row, visit in enumerate(table.visits):
        alike[visit].append(row)
    chance = random.Random(seed)  # noqa: S311 - dealing cards, no secret
    groups = list(alike.values())
    chance.shuffle(groups)
    groups.sort(key=lambda rows: (len(rows), sum(table.bought[row] for row in rows)), reverse=True)
    dealt: list[list[int]] = [[] for _ in range(count)]
    for group in groups:
        min(dealt, key=len).extend(group)
    return [sorted(fold) for fold in dealt]


def later_months(months: Sequence[int]) -> tuple[int, ...]:
    """Return the last two of the months that occur, in the order of the year; none where there are fewer than four."""
    return tuple(sorted(set(months))[-LATER_MONTHS:]) if len(set(months)) >= LEAST_MONTHS else ()
