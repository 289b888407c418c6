"""What a stage costs, as tables on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.table import Table

NAMES = {
    "events": "event,\nfull batches",
    "events_alone": "event,\nalone",
    "one_email_journeys": "journey with\none email",
}


def service_table(found: Mapping[str, Any]) -> Table:
    """Return USD for a million of each, by service."""
    table = _table("USD for a million", "service", *NAMES.values())
    services = dict.fromkeys(name for story in NAMES for name in found["by_service"][story])
    for service in services:
        table.add_row(service, *(_usd(found["by_service"][story].get(service, 0.0)) for story in NAMES))
    table.add_section()
    table.add_row("sum", *(_usd(sum(found["by_service"][story].values())) for story in NAMES), style="bold")
    return table


def projection_table(found: Mapping[str, Any]) -> Table:
    """Return what a month costs at each size, and the quota that is nearest."""
    table = _table("a month", "events", "journeys", "USD", "first quota", "used")
    for size in found["projection"]:
        first = size["first_quota"]
        used = f"{first['share']:.0%}"
        table.add_row(
            f"{size['events_a_month']:,}",
            f"{size['journeys_a_month']:,}",
            f"{size['usd_a_month']['sum']:,.0f}",
            first["named"],
            f"[red]{used}[/]" if first["hit"] else used,
        )
    return table


def sentences(found: Mapping[str, Any]) -> list[str]:
    """Return what else is to be said: the largest line, targets, and what to do where a quota is hit."""
    largest = found["largest"]["one_email_journeys"]
    journey = found["usd_per_million_one_email_journeys"]
    line = f"{largest['line'].replace('_', ' ')} ({largest['service']})"
    said = [f"Largest line of a journey: {line}, {largest['usd_per_million']:.2f} of {journey:.2f}."]
    for name, target in found["targets"].items():
        verdict = "met" if target["met"] else "MISSED"
        said.append(f"Target for {name.replace('_', ' ')}: at most {target['usd_per_million']:.2f}, {verdict}.")
    for size in found["projection"]:
        said.extend(
            f"At {size['events_a_month']:,} events: {one['named']} ({one['load']:,.0f} of {one['limit']:,}). {one['what_then']}"
            for one in size["quotas"]
            if one["hit"]
        )
    return said


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name in columns:
        table.add_column(name, justify="left" if name in {"service", "first quota"} else "right")
    return table


def _usd(amount: float) -> str:
    return f"{amount:,.2f}" if amount else "·"
