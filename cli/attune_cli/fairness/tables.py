"""Fairness as tables a person can read at 100 columns."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from attune.domain.fairness.judging import Comparison, FairnessDay, Verdict, leading
from attune.domain.fairness.wording import VERDICTS, explained, finding, name_of, reasons, title
from attune.reporting.fairness_words import WORTH_A_ROW, cells, headline, kept_back, period

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
    hidden = len(day.comparisons) - len(shown)
    parts += [Text(line, style="dim") for line in kept_back(day, hidden=hidden, where="--all shows them")]
    return Group(*parts)


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
