"""Whether two names or two birthdays may be one person's, written with the care people take on a form."""

from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher

WORDS_ALIKE = 0.65
NAMES_ALIKE = 0.75
SHORTEST_SHORT_FORM = 3
DECADE = 10


def names_in_common(some: Iterable[str], others: Iterable[str]) -> int | None:
    """Return how much a name in both collections says: 2 for one of several words, 1 for one word, 0 for none.

    None if either collection is empty: then names say nothing.
    """
    some, others = tuple(some), tuple(others)
    if not some or not others:
        return None
    agreeing = [
        min(len(one.split()), len(other.split())) for one in some for other in others if names_agree(one, other)
    ]
    return min(2, max(agreeing, default=0))


def names_agree(one: str, other: str) -> bool:
    """Whether two names are alike: each word of the shorter has its like in the longer, or the whole reads alike."""
    shorter, longer = sorted((one.split(), other.split()), key=len)
    if all(any(_words_alike(word, candidate) for candidate in longer) for word in shorter):
        return True
    return len(shorter) == len(longer) and any(
        SequenceMatcher(None, " ".join(order(shorter)), " ".join(order(longer))).ratio() >= NAMES_ALIKE
        for order in (list, sorted)
    )


def birthdays_in_common(some: Iterable[str], others: Iterable[str]) -> bool | None:
    """Return whether a birthday in both collections agrees; None where they say nothing, or too little to tell."""
    verdicts = {birthdays_agree(one, other) for one in some for other in others}
    return True if True in verdicts else None if not verdicts or None in verdicts else False


def birthdays_agree(one: str, other: str) -> bool | None:
    """Return whether two ISO dates are one birthday: two of year, month and day are equal.

    None if they are so close (each part off by one, or the year by a decade) that slips of the finger explain it.
    """
    try:
        a, b = date.fromisoformat(one), date.fromisoformat(other)
    except ValueError:
        return one == other
    if (a.year == b.year) + (a.month == b.month) + (a.day == b.day) >= 2:  # noqa: PLR2004 - two of three
        return True
    near_year = abs(a.year - b.year) in (0, 1, DECADE)
    near_month = abs(a.month - b.month) <= 1
    return None if near_year and near_month else False


def _words_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST_SHORT_FORM and longer.startswith(shorter):
        return True
    return SequenceMatcher(None, one, other).ratio() >= WORDS_ALIKE
