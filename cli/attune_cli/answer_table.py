"""Show the answer of a query as a table a person can read at 100 columns."""

from rich import box
from rich.table import Table

from attune_cli.auditing import Answer, Query

NUMERIC = {"messages", "customers", "decisions", "automated", "dry_run", "touch"}
# Sentences get the room; identifiers and versions that are the same in every row go into the caption.
WIDE = {"why"}
SHORTENED = {"journey_id", "subject_key", "decision_id"}


def answer_table(query: Query, answer: Answer) -> Table:
    """Return the table: the question above, what all rows share below, the rest in columns."""
    shared = shared_values(answer)
    table = Table(title=query.question, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    shown = [index for index, column in enumerate(answer.columns) if column not in shared]
    for index in shown:
        column = answer.columns[index]
        is_number = column in NUMERIC and all((row[index] or "0").isdigit() for row in answer.rows)
        table.add_column(
            column.replace("_", " "),
            justify="right" if is_number else "left",
            ratio=1 if column in WIDE else None,
            no_wrap=column not in WIDE,
            overflow="fold" if column in WIDE else "ellipsis",
        )
    for row in answer.rows:
        table.add_row(*(readable(answer.columns[index], row[index]) for index in shown))
    if not answer.rows:
        table.caption = "no rows"
    elif shared:
        table.caption = "in every row: " + ", ".join(f"{name} {value}" for name, value in shared.items())
    table.caption_justify = "left"
    return table


def shared_values(answer: Answer) -> dict[str, str]:
    """Return the columns that say the same in every row; with fewer than two rows there are none."""
    if len(answer.rows) < 2:  # noqa: PLR2004 - one row shares everything with itself
        return {}
    columns = zip(answer.columns, zip(*answer.rows, strict=True), strict=True)
    return {name: values[0] or "-" for name, values in columns if len(set(values)) == 1 and name not in WIDE}


def readable(column: str, value: str | None) -> str:
    """Return a value as shown: times to the second, long identifiers by their beginning."""
    if not value:
        return "-"
    if column.endswith("time") and "T" in value:
        return value[:19].replace("T", " ")
    if column in SHORTENED and len(value) > 12:  # noqa: PLR2004 - enough to tell apart
        return f"{value[:11]}…"
    return value
