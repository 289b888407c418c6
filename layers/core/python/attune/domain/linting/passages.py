"""The words of a text as a reader meets them, each character with its place in the source.

Liquid tags are left out, what a slot prints becomes one sign, links leave their labels. Look-alike forms of letters,
blanks and quotes are made equal, so that a word list has to know a phrase in one form only.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

SLOT = "¤"
"""Stands for what a slot prints."""

_PIECES = re.compile(
    r"\{\{-?(?P<output>.*?)-?\}\}|\{%-?\s*(?P<tag>\w*)(?P<rest>.*?)-?%\}"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>(?:\{\{.*?\}\}|[^()\s])+)\)"
    r"|(?P<html><!--.*?-->|<(?:style|script)\b.*?</(?:style|script)>|</?[A-Za-z][^<>]*>)"
    r"|(?P<bare>https?://(?:\{\{.*?\}\}|[^\s()<>\"])+)",
    re.DOTALL,
)
_LITERAL = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\")")
_BREAKING_TAGS = frozenset({"else", "elsif", "when"})
_INLINE_HTML = re.compile(r"</?(?:a|abbr|b|em|font|i|s|small|span|strong|sub|sup|u)\b", re.IGNORECASE)
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f")
_SAME = {**dict.fromkeys("\u2019\u2018\u02bc`\u00b4", "'"), **dict.fromkeys("\u2010\u2011\u2212", "-")}
_SENTENCE = re.compile(r"(?:[^.!?。\n]|[.](?=[\w¤@]))+(?:[.!?。]+[\"'”“»」)]*|\n|$)")
_SPACED_LETTERS = re.compile(r"(?<!\w)(?:\w ){3,}\w(?!\w)")


class PassageKind(StrEnum):
    """Which part of a text a passage is."""

    SUBJECT = "subject"
    BODY = "body"
    FALLBACK = "fallback"


@dataclass(frozen=True)
class Link:
    """A link: what it says, where it leads (with slots as written), where it stands in the source."""

    label: str
    url: str
    offset: int
    alone: bool


@dataclass(frozen=True)
class Passage:
    """A run of words with, for every character of `plain`, its offset in `source`.

    `plain` keeps upper and lower case; `folded` is the same in lower case. `first_line` is the line of the file on which
    the source begins, `first_column` the column in that line.
    """

    kind: PassageKind
    source: str
    plain: str
    offsets: tuple[int, ...]
    links: tuple[Link, ...] = ()
    first_line: int = 1
    first_column: int = 1

    @cached_property
    def folded(self) -> str:
        """Return the words in lower case, character by character."""
        lower = self.plain.lower()
        return lower if len(lower) == len(self.plain) else "".join(char.lower()[:1] for char in self.plain)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Return start and end of every sentence in `plain`."""
        return tuple((m.start(), m.end()) for m in _SENTENCE.finditer(self.plain) if m[0].strip())

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        return (0, *(m.end() for m in re.finditer("\n", self.source)))

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column of a character of `plain`."""
        if not self.offsets:
            return self.first_line, self.first_column
        return self.place_of_offset(self.offsets[min(index, len(self.offsets) - 1)])

    def place_of_offset(self, offset: int) -> tuple[int, int]:
        """Return line and column of a character of the source."""
        number = bisect_right(self._line_starts, offset) - 1
        column = offset - self._line_starts[number]
        return self.first_line + number, column + (self.first_column if number == 0 else 1)

    def sentence_at(self, index: int) -> tuple[int, int]:
        """Return start and end of the sentence around a character."""
        return next((span for span in self.sentences if span[0] <= index < span[1]), (0, len(self.plain)))


def read_passage(kind: PassageKind, source: str, *, first_line: int = 1, first_column: int = 1) -> Passage:
    """Read the words of a source written in Liquid and the marks of a text."""
    pieces, links = list(_pieces(source)), list(_links(source))
    chars: list[str] = []
    offsets: list[int] = []
    for words, start in pieces:
        for distance, char in enumerate(words):
            for plain in _plain(char):
                if plain == " " and chars and chars[-1] in " \n":
                    continue
                if plain == "\n" and chars and chars[-1] == " ":
                    chars[-1] = "\n"
                    continue
                chars.append(plain)
                offsets.append(min(start + distance, max(len(source) - 1, 0)))
    return Passage(
        kind,
        source,
        _closed_up("".join(chars)),
        tuple(offsets),
        tuple(links),
        first_line,
        first_column,
    )


def _pieces(source: str) -> Iterator[tuple[str, int]]:
    position = 0
    for match in _PIECES.finditer(source):
        yield from _words(source, position, match.start())
        position = match.end()
        if match["output"] is not None:
            literal = _LITERAL.match(match["output"])
            yield (literal[1] or literal[2] or "", match.start("output")) if literal else (SLOT, match.start())
        elif match["tag"] is not None:
            yield ("\n" if match["tag"] in _BREAKING_TAGS else ""), match.start()
        elif match["label"] is not None:
            yield from ((words, match.start("label") + offset) for words, offset in _pieces(match["label"]))
            yield "", match.end()
        elif match["html"] is not None:
            yield ("" if _INLINE_HTML.match(match["html"]) else "\n"), match.start()
        else:
            yield SLOT, match.start()
    yield from _words(source, position, len(source))


def _words(source: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Yield the words between two pieces; a blank line or the next list item ends a sentence, a mere line does not."""
    position = start
    for match in re.finditer(r"\n[ \t]*\n\s*(?:- )?|\n[ \t]*- ", source[start:end]):
        yield source[position : start + match.start()], position
        yield "\n", start + match.start()
        position = start + match.end()
    yield source[position:end].replace("\n", " "), position


def _links(source: str) -> Iterator[Link]:
    for match in _PIECES.finditer(source):
        if match["url"] is None and match["bare"] is None:
            continue
        before = source[: match.start()].rpartition("\n\n")[2]
        after = source[match.end() :].partition("\n\n")[0]
        around = re.sub(r"\{%.*?%\}", "", before + after)
        label = match["label"] or ""
        yield Link(label, match["url"] or match["bare"].rstrip(".,;:!?"), match.start(), not around.strip())


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    if char in _INVISIBLE:
        return ""
    if char == "\n":
        return "\n"
    if char.isspace():
        return " "
    return _SAME.get(char) or "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFKC", char))


def _closed_up(plain: str) -> str:
    """Keep letters that were spaced out ("H U R R Y") readable as a word, in the same number of characters."""
    return _SPACED_LETTERS.sub(lambda m: m[0].replace(" ", "") + " " * m[0].count(" "), plain)
