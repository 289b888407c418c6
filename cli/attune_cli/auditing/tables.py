"""Show the answer of a query so that a person can read it, also at 80 columns."""

import re

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from attune_cli.auditing.asking import Answer
from attune_cli.auditing.queries import Query

SHARED = {"playbook", "playbook_version", "touch", "journey_id", "subject_key", "automated", "dry_run"}
# Sentences get the room; identifiers and versions that are the same in every row go into the caption.
WIDE = {"why", "defects"}
WIDE_AT_LEAST = 20
FOLDED = {"choice", "about", "what", "message", "options"}
FOLDED_AT_LEAST = 12
SHORTENED = {"journey_id", "subject_key", "decision_id"}
TIMES = ("time", "_at", "due_by")
GAP = 2
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def answer_table(query: Query, answer: Answer) -> Group:
    """Return the question, the rows, and below them what they all share."""
    shared = shared_values(answer)
    shared_by_all = "  ".join(f"{name.replace('_', ' ')} {value}" for name, value in shared.items())
    below = f"in every row: {shared_by_all}" if shared else "" if answer.rows else "no rows"
    rows = Rows(answer, tuple(index for index, column in enumerate(answer.columns) if column not in shared))
    return Group(Text(query.question, style="bold"), rows, *([Text(below, style="dim")] if below else []))


class Rows:
    """The rows as a table where it fits, else each as a short list of what it says."""

    def __init__(self, answer: Answer, shown: tuple[int, ...]) -> None:
        """Keep the answer and which of its columns are to be shown."""
        self.answer = answer
        self.shown = shown

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        """Choose by the width there is."""
        widths = self._widths(options.max_width)
        yield self._cards() if widths is None else self._table(widths)

    def _widths(self, room: int) -> dict[int, int] | None:
        """Return how wide each column may be, sentences first; None where the narrowest table does not fit."""
        widths = {index: self._narrowest(index) for index in self.shown}
        spare = room - sum(widths.values()) - GAP * max(0, len(self.shown) - 1) - GAP
        if spare < 0:
            return None
        for index in sorted(self.shown, key=lambda one: self._importance(self.answer.columns[one])):
            more = min(spare, self._widest(index) - widths[index])
            widths[index] += more
            spare -= more
        return widths

    def _importance(self, column: str) -> int:
        return 0 if column in WIDE else 1 if column in FOLDED else 2

    def _cells(self, index: int) -> list[int]:
        return [len(readable(self.answer.columns[index], row[index])) for row in self.answer.rows]

    def _widest(self, index: int) -> int:
        return max([*self._cells(index), len(heading(self.answer.columns[index]))])

    def _narrowest(self, index: int) -> int:
        """Return the least width: of the longest cell and word, less for what may be folded."""
        column = self.answer.columns[index]
        width = max([*self._cells(index), *(len(word) for word in heading(column).split())])
        if column in WIDE:
            return min(width, WIDE_AT_LEAST)
        return min(width, FOLDED_AT_LEAST) if column in FOLDED else width

    def _table(self, widths: dict[int, int]) -> RenderableType:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, GAP - 1, 0, 0))
        for index in self.shown:
            is_number = all(_NUMBER.fullmatch(row[index] or "0") for row in self.answer.rows)
            table.add_column(
                heading(self.answer.columns[index]),
                justify="right" if is_number and self.answer.rows else "left",
                width=widths[index],
                overflow="fold",
            )
        for row in self.answer.rows:
            table.add_row(*(readable(self.answer.columns[index], row[index]) for index in self.shown))
        return table

    def _cards(self) -> RenderableType:
        grid = Table.grid(padding=(0, GAP))
        grid.add_column(style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        for row in self.answer.rows:
            grid.add_row("", "")
            for index in self.shown:
                column = self.answer.columns[index]
                grid.add_row(heading(column), readable(column, row[index]))
        return grid


def heading(column: str) -> str:
    """Return a column's name as it is shown."""
    return column.replace("_", " ") + (" (UTC)" if column.endswith("time") else "")


def shared_values(answer: Answer) -> dict[str, str]:
    """Return the columns that say the same in every row; with fewer than two rows there are none."""
    if len(answer.rows) < 2:  # noqa: PLR2004 - one row shares everything with itself
        return {}
    columns = zip(answer.columns, zip(*answer.rows, strict=True), strict=True)
    return {
        name: values[0] or "-"
        for name, values in columns
        if name in SHARED and len(set(values)) == 1 and not _is_count(name, values[0])
    }


def _is_count(name: str, value: str | None) -> bool:
    """Whether a column that is true or false in one query is a number of decisions in this one."""
    return name in {"automated", "dry_run"} and value not in {"true", "false"}


def readable(column: str, value: str | None) -> str:
    """Return a value as shown: times to the minute, long identifiers by their beginning, nothing that moves a cursor."""
    if not value:
        return "-"
    if column.endswith(TIMES) and "T" in value:
        return value[:16].replace("T", " ")
    if column in SHORTENED and len(value) > 12:  # noqa: PLR2004 - enough to tell apart
        return f"{value[:11]}…"
    return "".join(sign if sign.isprintable() else " " for sign in value)
