"""How hard words are to read, as a school grade, by a formula made for the language.

English: Flesch-Kincaid grade. German: first Wiener Sachtextformel (Bamberger and Vanecek). Spanish: Fernández Huerta;
French: Kandel and Moles; Italian: Franchina and Vacca; Dutch: Douma; Portuguese: Martins and others: all of them are scales of
reading ease, turned into grades by Flesch's table. Japanese and Chinese: length of sentences and share of characters
that have to be learnt one by one; a rule of thumb, set so that a newspaper comes out at grade 12.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_VOWELS = {
    "en": re.compile(r"[aeiouy]+"),
    "de": re.compile(r"ei|ie|au|eu|äu|ai|aa|ee|oo|[aeiouyäöü]"),
    "es": re.compile(r"[aeoáéíóú][iuy]?|[iuü]+[aeoáéó][iuy]?|[iuüy]+"),
    "fr": re.compile(r"[aeiouyàâéèêëîïôöûùœ]+"),
    "it": re.compile(r"[aeoàèéìòù][iu]?|[iu][aeoàèéìòù]?"),
    "nl": re.compile(r"[aeiouyëïé]+"),
    "pt": re.compile(r"[aeoáéíóúâêôãõà][iu]?|[iu][aeoáéíóúâêôãõ]?"),
}
_EASE = {
    "es": (206.84, 1.02, 60.0),
    "fr": (207.0, 1.015, 73.6),
    "it": (217.0, 1.3, 60.0),
    "nl": (206.84, 0.93, 77.0),
    "pt": (248.835, 1.015, 84.6),
}
"""Constants of `ease = a - b * words per sentence - c * syllables per word`."""

_GRADE_BY_EASE = (
    (0.0, 18.0),
    (30.0, 13.0),
    (50.0, 10.0),
    (60.0, 8.5),
    (70.0, 7.0),
    (80.0, 6.0),
    (90.0, 5.0),
    (100.0, 3.0),
)
_SILENT_E = re.compile(r"(?:[^laeiouy]e|[^aeiouytd]ed|[^aeiouysxz]es)$")
_LONG_WORD, _MANY_SYLLABLES = 6, 3
DENSE_LANGUAGES = frozenset({"ja", "zh"})
"""Languages without blanks between words."""

CHARACTERS_A_WORD = 4
"""How many Japanese characters stand for a word where a limit counts words."""


@dataclass(frozen=True)
class Counts:
    """What the formulas are made of."""

    words: int
    sentences: int
    syllables: int
    long_words: int
    hard_words: int
    short_words: int


def grade(language: str, sentences: Sequence[str]) -> float | None:
    """Return the school grade that reads these sentences without effort, None where there is no formula."""
    if language in DENSE_LANGUAGES:
        return _dense_grade(sentences)
    if language not in _VOWELS:
        return None
    counts = _counted(language, sentences)
    if counts.words == 0:
        return None
    if language in _EASE:
        return _grade_of(_ease(language, counts))
    return _FORMULAS[language](counts)


def words_in(language: str, sentence: str) -> int:
    """Return the number of words of a sentence; characters count for words where there are no blanks."""
    if language in DENSE_LANGUAGES:
        return sum(1 for char in sentence if char.isalnum()) // CHARACTERS_A_WORD
    return len(re.findall(r"[\w¤]+(?:['.,@:/-][\w¤]+)*", sentence))


def syllables(language: str, word: str) -> int:
    """Return the number of syllables of a word in lower case: groups of vowels, without silent endings."""
    count = len(_VOWELS[language].findall(word))
    if language == "en" and count > 1 and _SILENT_E.search(word) and not word.endswith("le"):
        count -= 1
    if language == "fr" and count > 1 and re.search(r"[^aeiouyàâéèêëîïôöûùœ](?:e|es|ent)$", word):
        count -= 1
    return max(count, 1)


def _counted(language: str, sentences: Sequence[str]) -> Counts:
    words = [word for sentence in sentences for word in _WORD.findall(sentence.lower())]
    by_word = [syllables(language, word) for word in words]
    return Counts(
        words=len(words),
        sentences=max(len(sentences), 1),
        syllables=sum(by_word),
        long_words=sum(len(word) > _LONG_WORD for word in words),
        hard_words=sum(count >= _MANY_SYLLABLES for count in by_word),
        short_words=sum(count == 1 for count in by_word),
    )


def _flesch_kincaid(counts: Counts) -> float:
    return 0.39 * counts.words / counts.sentences + 11.8 * counts.syllables / counts.words - 15.59


def _wiener(counts: Counts) -> float:
    share = 100 / counts.words
    return (
        0.1935 * counts.hard_words * share
        + 0.1672 * counts.words / counts.sentences
        + 0.1297 * counts.long_words * share
        - 0.0327 * counts.short_words * share
        - 0.875
    )


def _ease(language: str, counts: Counts) -> float:
    start, by_length, by_syllables = _EASE[language]
    return start - by_length * counts.words / counts.sentences - by_syllables * counts.syllables / counts.words


def _grade_of(ease: float) -> float:
    """Read Flesch's table, with straight lines between its rows."""
    position = bisect_left([row[0] for row in _GRADE_BY_EASE], ease)
    if position == 0:
        return _GRADE_BY_EASE[0][1]
    if position == len(_GRADE_BY_EASE):
        return _GRADE_BY_EASE[-1][1]
    (low, high_grade), (high, low_grade) = _GRADE_BY_EASE[position - 1], _GRADE_BY_EASE[position]
    return high_grade + (low_grade - high_grade) * (ease - low) / (high - low)


def _dense_grade(sentences: Sequence[str]) -> float | None:
    chars = [char for sentence in sentences for char in sentence if char.isalnum()]
    if not chars:
        return None
    learnt = sum("\u4e00" <= char <= "\u9fff" for char in chars) / len(chars)
    return 0.14 * len(chars) / max(len(sentences), 1) + 12 * learnt


_FORMULAS: Mapping[str, Callable[[Counts], float]] = {"en": _flesch_kincaid, "de": _wiener}
