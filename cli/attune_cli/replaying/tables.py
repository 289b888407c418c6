"""The result of a replay on a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from attune_cli.replaying.comparing import GROUPS, Difference, by_part_of_day, rows_of, side_by_side

SHOWN_PROBLEMS = 5
SIGNS = {" ": "", "-": "red", "+": "green"}


def heading(found: Mapping[str, Any]) -> list[str]:
    """Return what was replayed, in sentences."""
    recording = found["recording"]
    beside = ", ".join(found["beside"])
    versions = f"{found['new']} against {found['old']}" + (f", beside {beside}" if beside else "")
    recorded = (
        f"{recording['events']:,} recorded events of {found['people']:,} people, "
        f"{recording['begins'][:10]} to {recording['ends'][:10]}, seed {found['seed']}"
    )
    return [versions, recorded, found["honesty"]]


def left_out(found: Mapping[str, Any]) -> list[str]:
    """Return what of the recording did not count, with why; nothing is dropped in silence."""
    recording = found["recording"]
    lines = []
    for name, told in (("unread", "cannot be read"), ("not_understood", "would go to quarantine")):
        problems = recording[name]
        if problems:
            lines.append(f"{len(problems):,} recorded events {told}:")
            lines += [f"  {one['place']}: {one['reason']}" for one in problems[:SHOWN_PROBLEMS]]
            if len(problems) > SHOWN_PROBLEMS:
                lines.append(f"  … and {len(problems) - SHOWN_PROBLEMS:,} more; --json names all of them")
    lines += [f"{number:,} left out: {why}" for why, number in recording["left_out"].items()]
    for name, told in (
        ("duplicates", "said nothing new"),
        ("failed", "could not be taken in, which is a defect"),
        ("silences_that_outlast_it", "undertakings were still open when the recording ends: not counted as moments"),
    ):
        if recording[name]:
            lines.append(f"{recording[name]:,} {told}")
    for side, steps in found["failed_steps"].items():
        lines += [f"{side}: {number:,} steps failed: {why}" for why, number in steps.items()]
    return lines


def summary_table(found: Mapping[str, Any]) -> RenderableType:
    """Return every figure of both versions beside one another."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("")
    for column in ("before", "after", "difference"):
        table.add_column(column, justify="right")
    before, after = found["before"], found["after"]
    table.add_row(Text("people", style="bold"))
    for row in rows_of(before["people"], after["people"]):
        table.add_row(*_cells(*row))
    for group, title in GROUPS.items():
        rows = rows_of(before[group], after[group])
        if rows:
            totals = (sum(row[1] for row in rows), sum(row[2] for row in rows))
            table.add_row(*_cells(title, *totals, style="bold"))
            for row in rows:
                table.add_row(*_cells(*row))
    hours = [by_part_of_day(side["messages_by_local_hour"]) for side in (before, after)]
    if any(hours):
        table.add_row(Text("messages by local hour", style="bold"))
        for name in sorted(hours[0].keys() | hours[1].keys()):
            table.add_row(*_cells(name, hours[0].get(name, 0), hours[1].get(name, 0)))
    return table


def affected(found: Mapping[str, Any]) -> str:
    """Return in a sentence whom the new version would change anything for."""
    noticed, reasons = found["people_who_would_notice"], found["people_with_other_reasons"]
    return (
        f"{noticed:,} of {found['people']:,} people would get other messages or cases; "
        f"for {reasons:,} more only reasons differ"
    )


def difference_lines(differences: Iterable[Difference]) -> list[Text]:
    """Return stories with what is only in one of them marked: - before, + after; » is what somebody notices."""
    lines = []
    for one in differences:
        lines.append(Text(one.customer_id, style="bold"))
        for sign, line in side_by_side(one.before, one.after):
            told = f"{sign} {line.at:%Y-%m-%d %H:%M} {'» ' if line.reaches else '  '}{line.told}"
            lines.append(Text(f"  {told}", style=SIGNS[sign]))
    return lines


def _cells(name: str, before: int, after: int, style: str = "") -> list[Text]:
    change = after - before
    told = f"{change:+,}" if change else "·"
    indent = "" if style else "  "
    colour = style if style or not change else "yellow"
    return [
        Text(f"{indent}{name}", style=style),
        Text(f"{before:,}", style=style),
        Text(f"{after:,}", style=style),
        Text(told, style=colour),
    ]
