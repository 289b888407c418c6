"""Sentiment without a service: VADER with our own words for English, small word lists of ours for other languages."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from attune.domain.complaints import Lexicon, Wording, weigh
from attune.domain.languages import language_of
from attune.domain.reply_text import PlainText, plain_text
from attune.domain.sentiment import Sentiment

WORDS = Path(__file__).with_name("sentiment_words")
FULL_SCALE = 15.0
"""How VADER brings a sum of valences into -1 to 1; ours for the other languages do the same."""
LONGEST = 2_000
MOST_PICTURES = 24
NEGATED = -0.74
"""How VADER weighs a word after a negation; ours for the other languages do the same."""
NEGATED_WITHIN = 3
LONGEST_ENDING = 12
_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE_END = re.compile(r"[.,;:!?()\n]+")
_NEGATED_ENDING = re.compile(r"[^。、！？]{0,6}?(?:ない|ません|なく|なかった)")  # noqa: RUF001 - Japanese


class EmbeddedSentiment:
    """Reads nothing from disk before the first reply comes: most batches bring none."""

    def read(self, text: str, locale: str) -> Sentiment:
        """Return how a text sounds; neutral in a language that we have no words for."""
        plain = plain_text(text)
        language = language_of(plain, locale)
        lexicon = lexicon_of(language)
        if lexicon is None:
            return Sentiment()
        compound = _vader()(plain.written) if language == "en" else sum_of_words(plain, lexicon)
        return weigh(plain, lexicon, compound)


@cache
def lexicon_of(language: str) -> Lexicon | None:
    """Return our words for a language, or None."""
    path = WORDS / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        return None
    with path.open("rb") as file:
        told = tomllib.load(file)
    return Lexicon(
        language=language,
        valences=told.get("valences", {}),
        rules=tuple(_wording(rule, rule["weight"]) for rule in told.get("rules", ())),
        eases=tuple(_wording(ease, ease["share"]) for ease in told.get("eases", ())),
        negations=frozenset(told.get("negations", ())),
    )


def sum_of_words(text: PlainText, lexicon: Lexicon) -> float:
    """Return what the single words of a text say, from -1 to 1; where words are not spaced, parts of it count."""
    valences = lexicon.valences
    if lexicon.language in {"ja", "zh"}:
        total = sum(_turned_after(text.plain, part, weight) for part, weight in valences.items() if part in text.plain)
    else:
        total = sum(_sum_of_clause(_WORD.findall(clause), lexicon) for clause in _CLAUSE_END.split(text.plain))
    return float(total / (total * total + FULL_SCALE) ** 0.5)


def _sum_of_clause(words: list[str], lexicon: Lexicon) -> float:
    """Return the sum of a clause's words: not happy is as good as unhappy, not bad is no praise."""
    total = 0.0
    for index, word in enumerate(words):
        weight = lexicon.valences.get(word, 0)
        negated = weight and not lexicon.negations.isdisjoint(words[max(0, index - NEGATED_WITHIN) : index])
        total += weight * NEGATED if negated else weight
    return total


def _turned_after(plain: str, part: str, weight: float) -> float:
    """Return what a part weighs where a negation follows it, as it does in Japanese."""
    after = plain.partition(part)[2][:LONGEST_ENDING]
    return weight * NEGATED if weight > 0 and _NEGATED_ENDING.match(after) else weight


@cache
def _vader() -> Callable[[str], float]:
    """Return VADER's compound with our words in its lexicon, which is how its authors say to extend it."""
    # Imported here: 30 ms that a cold start without replies need not spend.
    from vaderSentiment.vaderSentiment import (  # type: ignore[import-untyped] # noqa: PLC0415 - see above
        SentimentIntensityAnalyzer,
    )

    analyzer: Any = SentimentIntensityAnalyzer()
    english = lexicon_of("en")
    analyzer.lexicon.update(english.valences if english else {})
    return lambda written: float(analyzer.polarity_scores(_bounded(written))["compound"])


def _bounded(written: str) -> str:
    """Return as much of a text as VADER reads in a few milliseconds: its time grows with the square of the length."""
    kept, pictures = [], 0
    for sign in written[:LONGEST]:
        pictures += unicodedata.category(sign) == "So"
        if pictures <= MOST_PICTURES or sign.isascii():
            kept.append(sign)
    return "".join(kept)


def _wording(told: dict[str, Any], weight: float) -> Wording:
    return Wording(
        told["id"], weight, tuple(re.compile(expression) for expression in told["any"]), calm=told.get("calm", False)
    )
