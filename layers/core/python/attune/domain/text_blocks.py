"""The structure of a rendered text: paragraphs, lists, links and buttons, found before any value is looked at.

Writers use four things: a blank line between paragraphs, "- " before the items of a list, `[label](url)` for a
link, and a link alone in its paragraph for a button. Values are hidden while the structure is read, so that a
value that looks like a list or a link stays the words it is.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Protocol

from attune.domain.blocks import Block, BlockKind, Part
from attune.domain.liquid_sandbox import DATA_END, DATA_START
from attune.domain.slots import is_web_url

_DATA = re.compile(f"{DATA_START}([^{DATA_END}]*){DATA_END}")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
_BULLET = "- "
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_LEFT_TO_RIGHT = frozenset({"L", "EN"})


class _Reveal(Protocol):
    def __call__(self, hidden: str, *, plainly: bool = ...) -> str: ...


def as_it_is(value: str) -> str:
    """Return a value unchanged."""
    return value


def isolated_in(direction: str) -> Callable[[str], str]:
    """Return how a value is written in words of this direction (`ltr`, `rtl`) so that it does not turn them around.

    Values that run the other way, and numbers in words from right to left, stand between Unicode isolates: without
    them "+44 20" is read as "20 44+" there. All other values stay as they are.
    """
    other_way = _RIGHT_TO_LEFT if direction == "ltr" else _LEFT_TO_RIGHT

    def isolated(value: str) -> str:
        if direction == "ltr" and value.isascii():
            return value
        turns = any(unicodedata.bidirectional(char) in other_way for char in value)
        return f"{_ISOLATE}{value}{_END_ISOLATE}" if turns else value

    return isolated


def parse_blocks(marked: str, *, written: Callable[[str], str] = as_it_is) -> tuple[Block, ...]:
    """Read the blocks of a text whose values stand between the data marks; `written` says how a value is written.

    A link whose address is missing or no web address is left out: the button or list item if it is alone
    there, otherwise only the address.
    """
    values: list[str] = []

    def hide(match: re.Match[str]) -> str:
        values.append(match[1])
        return f"{DATA_START}{len(values) - 1}{DATA_END}"

    def reveal(hidden: str, *, plainly: bool = False) -> str:
        return _DATA.sub(lambda match: (as_it_is if plainly else written)(values[int(match[1])]), hidden)

    paragraphs = re.split(r"\n[ \t]*\n", _DATA.sub(hide, marked))
    blocks = (block for paragraph in paragraphs for block in _blocks(paragraph, reveal))
    return tuple(block for block in blocks if block.items)


def plain_text(blocks: Iterable[Block], *, paragraph_break: str = "\n\n") -> str:
    """Write blocks as plain text."""
    return paragraph_break.join(_plain_block(block) for block in blocks)


def without_marks(marked: str) -> str:
    """Return the text with its values in place and without the marks."""
    return marked.replace(DATA_START, "").replace(DATA_END, "")


def _plain_block(block: Block) -> str:
    lines = ["".join(str(part) for part in item) for item in block.items]
    return "\n".join(_BULLET + line for line in lines) if block.kind is BlockKind.LIST else lines[0]


def _blocks(paragraph: str, reveal: _Reveal) -> Iterable[Block]:
    """Split a paragraph into the words before, the list, and the words after it."""
    words: list[str] = []
    bullets: list[str] = []
    for line in paragraph.split("\n"):
        stripped = line.strip()
        if stripped.startswith(_BULLET):
            yield from _flush_words(words, reveal)
            bullets.append(stripped.removeprefix(_BULLET))
        elif bullets and line.startswith("  "):
            bullets[-1] += " " + stripped
        elif stripped:
            yield from _flush_bullets(bullets, reveal)
            words.append(stripped)
    yield from _flush_words(words, reveal)
    yield from _flush_bullets(bullets, reveal)


def _flush_words(words: list[str], reveal: _Reveal) -> Iterable[Block]:
    if not words:
        return
    line = " ".join(words)
    words.clear()
    alone = _LINK.fullmatch(line)
    parts = _parts(line, reveal)
    kind = BlockKind.BUTTON if alone else BlockKind.PARAGRAPH
    yield Block(kind, (parts,) if parts else ())


def _flush_bullets(bullets: list[str], reveal: _Reveal) -> Iterable[Block]:
    if not bullets:
        return
    items = tuple(parts for line in bullets if (parts := _parts(line, reveal)))
    bullets.clear()
    yield Block(BlockKind.LIST, items)


def _parts(line: str, reveal: _Reveal) -> tuple[Part, ...]:
    parts: list[Part] = []
    position = 0
    for match in _LINK.finditer(line):
        parts.append(Part(reveal(line[position : match.start()])))
        url = reveal(match[2], plainly=True)
        if is_web_url(url):
            parts.append(Part(reveal(match[1]), url))
        elif match[0] != line:
            parts.append(Part(reveal(match[1])))
        position = match.end()
    parts.append(Part(reveal(line[position:])))
    return tuple(part for part in parts if part.text)
