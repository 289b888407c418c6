"""Keywords and landing pages of made-up shops, each pair judged by hand: does the page answer the keyword?

Half of the pairs of each language and verdict was used to set words, weights and threshold; the other half was kept apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tests.support.landings_english import BAD as ENGLISH_BAD
from tests.support.landings_english import GOOD as ENGLISH_GOOD
from tests.support.landings_european import BAD as EUROPEAN_BAD
from tests.support.landings_european import GOOD as EUROPEAN_GOOD
from tests.support.landings_hard import BAD as HARD_BAD
from tests.support.landings_hard import GOOD as HARD_GOOD
from tests.support.landings_world import BAD as WORLD_BAD
from tests.support.landings_world import GOOD as WORLD_GOOD


@dataclass(frozen=True)
class Landing:
    """One keyword, the page it led to, and whether the page answers it."""

    language: str
    wanted: str
    title: str
    text: str
    good: bool
    held_out: bool


def _landings(rows: Iterable[tuple[str, str, str, str]], *, good: bool) -> Iterable[Landing]:
    seen: dict[str, int] = {}
    for language, wanted, title, text in rows:
        seen[language] = seen.get(language, 0) + 1
        yield Landing(language, wanted, title, text, good, held_out=seen[language] % 2 == 0)


LANDINGS = (
    *_landings((*ENGLISH_GOOD, *EUROPEAN_GOOD, *WORLD_GOOD, *HARD_GOOD), good=True),
    *_landings((*ENGLISH_BAD, *EUROPEAN_BAD, *WORLD_BAD, *HARD_BAD), good=False),
)
HELD_OUT = tuple(landing for landing in LANDINGS if landing.held_out)
