"""Fairness as tables a person can read at 100 columns."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from attune.domain.fairness import Measure
from attune.domain.fairness_judging import Comparison, FairnessDay, Verdict, leading
from attune.domain.fairness_rates import Estimate
from attune.domain.fairness_tables import about
from attune.domain.fairness_wording import VERDICTS, explained, finding, name_of, protection, reasons, title

STYLES = {Verdict.GAP: "bold red", Verdict.EXPLAINED: "yellow", Verdict.OPEN: "yellow", Verdict.TOO_FEW: "dim"}
WIDE_FROM = 104
SHORTEST_NAME = 5
FIGURES: Mapping[str, int] = {
    "people": 0,
    "others": 1,
    "group ": 2,
    "others ": 3,
    "difference (95 %)": 4,
    "times": 5,
    "chance": 6,
    "verdict": 7,
}
"""Headings, in the order of `cells`."""
NARROW = frozenset({"group ", "others ", "difference (95 %)", "verdict"})
WORTH_A_ROW = (Verdict.GAP, Verdict.EXPLAINED, Verdict.OPEN, Verdict.SMALL)


def fairness_tables(day: FairnessDay, *, everything: bool, width: int = WIDE_FROM) -> RenderableType:
    """Return the look: its headline, each gap in words, and a table; with `everything` every comparison.

    Where there is no room for every column the least needed ones go, so that no figure is cut.
    """
    parts: list[RenderableType] = [Text(headline(day), style="bold"), Text(period(day), style="dim")]
    for one in (*leading(day.those(Verdict.GAP)), *leading(day.those(Verdict.EXPLAINED))):
        parts += [Text(), *_told(one)]
    shown = [one for one in day.comparisons if everything or one.verdict in WORTH_A_ROW]
    for dimension, rows in groupby(shown, key=lambda one: one.dimension):
        parts += [Text(), Text(f"By {dimension}", style="bold"), _table(rows, width)]
    parts += [Text(line, style="dim") for line in kept_back(day, hidden=len(day.comparisons) - len(shown))]
    return Group(*parts)


def headline(day: FairnessDay) -> str:
    """Say in one line what was found."""
    gaps, told, few = (len(day.those(one)) for one in (Verdict.GAP, Verdict.EXPLAINED, Verdict.TOO_FEW))
    if not day.made:
        return "Nothing could be compared: there are not enough people." if few else "Nothing could be compared yet."
    found = f"{gaps} {'gap' if gaps == 1 else 'gaps'}" if gaps else "No gap"
    also = f", {told} more explained by known causes" if told else ""
    return f"{found} in {day.made} comparisons{also}."


def period(day: FairnessDay) -> str:
    """Say whom and how strictly a look compares."""
    return (
        f"People whose first hard moment was from {day.since:%Y-%m-%d} until {day.until:%Y-%m-%d}. "
        f"Chance of any false alarm in this look: {day.level:.2%}."
    ).replace("%.", " %.")


def kept_back(day: FairnessDay, *, hidden: int = 0) -> list[str]:
    """Say what the table does not show, and why."""
    lines = []
    if hidden:
        few = len(day.those(Verdict.TOO_FEW))
        also = f", {few} of them without enough people" if few else ""
        lines.append(f"{hidden} comparisons without a gap are not shown{also}: --all shows them.")
    small = {family.dimension: family.hidden for family in day.families if family.hidden}
    if small:
        named = ", ".join(f"{dimension} {number}" for dimension, number in small.items())
        lines.append(f"Groups too small to be shown: {named}.")
    unknown = {family.dimension: family.unknown for family in day.families if family.unknown}
    if unknown:
        named = ", ".join(f"{dimension} {about(number):,}" for dimension, number in unknown.items())
        lines.append(f"People of no group that is known: {named}.")
    lines.append(protection(day.rules))
    return lines


def _told(one: Comparison) -> Iterable[RenderableType]:
    name = f"{title(one)} by {one.dimension}, {name_of(one.group)}"
    yield Text.assemble((f"{VERDICTS[one.verdict]}: ", STYLES[one.verdict]), (name, "bold"))
    for text in (finding(one), explained(one), reasons(one)):
        if text:
            yield Padding(Text(text), (0, 0, 0, 2))


def _table(shown: Iterable[Comparison], width: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("measure", no_wrap=True)
    table.add_column("group", no_wrap=True, overflow="ellipsis", min_width=SHORTEST_NAME)
    kept = FIGURES if width >= WIDE_FROM else {name: at for name, at in FIGURES.items() if name in NARROW}
    for heading in kept:
        table.add_column(heading.strip(), justify="left" if heading == "verdict" else "right", no_wrap=True)
    for one in shown:
        figures = cells(one)
        row = (figures[at] for at in kept.values())
        table.add_row(title(one), name_of(one.group), *row, style=STYLES.get(one.verdict))
    return table


def cells(one: Comparison) -> tuple[str, ...]:
    """Return the figures of one row: people, shares or hours, difference, ratio, chance and verdict."""
    people = (f"{about(one.people):,}", f"{about(one.others):,}" if one.others else "-")
    if one.difference is None or one.own is None or one.others_own is None:
        return (*people, "", "", "", "", "", VERDICTS[one.verdict])
    return (
        *people,
        _own(one, one.own),
        _own(one, one.others_own),
        f"{_signed(one.difference.value)} ({_signed(one.difference.low)} to {_signed(one.difference.high)})",
        f"{one.ratio.value:.2f}" if one.ratio else "-",
        "<0.0001" if one.adjusted < 1e-4 else f"{one.adjusted:.4f}",  # noqa: PLR2004 - as many digits as there is room for
        VERDICTS[one.verdict],
    )


def _own(one: Comparison, value: Estimate) -> str:
    return f"{value.value:.1f} h" if one.measure is Measure.DELAY else f"{value.value * 100:.1f} %"


def _signed(value: float) -> str:
    return f"{value * 100:+.1f}"
