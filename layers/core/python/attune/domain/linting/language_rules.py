"""The rules about languages: what was left untranslated, letters of another script, languages nobody can check."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from attune.domain.linting.findings import Finding
from attune.domain.linting.passages import Passage, PassageKind, read_passage
from attune.domain.linting.reading import Reading
from attune.domain.texts import normalise_body

_CLAUSE = re.compile(r"[^.!?,;:()\n。、「」\"“”„«»—–¤]+")
_LATIN_WORD = re.compile(r"[a-zà-öø-ÿœßı-ž]+(?:'[a-z]+)?")
_WORD = re.compile(r"[^\W\d_]+")
_NAMES_SCRIPT: Mapping[str, tuple[str, ...]] = {
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "zh": ("CJK",),
    "ko": ("HANGUL", "CJK"),
    "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",),
    "bg": ("CYRILLIC",),
    "sr": ("CYRILLIC", "LATIN"),
    "el": ("GREEK",),
    "ar": ("ARABIC",),
    "fa": ("ARABIC",),
    "ur": ("ARABIC",),
    "he": ("HEBREW",),
    "hi": ("DEVANAGARI",),
    "mr": ("DEVANAGARI",),
    "th": ("THAI",),
    "ta": ("TAMIL",),
    "bn": ("BENGALI",),
    "ka": ("GEORGIAN",),
    "hy": ("ARMENIAN",),
}
_LOOK_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK"})
_FEWEST_FOREIGN = 2
_FEWEST_LATIN_WORDS = 3
_FEWEST_WORDS = 3


def find_foreign_words(reading: Reading) -> Iterator[Finding]:
    """Find clauses in another language, words whose letters are of several scripts, and words of another script."""
    language = reading.text.locale.partition("-")[0]
    for passage in _all_words(reading):
        hit = _foreign_letters(passage, language) or _foreign_clause(reading, passage, language)
        if hit:
            start, end, detail = hit
            yield reading.finding("untranslated", passage, start, end, detail=detail)


def _all_words(reading: Reading) -> Iterator[Passage]:
    yield from reading.passages
    for link in reading.body.links:
        if link.label and not link.alone:
            line, column = reading.body.place_of_offset(link.offset)
            yield read_passage(PassageKind.BODY, link.label, first_line=line, first_column=column + 1)


def _foreign_letters(passage: Passage, language: str) -> tuple[int, int, str] | None:
    expected = _NAMES_SCRIPT.get(language, ("LATIN",))
    for match in _WORD.finditer(passage.plain):
        if match[0].isascii():
            continue
        scripts = {_script(char) for char in match[0]} - {""}
        if len(scripts & _LOOK_ALIKE) > 1:
            return (
                match.start(),
                match.end(),
                f"letters of {' and '.join(sorted(s.title() for s in scripts))} in one word",
            )
        if len(match[0]) > 1 and scripts and not scripts & {*expected, "LATIN"}:
            return match.start(), match.end(), f"{min(scripts).title()} letters in a text in {language!r}"
    return None


@lru_cache(maxsize=8192)
def _script(char: str) -> str:
    name = unicodedata.name(char, "")
    first = name.partition(" ")[0].partition("-")[0]
    if first in {"MICRO", "MASCULINE", "FEMININE", "MODIFIER", "COMBINING", "ANGSTROM", "KELVIN"}:
        return ""
    return "CJK" if first in {"CJK", "IDEOGRAPHIC"} else first


def _foreign_clause(reading: Reading, passage: Passage, language: str) -> tuple[int, int, str] | None:
    known = reading.context.words.all_function_words
    native = language not in _NAMES_SCRIPT or "LATIN" in _NAMES_SCRIPT[language]
    for match in _CLAUSE.finditer(passage.folded):
        words = _LATIN_WORD.findall(match[0])
        if not words:
            continue
        other = _other_language(words, language, known) if native else _latin_language(words, known)
        if other:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            return start, match.start() + len(match[0].rstrip()), f"this reads like {other!r} in a text in {language!r}"
    return None


def _other_language(words: list[str], language: str, known: Mapping[str, frozenset[str]]) -> str | None:
    own = known.get(language, frozenset())
    if not own:
        return None
    mine = sum(word in own for word in words)
    best, most = None, 0
    for other, theirs in known.items():
        foreign = len({word for word in words if word in theirs and word not in own})
        if other != language and foreign > most:
            best, most = other, foreign
    if len(words) < _FEWEST_WORDS:
        return best if most == len(words) > 1 else None
    return best if most >= _FEWEST_FOREIGN and most > 2 * mine else None


def _latin_language(words: list[str], known: Mapping[str, frozenset[str]]) -> str | None:
    if len(words) < _FEWEST_LATIN_WORDS:
        return None
    counted = {other: sum(word in theirs for word in words) for other, theirs in known.items()}
    best = max(counted, key=lambda other: counted[other], default=None)
    return best if best and counted[best] >= _FEWEST_FOREIGN else None


def find_copied_body(reading: Reading) -> Iterator[Finding]:
    """Find a text whose words are those of the same message in another language."""
    language = reading.text.locale.partition("-")[0]
    body = normalise_body(reading.text.body)
    for sibling in reading.context.siblings:
        other = sibling.locale.partition("-")[0]
        same_place = sibling.channel is reading.text.channel and sibling.message == reading.text.message
        if (
            same_place
            and other != language
            and normalise_body(sibling.body) == body
            and _WORD.search(reading.body.plain)
        ):
            first = min(language, other, key=lambda tag: (tag != "en", tag))
            if language != first:
                line, column = reading.body.place(0)
                yield reading.at(
                    "untranslated", line, column, reading.body.plain[:60], detail=f"the same words as {sibling.name}"
                )
                return


def find_missing_list(reading: Reading) -> Iterator[Finding]:
    """Find a language whose words nobody has listed."""
    if reading.words is None:
        yield reading.at("no-word-list", 1, 1, reading.text.locale)
