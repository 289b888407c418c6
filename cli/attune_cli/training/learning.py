"""Learn a drop-off model from a table of visits: what is fitted, how it is judged, and what goes into the file."""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from attune.adapters.dropoff_file import table_of, tables_text
from attune.domain.dropoff import DropoffModel
from attune.domain.visits import FEATURES, features_of
from attune_cli.errors import InputError
from attune_cli.training.environment import fit_all, training_python
from attune_cli.training.judging import judge
from attune_cli.training.splits import FOLDS, folds, later_months
from attune_cli.training.visit_table import VisitTable

RATES = ("bounce_rate", "exit_rate")
COMPLETE = "complete"
LIVE = "live"
PARTIAL = "partial"
LEAST_OF_EACH = 50
DEFAULT_SEED = 1

SETTINGS: Mapping[str, Any] = {
    "outer_bags": 6,
    "max_bins": 32,
    "max_interaction_bins": 8,
    "interactions": "3x",
    "min_samples_leaf": 20,
}
"""Of the explainable boosting machine; docs/models/dropoff.md says what other choices gave."""


_ABOUT = ("account_pages", "account_seconds", "information_pages", "information_seconds")
_SURROUNDINGS = ("month", "returning", "weekend")
_UNKNOWN = (
    ("month",),
    ("month",),
    ("returning",),
    ("month", "returning"),
    _SURROUNDINGS,
    # A sender without page calls tells of products only, or of no pages at all.
    _ABOUT,
    (*_ABOUT, "product_pages", "product_seconds"),
    ("account_seconds", "information_seconds", "product_seconds"),
)
MASKS: Sequence[Sequence[str]] = (*_UNKNOWN, *((*group, *RATES) for group in _UNKNOWN))
"""What may be unknown together of a visit: the table for such visits learns what it can say without."""


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A model, and its companion that knows only the earlier months (None where there are too few months)."""

    model: DropoffModel
    earlier: DropoffModel | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is fitted: features by table, the table that needs most first, and rows by occasion."""

    tables: Mapping[str, tuple[str, ...]]
    folds: Sequence[Sequence[int]]
    earlier: Sequence[int]
    later: tuple[int, ...]
    rows: int

    def jobs(self) -> list[dict[str, Any]]:
        """Return every fit: each table without each fold, on the earlier months, and on all."""
        occasions = {f"fold{n}": sorted(set(range(self.rows)) - set(fold)) for n, fold in enumerate(self.folds)}
        if self.later:
            occasions["earlier"] = list(self.earlier)
        occasions["all"] = list(range(self.rows))
        return [
            {
                "id": f"{table}/{occasion}",
                "features": features,
                "rows": rows,
                "masks": MASKS if table == PARTIAL else (),
            }
            for occasion, rows in occasions.items()
            for table, features in self.tables.items()
        ]


def plan_for(table: VisitTable, *, seed: int) -> Plan:
    """Say what is fitted for a table of visits; raise InputError where there is too little to learn from."""
    bought = sum(table.bought)
    if min(bought, len(table.bought) - bought) < LEAST_OF_EACH:
        raise InputError(
            f"{bought} of {len(table.bought)} visits ended with an order: at least {LEAST_OF_EACH} of each are needed",
            "export a longer time",
        )
    known = [
        feature.name for feature in FEATURES if len({feature.measure(visit) for visit in table.visits} - {None}) > 1
    ]
    totals = tuple(name for name in known if name not in RATES)
    if not totals:
        raise InputError("no column but rates has more than one value: there is nothing to learn from")
    later = later_months(table.months)
    earlier = [row for row, visit in enumerate(table.visits) if visit.month not in later and visit.month is not None]
    complete = {COMPLETE: tuple(known)} if len(known) > len(totals) else {}
    return Plan(
        tables=complete | {LIVE: totals, PARTIAL: tuple(known)},
        folds=folds(table, seed=seed),
        earlier=earlier,
        later=later if 0 < sum(table.bought[row] for row in earlier) < len(earlier) else (),
        rows=len(table.visits),
    )


def fit_request(table: VisitTable, jobs: Sequence[Mapping[str, Any]], *, seed: int) -> dict[str, Any]:
    """Return what the fitting program is asked: the jobs, on the features of these visits."""
    return {
        "features": [feature.name for feature in FEATURES],
        "rows": [list(features_of(visit).values()) for visit in table.visits],
        "labels": [int(not bought) for bought in table.bought],
        "jobs": jobs,
        "settings": SETTINGS,
        "seed": seed,
        "workers": os.cpu_count() or 1,
    }


def learn(table: VisitTable, plan: Plan, *, seed: int, on_fit: Callable[[], None]) -> Learnt:
    """Fit what the plan says, judge it on rows kept apart, and return the models."""
    request = fit_request(table, plan.jobs(), seed=seed)
    library, fitted = fit_all(request, python=training_python(), on_fit=on_fit)
    trained_on = {
        "sha256": table.sha256,
        "rows": plan.rows,
        "bought": sum(table.bought),
        "months": list(table.months),
        "features": list(next(iter(plan.tables.values()))),
        "seed": seed,
        "settings": dict(SETTINGS),
        "library": library,
    }

    def model(occasion: str, months: Sequence[int] = table.months) -> DropoffModel:
        tables = tuple(
            table_of({**fitted[job], "name": name, "needs": [] if name == PARTIAL else list(features)}, job)
            for name, features in plan.tables.items()
            for job in [f"{name}/{occasion}"]
        )
        mark = hashlib.sha256(tables_text(tables).encode()).hexdigest()
        return DropoffModel(version=f"dropoff-{mark[:10]}", tables=tables, months=tuple(months), trained_on=trained_on)

    apart = [model(f"fold{n}") for n in range(FOLDS)]
    earlier = None
    if plan.later:
        months = [month for month in table.months if month not in plan.later]
        earlier = model("earlier", months)
        earlier = replace(earlier, trained_on={**trained_on, "rows": len(plan.earlier), "months": months})
    metrics = judge(table, plan.folds, apart, earlier=earlier, later=plan.later)
    return Learnt(model=replace(model("all"), metrics=metrics), earlier=earlier)


def earlier_path(model_file: Path) -> Path:
    """Return where a model's companion lies, which knows only the earlier months."""
    return model_file.with_name(f"{model_file.stem}.earlier_months.json")
