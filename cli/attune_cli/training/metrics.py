"""How good probabilities are, in plain Python: what judges a model must run where no numerical library is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

BINS = 10
_NEVER = 1e-15
"""Probabilities are kept this far from 0 and 1, so that one certain mistake does not make the log loss endless."""


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How well probabilities of buying fit what happened; None where there were not both outcomes."""

    rows: int
    bought: int
    roc_auc: float | None
    pr_auc: float | None
    log_loss: float
    brier: float
    calibration_error: float
    calibration_error_equal_mass: float


def quality(bought: Sequence[bool], probabilities: Sequence[float]) -> Quality:
    """Return every measure of these probabilities of buying; raise ValueError where there are none."""
    if not bought or len(bought) != len(probabilities):
        raise ValueError("as many probabilities as outcomes are needed, and at least one")
    both = 0 < sum(bought) < len(bought)
    return Quality(
        rows=len(bought),
        bought=sum(bought),
        roc_auc=roc_auc(bought, probabilities) if both else None,
        pr_auc=average_precision(bought, probabilities) if both else None,
        log_loss=log_loss(bought, probabilities),
        brier=brier(bought, probabilities),
        calibration_error=calibration_error(bought, probabilities),
        calibration_error_equal_mass=calibration_error(bought, probabilities, equal_mass=True),
    )


def roc_auc(bought: Sequence[bool], probabilities: Sequence[float]) -> float:
    """Return the chance that a buyer is ranked above a non-buyer; equal probabilities count a half."""
    wins = 0.0
    below = 0
    for _, tied in groupby(sorted(zip(probabilities, bought, strict=True)), key=lambda pair: pair[0]):
        labels = [label for _, label in tied]
        positive = sum(labels)
        negative = len(labels) - positive
        wins += positive * (below + negative / 2)
        below += negative
    return wins / (sum(bought) * below)


def average_precision(bought: Sequence[bool], probabilities: Sequence[float]) -> float:
    """Return the area under the steps of precision over recall, buyers being what is looked for."""
    ranked = sorted(zip(probabilities, bought, strict=True), reverse=True)
    seen = found = 0
    area = 0.0
    for _, tied in groupby(ranked, key=lambda pair: pair[0]):
        labels = [label for _, label in tied]
        seen += len(labels)
        found += sum(labels)
        area += sum(labels) * found / seen
    return area / found


def log_loss(bought: Sequence[bool], probabilities: Sequence[float]) -> float:
    """Return the mean of minus the log of the probability of what happened (natural logarithm)."""
    chances = (p if label else 1 - p for label, p in zip(bought, probabilities, strict=True))
    return -math.fsum(math.log(min(max(chance, _NEVER), 1 - _NEVER)) for chance in chances) / len(bought)


def brier(bought: Sequence[bool], probabilities: Sequence[float]) -> float:
    """Return the mean squared distance between probability and outcome."""
    return math.fsum((p - label) ** 2 for label, p in zip(bought, probabilities, strict=True)) / len(bought)


def calibration_error(bought: Sequence[bool], probabilities: Sequence[float], *, equal_mass: bool = False) -> float:
    """Return the expected calibration error over ten bins of equal width, or of equally many rows.

    In each bin, how far the mean probability is from the share that bought, weighted by the rows in the bin.
    """
    rows = sorted(zip(probabilities, bought, strict=True), key=lambda pair: pair[0])
    if equal_mass:
        cuts = [round(n * len(rows) / BINS) for n in range(BINS + 1)]
        bins = [rows[start:end] for start, end in pairwise(cuts)]
    else:
        bins = [list(group) for _, group in groupby(rows, key=lambda pair: min(int(pair[0] * BINS), BINS - 1))]
    gaps = (abs(math.fsum(p - label for p, label in group)) for group in bins)
    return math.fsum(gaps) / len(rows)
