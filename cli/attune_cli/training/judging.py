"""Judge models on visits they have not learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from attune.domain.dropoff import DropoffModel
from attune.domain.visits import Visit
from attune_cli.training.metrics import Quality, quality
from attune_cli.training.visit_table import VisitTable

DIGITS = 4
_RATES = ("bounce_rate", "exit_rate")
_ABOUT = ("account_pages", "account_seconds", "information_pages", "information_seconds")
VIEWS: Mapping[str, tuple[str, ...]] = {
    "all_columns": (),
    "as_seen_live": _RATES,
    "month_unknown": ("month",),
    "live_month_unknown": (*_RATES, "month"),
    "live_visitor_unknown": (*_RATES, "returning"),
    "live_products_only": (*_RATES, *_ABOUT),
    "live_no_pages": (*_RATES, *_ABOUT, "product_pages", "product_seconds"),
}
"""What is hidden from a model when it is judged: whoever asks may know less than the table it learnt from."""


def without(visit: Visit, hidden: Sequence[str]) -> Visit:
    """Return a visit of which some things are not known."""
    return replace(visit, **dict.fromkeys(hidden)) if hidden else visit


def intents(model: DropoffModel, visits: Sequence[Visit]) -> list[float]:
    """Return the probability of buying of each visit."""
    return [model.explain(visit).intent for visit in visits]


def in_words(measured: Quality) -> dict[str, Any]:
    """Return measures as they are written to files and printed, rounded to four digits."""
    return {
        name: round(value, DIGITS) if isinstance(value, float) else value for name, value in asdict(measured).items()
    }


def judge(
    table: VisitTable,
    folds: Sequence[Sequence[int]],
    apart: Sequence[DropoffModel],
    *,
    earlier: DropoffModel | None,
    later: Sequence[int],
) -> dict[str, Any]:
    """Return the measures of models on the rows that each did not see, for every view; and forward in time."""
    kept_apart = {}
    for view, hidden in VIEWS.items():
        if not all(name in table.fields for name in hidden):
            continue
        probabilities = [0.0] * len(table.visits)
        for rows, model in zip(folds, apart, strict=True):
            visits = [without(table.visits[row], hidden) for row in rows]
            for row, probability in zip(rows, intents(model, visits), strict=True):
                probabilities[row] = probability
        kept_apart[view] = in_words(quality(table.bought, probabilities))
    forward = {}
    if earlier is not None:
        forward = {
            view: forward_in_time(table, earlier, later, hidden)
            for view, hidden in list(VIEWS.items())[:2]
            if all(name in table.fields for name in hidden)
        }
    return {
        "method": f"{len(folds)} folds, equal rows kept together",
        "kept_apart": kept_apart,
        "forward_in_time": forward,
    }


def forward_in_time(
    table: VisitTable, earlier: DropoffModel, later: Sequence[int], hidden: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the measures of a model of earlier months on the visits of later ones."""
    rows = [row for row, visit in enumerate(table.visits) if visit.month in later]
    visits = [without(table.visits[row], hidden) for row in rows]
    measured = quality([table.bought[row] for row in rows], intents(earlier, visits))
    return {"trained_on_months": list(earlier.trained_on["months"]), "months": list(later), **in_words(measured)}


def judged_on(table: VisitTable, model: DropoffModel, earlier: DropoffModel | None) -> dict[str, Any]:
    """Return what `attune evaluate friction` reports: the measures, by month, and forward in time."""
    probabilities = intents(model, table.visits)
    measured = in_words(quality(table.bought, probabilities))
    by_month = {}
    for month in table.months:
        rows = [row for row, visit in enumerate(table.visits) if visit.month == month]
        by_month[month] = in_words(quality([table.bought[row] for row in rows], [probabilities[row] for row in rows]))
    live = quality(table.bought, intents(model, [without(visit, VIEWS["as_seen_live"]) for visit in table.visits]))
    forward = None
    if earlier is not None:
        known = set(earlier.trained_on["months"])
        later = [month for month in table.months if month > max(known)]
        forward = forward_in_time(table, earlier, later) if later else None
    return {
        **measured,
        "model_version": model.version,
        "trained_on_these_rows": table.sha256 == model.trained_on.get("sha256"),
        "kept_apart": model.metrics.get("kept_apart", {}),
        "as_seen_live": in_words(live),
        "by_month": by_month,
        "forward_in_time": forward,
        "notes": list(table.notes),
    }
