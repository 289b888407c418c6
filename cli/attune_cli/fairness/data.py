"""A look at fairness as data."""

from typing import Any

from attune.domain.clock import format_instant
from attune.domain.fairness.judging import Comparison, FairnessDay
from attune.domain.fairness.rates import Estimate
from attune.domain.fairness.tables import about
from attune.domain.fairness.wording import explained, finding, reasons
from attune.reporting.fairness_words import headline, kept_back


def fairness_data(day: FairnessDay) -> dict[str, Any]:
    """Return the look as plain data."""
    return {
        "as_of": format_instant(day.at),
        "since": format_instant(day.since),
        "until": format_instant(day.until),
        "level": day.level,
        "rules": day.rules.version,
        "headline": headline(day),
        "comparisons": [_as_data(one) for one in day.comparisons],
        "kept_back": kept_back(day),
    }


def _as_data(one: Comparison) -> dict[str, Any]:
    return {
        "measure": one.measure.value,
        "outcome": one.outcome,
        "by": one.dimension.value,
        "group": one.group,
        "against": list(one.against),
        "people": about(one.people),
        "others": about(one.others),
        "left_out": about(one.left_out),
        "own": one.own.value if one.own else None,
        "others_own": one.others_own.value if one.others_own else None,
        "difference": _estimate(one.difference),
        "ratio": _estimate(one.ratio),
        "p": one.p if one.difference else None,
        "adjusted": one.adjusted if one.difference else None,
        "limit": one.limit,
        "verdict": one.verdict.value,
        "finding": finding(one),
        "explained": explained(one),
        "reasons": reasons(one),
    }


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high} if estimate else None
