"""How much of one wanted word a page has: the word, a form of it, parts of a compound, a slip of the finger, another name."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import ceil

from jellyfish import damerau_levenshtein_distance

from attune.domain.mismatch.reading import Word, number_parts, stem_of
from attune.domain.mismatch.words import SAME_THING

ANOTHER_NAME = 0.9
ANOTHER_FORM = 0.9
SLIP = 0.8
_WHOLE_COMPOUND = 0.8
"""Share of a compound's letters that a page's words must make up for the page to have it."""
_SHORTEST_PART = 4
_SHORTEST_FRONT = 3
"""What may stand before a part at least: `rain` is no part of `train`."""
_SHORTEST_WITH_SLIP = 5
_SHORTEST_WITH_TWO_SLIPS = 9
_LONGEST_ENDING = 2
_LATIN = frozenset({"latin"})
_NAMES: dict[str, frozenset[int]] = {}
for _number, _line in enumerate(SAME_THING):
    for _name in _line.split():
        _stem = stem_of(_name)
        _NAMES[_stem] = _NAMES.get(_stem, frozenset()) | {_number}


class Page:
    """The words of a page, laid out for looking up; more words never take a likeness away."""

    def __init__(self, parts: Sequence[Sequence[Word]]) -> None:
        every = {word.folded: word for part in parts for word in part}
        numbered = [word for word in every.values() if word.has_digit]
        self.stems = {word.stem for word in every.values()} | every.keys()
        self.models = {word.folded for word in numbered}
        self.runs = {run for word in numbered for run in number_parts(word)}
        self.names = frozenset(number for stem in self.stems & _NAMES.keys() for number in _NAMES[stem])
        self.spaced = [word for word in every.values() if not word.has_digit and len(word.stem) >= _SHORTEST_FRONT]
        self._parts = parts
        self._written = ["".join(word.folded for word in part) for part in parts]
        self._grams: dict[int, set[str]] = {}

    def has_joined(self, wanted: Word) -> bool:
        """Whether the page writes the word in two: `e-bikes` for `ebike`, `iphone 15` for `iphone15`."""
        return any(
            wanted.stem in {one.folded + two.folded, stem_of(one.folded + two.folded)}
            for run, part in zip(self._written, self._parts, strict=True)
            if wanted.stem in run
            for one, two in pairwise(part)
        )

    def has_number(self, wanted: Word) -> bool:
        """Whether a model number is on the page, maybe as a part: `1000xm5` of `wh1000xm5`. One digit makes another model."""
        number = wanted.folded
        if self.has_joined(wanted):
            return True
        return len(number) >= _SHORTEST_PART and any(
            number in one or (len(one) >= _SHORTEST_PART and one in number and not one.isdigit()) for one in self.models
        )

    def grams(self, length: int) -> set[str]:
        """Return the pieces of this length of everything that is written, also across spaces."""
        if length not in self._grams:
            self._grams[length] = {
                run[at : at + length] for run in self._written for at in range(len(run) - length + 1)
            }
        return self._grams[length]


def likeness(wanted: Word, page: Page) -> float:
    """Return how much of a wanted word the page has, 0 to 1; more words on the page never make it less."""
    if wanted.folded in page.stems or wanted.stem in page.stems or wanted.folded in page.runs:
        return 1.0
    if length := wanted.gram_length:
        return _pieces(wanted.folded, page, min(length, len(wanted.folded)))
    if wanted.has_digit:
        return float(page.has_number(wanted))
    if page.has_joined(wanted):
        return 1.0
    named = ANOTHER_NAME if not page.names.isdisjoint(_NAMES.get(wanted.stem, ())) else 0.0
    return max(named, _latin(wanted, page.spaced) if wanted.scripts == _LATIN else _inflected(wanted, page.spaced))


def _pieces(wanted: str, page: Page, length: int) -> float:
    known = page.grams(length)
    pieces = [wanted[at : at + length] for at in range(len(wanted) - length + 1)]
    return sum(piece in known for piece in pieces) / len(pieces)


def _latin(wanted: Word, words: Iterable[Word]) -> float:
    """Compare with words that may be longer by an ending or be a compound, or make up the parts of one."""
    best, front, back = 0.0, 0, 0
    whole, size, initial = wanted.stem, len(wanted.stem), wanted.stem[0]
    for word in words:
        stem = word.stem
        if size >= _SHORTEST_PART and whole in word.folded[_SHORTEST_FRONT:] and _ends_with(word.folded, whole):
            return 1.0
        if len(stem) >= _SHORTEST_PART and whole.endswith(stem):
            back = max(back, len(stem))
        if stem[0] != initial:
            continue
        if size >= _SHORTEST_PART and stem.startswith(whole):
            return 1.0
        if whole.startswith(stem):
            front = max(front, len(stem))
        if best < ANOTHER_FORM:
            best = max(best, _form_or_slip(whole, stem, shared=_SHORTEST_PART, share=0.6, endings=3))
    return 1.0 if front + back >= _WHOLE_COMPOUND * size else max(best, back / size)


def _ends_with(word: str, part: str) -> bool:
    return len(word) - word.rfind(part) - len(part) <= _LONGEST_ENDING


def _inflected(wanted: Word, words: Iterable[Word]) -> float:
    """Compare words whose ends and beginnings both change: articles and prepositions are written to the word."""
    best, whole, size = 0.0, wanted.folded, len(wanted.folded)
    for word in words:
        other = word.folded
        alike = other[0] == whole[0]
        if not alike and other[-1] != whole[-1]:
            continue
        shorter, longer = (whole, other) if size <= len(other) else (other, whole)
        near = len(shorter) >= _SHORTEST_FRONT and len(longer) - len(shorter) <= _SHORTEST_FRONT
        if near and (longer.startswith(shorter) or longer.endswith(shorter)):
            return 1.0
        if alike and best < ANOTHER_FORM:
            best = max(best, _form_or_slip(whole, other, shared=3, share=0.5, endings=4))
    return best


def _form_or_slip(one: str, other: str, *, shared: int, share: float, endings: int) -> float:
    """Return whether two words begin alike and end as forms of one word do, or differ by a slip or two."""
    shorter, longer = (len(one), len(other)) if len(one) <= len(other) else (len(other), len(one))
    needed = max(shared, ceil(share * longer), longer - endings)
    if one[:needed] == other[:needed] and needed <= shorter:
        return ANOTHER_FORM
    slips = 2 if shorter >= _SHORTEST_WITH_TWO_SLIPS else 1
    if shorter < _SHORTEST_WITH_SLIP or longer - shorter > slips:
        return 0.0
    return SLIP if damerau_levenshtein_distance(one, other) <= slips else 0.0
