"""Word lists: what a rule looks for in one language, and what excuses it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from attune.domain.linting.passages import SLOT, Passage

_MACRO = re.compile(r"\{([a-z_]+)\}")
_QUOTED = re.compile(r"\"[^\"\n]{2,200}\"|“[^”\n]{2,200}”|„[^“”\n]{2,200}[“”]|«[^»\n]{2,200}»|「[^」\n]{2,100}」")
_START = r"(?:\A|(?<=[.!?:;,\n¡¿。、] )|(?<=[\n¡¿。、!]))"
_MINIMUM_OUTSIDE_QUOTE = 2


class BadPatternError(ValueError):
    """Raised when a word list holds a pattern that cannot be read; says which."""


@dataclass(frozen=True)
class Hit:
    """Where a pattern matched, in characters of a passage's `plain`."""

    start: int
    end: int


@dataclass(frozen=True)
class Phrases:
    """What to find, and exceptions: a match that overlaps an exception is none."""

    find: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    negation: re.Pattern[str] | None = None

    def hits(self, passage: Passage) -> Iterator[Hit]:
        """Yield the matches that no exception, negation or quotation excuses."""
        text = passage.folded
        excused: list[tuple[int, int]] | None = None
        for match in self.find.finditer(text):
            if match.start() == match.end():
                continue
            if excused is None:
                excused = [m.span() for m in self.unless.finditer(text)] if self.unless else []
                excused += _quotes(passage)
            if any(start < match.end() and match.start() < end for start, end in excused):
                continue
            if self.negation is None or not self.negation.search(text, max(0, match.start() - 40), match.start()):
                yield Hit(match.start(), match.end())

    def first(self, passage: Passage) -> Hit | None:
        """Return the first match, None if there is none."""
        return next(self.hits(passage), None)


@dataclass(frozen=True)
class Topic:
    """What a subject can promise, and the words of a body that keeps the promise."""

    name: str
    subject: Phrases
    body: Phrases
    transactional: bool


@dataclass(frozen=True)
class WordList:
    """The words of one language."""

    language: str
    phrases: Mapping[str, Phrases]
    topics: tuple[Topic, ...] = ()
    function_words: frozenset[str] = frozenset()
    shouted: frozenset[str] = frozenset()

    def get(self, name: str) -> Phrases | None:
        """Return the phrases of a rule, None when this language has none."""
        return self.phrases.get(name)


@dataclass(frozen=True)
class WordLists:
    """All languages; `common` holds what needs no language."""

    by_language: Mapping[str, WordList]
    function_words: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, locale: str) -> WordList | None:
        """Return the list for a locale's language, None when there is none."""
        return self.by_language.get(locale.partition("-")[0])

    @cached_property
    def all_function_words(self) -> Mapping[str, frozenset[str]]:
        """Return, for every language known at all, the small words that give it away."""
        return {
            **self.function_words,
            **{name: words.function_words for name, words in self.by_language.items() if words.function_words},
        }


def compile_phrases(
    find: Sequence[str],
    unless: Sequence[str] = (),
    *,
    macros: Mapping[str, str],
    boundaries: bool,
    negation: str = "",
) -> Phrases:
    """Compile patterns: regular expressions with `{macro}`, `~` for any ending, and word boundaries around each."""
    return Phrases(
        _joined(find, macros, boundaries=boundaries),
        _joined(unless, macros, boundaries=boundaries) if unless else None,
        _compiled(f"(?:{_expanded(negation, macros)})$") if negation else None,
    )


def _joined(patterns: Sequence[str], macros: Mapping[str, str], *, boundaries: bool) -> re.Pattern[str]:
    if not patterns:
        return re.compile(r"(?!)")
    expanded = [_expanded(pattern, macros) for pattern in patterns]
    for pattern, written in zip(expanded, patterns, strict=True):
        _compiled(pattern, written)
    either = "|".join(f"(?:{pattern})" for pattern in expanded)
    return _compiled(rf"(?<![^\W_])(?:{either})(?![^\W_])" if boundaries else f"(?:{either})")


def _expanded(pattern: str, macros: Mapping[str, str]) -> str:
    known = {"start": _START, "slot": SLOT, "gap": r"(?:[\w¤'-]+ ){0,3}", "far": r"[^\n]{0,120}?", **macros}

    def macro(match: re.Match[str]) -> str:
        if match[1] not in known:
            message = f"there is no macro {match[0]} (in {pattern!r})"
            raise BadPatternError(message)
        return _expanded(known[match[1]], macros)

    return _MACRO.sub(macro, pattern).replace("~", r"\w*")


def _compiled(pattern: str, written: str | None = None) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        message = f"{written or pattern!r} is no pattern: {error}"
        raise BadPatternError(message) from error


def _quotes(passage: Passage) -> list[tuple[int, int]]:
    """Return what stands in quotation marks with words around it: somebody else's words, or a name."""
    found = []
    for match in _QUOTED.finditer(passage.plain):
        start, end = passage.sentence_at(match.start())
        outside = passage.plain[start : match.start()] + " " + passage.plain[match.end() : end]
        if len(re.findall(r"\w+", outside)) >= _MINIMUM_OUTSIDE_QUOTE or any(ord(c) > 0x3000 for c in outside):  # noqa: PLR2004 - where CJK begins
            found.append(match.span())
    return found
