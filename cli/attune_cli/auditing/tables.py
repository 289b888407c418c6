"""Show the answer of a query as a table a person can read at 100 columns."""

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from attune_cli.auditing.asking import Answer
from attune_cli.auditing.queries import Query

NUMERIC = {"messages", "customers", "decisions", "automated", "dry_run", "touch"}
SHARED = {"playbook", "playbook_version", "touch", "journey_id", "subject_key", "automated", "dry_run"}
# Sentences get the room; identifiers and versions that are the same in every row go into the caption.
WIDE = {"why"}
SHORTENED = {"journey_id", "subject_key", "decision_id"}


def answer_table(query: Query, answer: Answer) -> Group:
    """Return the question, the rows as a table, and below it what they all share."""
    shared = shared_values(answer)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown = [index for index, column in enumerate(answer.columns) if column not in shared]
    for index in shown:
        column = answer.columns[index]
        is_number = column in NUMERIC and all((row[index] or "0").isdigit() for row in answer.rows)
        table.add_column(
            column.replace("_", " ") + (" (UTC)" if column.endswith("time") else ""),
            justify="right" if is_number else "left",
            ratio=1 if column in WIDE else None,
            no_wrap=column not in WIDE,
            overflow="fold" if column in WIDE else "ellipsis",
        )
    for row in answer.rows:
        table.add_row(*(readable(answer.columns[index], row[index]) for index in shown))
    shared_by_all = "  ".join(f"{name.replace('_', ' ')} {value}" for name, value in shared.items())
    below = f"in every row: {shared_by_all}" if shared else "" if answer.rows else "no rows"
    return Group(Text(query.question, style="bold"), table, *([Text(below, style="dim")] if below else []))


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
    """Return a value as shown: times to the second, long identifiers by their beginning."""
    if not value:
        return "-"
    if column.endswith("time") and "T" in value:
        return value[:19].replace("T", " ")
    if column in SHORTENED and len(value) > 12:  # noqa: PLR2004 - enough to tell apart
        return f"{value[:11]}…"
    return value
