"""Tables that become cards on a phone: every cell carries its heading."""

import re
from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Text that is HTML already; everything else is escaped."""

    __slots__ = ()


type Cell = str | int

TWO_WORDS = re.compile(r"[^\W\d]{2,} [^\W\d]{2,}")


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, kind: str = "cards", left: int = 1) -> str:
    """Return a table; the first `left` columns are words. The first cell of a row names it."""
    told = list(rows)
    words = {*range(left), *_words_at_the_end(told)}
    head = "".join(
        f'<th scope="col"{_left(number in words)}>{escape(name)}</th>' for number, name in enumerate(headings)
    )
    body = "".join(_row(headings, row, words) for row in told)
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(headings: Sequence[str], row: Sequence[Cell], words: set[int]) -> str:
    first, *others = row
    cells = "".join(
        f'<td data-label="{escape(name)}"{_left(number in words)}>{text(cell)}</td>'
        for number, (name, cell) in enumerate(zip(headings[1:], others, strict=True), start=1)
    )
    return f'<tr><th scope="row" class="left">{text(first)}</th>{cells}</tr>'


def _words_at_the_end(rows: Sequence[Sequence[Cell]]) -> set[int]:
    """Return the last column if it holds sentences: at least two words in a row somewhere."""
    if any(isinstance(row[-1], str) and TWO_WORDS.search(row[-1]) for row in rows):
        return {len(rows[0]) - 1}
    return set()


def text(cell: Cell) -> str:
    """Return a cell as HTML: words escaped, numbers with separators."""
    if isinstance(cell, Html):
        return str(cell)
    return f"{cell:,}" if isinstance(cell, int) else escape(cell)


def section(name: str, title: str, *parts: str) -> str:
    """Return a section of the page."""
    return f'<section id="{name}"><h2>{escape(title)}</h2>{"".join(parts)}</section>'


def folded(summary: str, content: str) -> str:
    """Return something that opens when it is asked for, and on paper."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


def paragraph(words: str, kind: str = "") -> str:
    """Return a paragraph; empty where there are no words."""
    return f"<p{_class(kind)}>{escape(words)}</p>" if words else ""


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _left(is_left: bool) -> str:  # noqa: FBT001 - says which of two
    return _class("left" if is_left else "")
