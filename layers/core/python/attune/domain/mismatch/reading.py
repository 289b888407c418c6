"""Cut what people and pages write into words that can be compared, in any script."""
# ruff: noqa: RUF001 - letters of other languages

import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

LONGEST = 2_000
"""Characters of one text that are read."""

_ASCII_WORD = re.compile(r"[a-z0-9]+")
# Signs that stand within words and are no letters to Python: the vowels of South and South-East Asian scripts.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0981-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ecd\u102b-\u103e\u17b4-\u17d3"
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
    | {"ة": "ه", "ى": "ي", "ـ": None, "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ"}
)
_ACCENT = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0e48-\u0e4b]+")
"""Marks that may be left out in writing; those that make another letter (nukta, the voicing of kana) stay."""
_DIGIT = re.compile(r"\d")
_ENDINGS = ("nen", "es", "en", "as", "os", "s", "n", "e", "a", "o", "i", "y")
_SHORTEST_STEM = 4
_LATIN = frozenset({"latin"})
_NONE: frozenset[str] = frozenset()

_SCRIPTS = (
    (0x0250, "latin"),
    (0x0370, "other"),
    (0x0400, "greek"),
    (0x0530, "cyrillic"),
    (0x0590, "other"),
    (0x0600, "hebrew"),
    (0x0780, "arabic"),
    (0x0900, "other"),
    (0x0E00, "indic"),
    (0x0E80, "thai"),
    (0x0F00, "lao"),
    (0x1000, "other"),
    (0x10A0, "myanmar"),
    (0x1780, "other"),
    (0x1800, "khmer"),
    (0x1E00, "other"),
    (0x1F00, "latin"),
    (0x2000, "greek"),
    (0x3040, "other"),
    (0x3100, "kana"),
    (0x3400, "other"),
    (0xA000, "han"),
    (0xAC00, "other"),
    (0xD7B0, "hangul"),
    (0xF900, "other"),
    (0xFB00, "han"),
    (0x20000, "other"),
    (0x32000, "han"),
)
"""Where scripts end, in order: a code point belongs to the first row that it is below."""

_SCRIPT_ENDS = tuple(end for end, _ in _SCRIPTS)
_SCRIPT_NAMES = (*(script for _, script in _SCRIPTS), "other")

GRAM_LENGTH = {"han": 2, "kana": 2, "hangul": 2, "thai": 3, "lao": 3, "khmer": 3, "myanmar": 3}
"""Scripts whose words are compared piece by piece, with the pieces' length: no or few spaces show where words end."""


class Word(NamedTuple):
    """A word as it was written (in lower case), without accents, and without its ending."""

    written: str
    folded: str
    stem: str
    has_digit: bool
    scripts: frozenset[str]

    @property
    def gram_length(self) -> int:
        """How long the pieces are by which the word is compared; 0: it is compared as a whole."""
        return max((GRAM_LENGTH.get(script, 0) for script in self.scripts), default=0)


def read_words(text: str) -> list[Word]:
    """Return the words of a text in the order written; of very long ones the beginning."""
    text = text[:LONGEST]
    if text.isascii():
        return [_word(written) for written in _ASCII_WORD.findall(text.lower())]
    return [_word(written) for written in _WORD.findall(unicodedata.normalize("NFKC", text).casefold())]


def number_parts(word: Word) -> list[str]:
    """Return the runs of digits and of letters in `wh1000xm5`."""
    return _RUNS.findall(word.folded)


def stem_of(folded: str) -> str:
    """Return a folded word without the ending that number and gender change: `jacken` and `jacke` are `jack`."""
    if len(folded) <= _SHORTEST_STEM or folded.endswith("ss"):
        return folded
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST_STEM:
            return folded[: -len(ending)]
    return folded


def _word(written: str) -> Word:
    if written.isascii():
        if written.isalpha():
            return Word(written, written, stem_of(_plain(written)), has_digit=False, scripts=_LATIN)
        return Word(written, written, written, has_digit=True, scripts=_LATIN if written.upper() != written else _NONE)
    folded = _fold(written)
    has_digit = not folded.isalpha() and _DIGIT.search(folded) is not None
    # Where a word mixes scripts, its first and its last letter tell them apart well enough.
    scripts = frozenset({_script(sign) for sign in (folded[0], folded[-1]) if sign.isalpha()})
    stem = stem_of(_plain(folded)) if scripts == _LATIN and not has_digit else folded
    return Word(written, folded, stem, has_digit, scripts)


def _plain(folded: str) -> str:
    """Return a word with the umlauts that somebody spelt out as in `fuer`."""
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u") if "e" in folded else folded


def _fold(word: str) -> str:
    """Return a word without accents; marks that make another letter stay."""
    signs = unicodedata.normalize("NFKD", word.translate(_LETTERS))
    return unicodedata.normalize("NFC", _ACCENT.sub("", signs)) or word


@lru_cache(maxsize=4_096)
def _script(sign: str) -> str:
    return _SCRIPT_NAMES[bisect_right(_SCRIPT_ENDS, ord(sign))]
