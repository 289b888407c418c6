"""How badly a landing page answers the ad keyword or search query that brought somebody to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from attune.domain.mismatch.keywords import asked_for, is_search
from attune.domain.mismatch.likeness import Page, likeness
from attune.domain.mismatch.reading import Word, read_words
from attune.domain.mismatch.words import IDLE, TELLING, UNSPACED_INTENT, WEAK

THRESHOLD = 0.7
"""From this score on a page counts as a mismatch; set on the tuning half of the examples (docs/mismatch.md)."""
MOST_WORDS = 12
"""How many different words of one keyword are looked at."""
WEAK_WEIGHT = 0.35
PRESENT = 0.5
"""From this likeness on the page has a word."""
_TELLING_IN_TEXT = 2
_UNKNOWN = "It cannot be told whether the page they landed on has what they looked for."


@dataclass(frozen=True)
class Mismatch:
    """How badly a page answers what somebody looked for: 0 (it does) to 1 (not a word of it); None: cannot be judged.

    `missing` are the wanted words that the page lacks, as written: they may be a person's own words, so they belong
    into a case and never into a decision. The sentence has none of them.
    """

    score: float | None
    missing: tuple[str, ...] = ()
    sentence: str = _UNKNOWN

    @property
    def mismatched(self) -> bool:
        """Whether the page counts as a mismatch."""
        return self.score is not None and self.score >= THRESHOLD


NOT_JUDGED = Mismatch(None)


def mismatch_of(context: Mapping[str, str]) -> Mismatch | None:
    """Judge a session's landing by its context; None where there is no keyword, no page or no telling.

    The keyword is the ad's or, where the sender knows only that, what was typed into the search engine. What was
    searched on the site itself came after the landing and is not read.
    """
    if not is_search(context.get("campaign_medium", "")):
        return None
    wanted = asked_for(context.get("campaign_keyword", ""))
    keyword_page, title_page = (_path(context.get(name, "")) for name in ("keyword_page", "title_page"))
    # A keyword of one landing must not be held against the page of another.
    if not wanted or (keyword_page and title_page and keyword_page != title_page):
        return None
    judged = mismatch(
        wanted,
        context.get("landing_title", ""),
        context.get("landing_text", ""),
        path=context.get("title_page", "") or context.get("landing_page", ""),
        locale=context.get("locale", ""),
    )
    return None if judged.score is None else judged


def mismatch(wanted: str, title: str, text: str = "", *, path: str = "", locale: str = "") -> Mismatch:
    """Judge how badly a page answers a keyword or query; the words of its path count as its own.

    `locale` is the customer's language (`de`, `de-CH`): it helps to tell a page that does not answer from one in
    another language, which is not judged. A page is judged by its title (by its text, if it has none) or not at all,
    and more text never raises the score.
    """
    asked = read_words(asked_for(wanted))
    titled, told = read_words(title), read_words(text)
    heading = titled or told
    scripts = frozenset(script for word in heading for script in word.scripts)
    words = [word for word in _worthwhile(asked) if not word.scripts or not word.scripts.isdisjoint(scripts)]
    weights = [_weight(word) for word in words]
    if not heading or sum(weights) < 1.0:
        return NOT_JUDGED
    page = Page((titled, told, read_words(unquote(_path(path)))))
    found = [likeness(word, page) for word in words]
    lacking = sum(weight * (1.0 - like) for weight, like in zip(weights, found, strict=True)) / sum(weights)
    score = min(1.0, max(0.0, lacking))
    if score >= THRESHOLD and _is_foreign(asked, heading, told, locale):
        return NOT_JUDGED
    missing = tuple(word.written for word, like in zip(words, found, strict=True) if like < PRESENT)
    return Mismatch(score, missing, _sentence(score, len(missing), len(words)))


def _worthwhile(asked: Iterable[Word]) -> list[Word]:
    """Return the words that somebody came for, each once; which ones does not depend on their order."""
    kept: dict[str, Word] = {}
    for word in asked:
        if word.gram_length:
            kept.update((rest.folded, rest) for rest in _without_intent(word))
        elif word.written not in IDLE and (len(word.folded) > 1 or word.has_digit):
            kept[word.folded] = word
    most = set(sorted(kept)[:MOST_WORDS])
    return [word for folded, word in kept.items() if folded in most]


def _without_intent(word: Word) -> Iterable[Word]:
    """Return what is left of a run of words written without spaces: `購入` is not what somebody came for."""
    rest = word.written
    for intent in UNSPACED_INTENT:
        rest = rest.replace(intent, " ")
    return (left for left in read_words(rest) if left.written not in IDLE)


def _weight(word: Word) -> float:
    short = len(word.folded) == 1 or word.folded.isdigit()
    return WEAK_WEIGHT if short or word.written in WEAK else 1.0


def _is_foreign(asked: Sequence[Word], heading: Sequence[Word], told: Sequence[Word], locale: str) -> bool:
    """Whether the page is in another language than the keyword, as far as words that only one language has tell.

    Words of the keyword's language count in the heading alone, so that more text never makes a page judged.
    """
    own = locale.replace("_", "-").partition("-")[0].lower()
    speaks = _languages(asked) or ({own} if own else set())
    of_heading = _languages(heading)
    if not speaks or speaks & of_heading:
        return False
    of_text = {word.written for word in told if TELLING.get(word.written, "") not in {"", *speaks}}
    return bool(of_heading) or len(of_text) >= _TELLING_IN_TEXT


def _languages(words: Iterable[Word]) -> set[str]:
    return {TELLING[word.written] for word in words if word.written in TELLING}


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/").casefold() or "/" if url else ""
    except ValueError:
        return ""


def _sentence(score: float, missing: int, words: int) -> str:
    if not missing:
        return "The page they landed on has what they looked for."
    share = f"{missing} of the {words} words they looked for" if words > 1 else "the word they looked for"
    if score < THRESHOLD:
        return f"The page they landed on has some of what they looked for, without {share}."
    return f"The page they landed on does not answer what they looked for: it lacks {share}."
