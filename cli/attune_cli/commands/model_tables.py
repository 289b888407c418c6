"""Measures of a model as tables for people."""

import calendar
from collections.abc import Mapping
from typing import Any

from rich.table import Table

from attune.domain.dropoff import DropoffModel

MEASURES = {
    "roc_auc": "ROC AUC",
    "pr_auc": "PR AUC",
    "log_loss": "log loss",
    "brier": "Brier",
    "calibration_error": "calibration error",
}


def learnt_table(model: DropoffModel) -> Table:
    """Return what a model reached on rows kept apart, and forward in time."""
    table = _table(f"on rows kept apart ({model.metrics['method']})", "what is known")
    for view, measured in model.metrics["kept_apart"].items():
        _add(table, view.replace("_", " "), measured)
    for view, measured in model.metrics["forward_in_time"].items():
        _add(table, f"{view.replace('_', ' ')}: {_span(measured)}", measured)
    return table


def measures_table(found: Mapping[str, Any]) -> Table:
    """Return the measures on a whole table of visits."""
    table = _table("probability of buying, against what happened", "what is known")
    _add(table, "all columns", found)
    _add(table, "as seen live", found["as_seen_live"])
    return table


def by_month_table(by_month: Mapping[int, Mapping[str, Any]]) -> Table:
    """Return the measures month by month."""
    table = _table("by month", "month")
    for month, measured in by_month.items():
        _add(table, calendar.month_name[month], measured)
    return table


def forward_line(forward: Mapping[str, Any] | None) -> Table | str:
    """Return the measures forward in time, or why there are none."""
    if forward is None:
        return "forward in time: not measured (the model has no companion, or the table has no later months)"
    table = _table("forward in time, by a companion that never saw the later months", "months")
    _add(table, _span(forward), forward)
    return table


def _span(forward: Mapping[str, Any]) -> str:
    def told(months: list[int]) -> str:
        return "-".join(dict.fromkeys(calendar.month_abbr[month] for month in (months[0], months[-1])))

    return f"{told(forward['trained_on_months'])}, then {told(forward['months'])}"


def _table(title: str, first: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0))
    table.add_column(first)
    for heading in ("visits", "bought", *MEASURES.values()):
        table.add_column(heading, justify="right", min_width=max(map(len, heading.split())))
    return table


def _add(table: Table, name: str, measured: Mapping[str, Any]) -> None:
    figures = (f"{measured[key]:.4f}" if measured[key] is not None else "-" for key in MEASURES)
    table.add_row(name, f"{measured['rows']:,}", f"{measured['bought'] / measured['rows']:.1%}", *figures)
