"""The result as tables on a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from rich import box
from rich.console import RenderableType
from rich.table import Table

from attune_cli.narrow import keep_words_whole
from attune_cli.simulating.comparing import NO_EFFECT

NAMES = {
    "no_messages": "no messages",
    "fixed_delay": "fixed delay",
    "fixed_1_hour": "fixed 1 hour",
    "send_always": "send always",
    "adaptive": "adaptive",
}
COLUMNS = {
    "messages": "sent",
    "orders": "orders",
    "helpful": "found\nhelpful",
    "unsubscribed": "unsub-\nscribed",
    "complained": "spam\nreports",
    "unhelpful": "not\nhelpful",
    "cases": "cases",
}


def outcome_table(policies: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return what came of every policy, per 1,000 customers."""
    table = _table("per 1,000 customers", "policy", *COLUMNS.values())
    for one in policies:
        figures = one["per_1000_customers"]
        table.add_row(NAMES[one["policy"]], *(_estimate(figures[measure]) for measure in COLUMNS))
    return keep_words_whole(table)


def difference_table(policies: Sequence[Mapping[str, Any]], against: str, title: str) -> RenderableType:
    """Return every policy's difference to another, per 1,000 customers, with what may be said of it."""
    table = _table(title, "policy", "orders", "harms", "messages")
    for one in policies:
        if against in one:
            found = one[against]
            table.add_row(NAMES[one["policy"]], *(_difference(found[name]) for name in ("orders", "harms", "messages")))
    return table


def holdout_table(policies: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return what a real shop would see: those who were answered against its own holdout."""
    table = _table("orders of those answered against the policy's own holdout, per 1,000 of them", "policy", "orders")
    for one in policies:
        if "orders_against_its_own_holdout" in one:
            table.add_row(NAMES[one["policy"]], _difference(one["orders_against_its_own_holdout"]))
    return table


def sensitivity_table(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return how the difference in orders changes with the assumptions."""
    names = list(rows[0]["orders_against_no_messages"])
    title = "orders against no messages, per 1,000 customers, if one thing were otherwise"
    table = _table(title, "what", "times", *(NAMES[name] for name in names))
    for row in rows:
        found = row["orders_against_no_messages"]
        table.add_row(row["varied"], f"{row['factor']:g}", *(_difference(found[name], short=True) for name in names))
    table.columns[0].no_wrap = False
    return keep_words_whole(table)


def told_table(policies: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Return what each policy does."""
    table = _table("", "policy", "what it does")
    for one in policies:
        table.add_row(NAMES[one["policy"]], one["told"])
    return table


def assumptions_text(tree: Mapping[str, Any]) -> str:
    """Return the assumptions as they would stand in a file."""
    text: str = yaml.safe_dump(dict(tree), sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    return text


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title or None, title_justify="left", title_style="bold")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="left" if name == "what it does" else "right")
    return table


def _estimate(figure: Mapping[str, float]) -> str:
    value, low, high = (_number(figure[name]) for name in ("value", "low", "high"))
    return f"{value}\n[dim]{low} to {high}[/dim]"


def _number(value: float) -> str:
    """Return a number with as many digits as tell something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"  # noqa: PLR2004 - three digits are enough


def _difference(figure: Mapping[str, Any], *, short: bool = False) -> str:
    value, interval = f"{figure['value']:+,.1f}", f"[dim]({figure['low']:+,.1f} to {figure['high']:+,.1f})[/dim]"
    style = "dim" if figure["claim"] == NO_EFFECT else "bold"
    claim = f"[{style}]{figure['claim']}[/{style}]"
    return f"{value} {claim}\n{interval}" if short else f"{value} {interval}\n{claim}"
