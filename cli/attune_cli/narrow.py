"""Tables that a narrow terminal does not tear: rows get taller there, and no word is cut."""

from rich.table import Table
from rich.text import Text


def keep_words_whole(table: Table) -> Table:
    """Let every column be at least as wide as its longest word, and leave one space between columns; return the table."""
    for column in table.columns:
        words = [word for cell in (column.header, *column.cells) for word in _plain(cell).split()]
        column.min_width = max(map(len, words), default=1)
    table.collapse_padding = True
    return table


def _plain(cell: object) -> str:
    return cell.plain if isinstance(cell, Text) else Text.from_markup(str(cell)).plain
