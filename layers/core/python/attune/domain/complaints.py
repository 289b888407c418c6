"""How unhappy a wording is: rules of a language add up as independent evidence, others take some of it away."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

from attune.domain.reply_text import PlainText
from attune.domain.sentiment import Polarity, Sentiment

NEGATIVE_FROM = 0.3
"""From this evidence on, words sound unhappy."""
POSITIVE_FROM = 0.3
WORDS_WEIGH = 0.9
"""How much the sound of single words weighs against a rule that surely matched."""
SOFTENED_BY_KINDNESS = 0.35
"""Which share of the evidence the kindest words take away: "please" does not undo a complaint."""
EMPHASIS = 0.15
CALM_AT_MOST = 0.55
"""What merely went wrong, told calmly, is less than STRONG: somebody asks, and need not be upset."""
SOUR_WORDS = 0.5
"""From here on the single words alone tell that somebody is upset."""
_LOUD_WORDS = 2


@dataclass(frozen=True)
class Wording:
    """A rule: its id, what it weighs (0 to 1), and its expressions over the folded text."""

    id: str
    weight: float
    expressions: tuple[re.Pattern[str], ...]
    calm: bool = False
    """Tells what happened, not how somebody takes it."""

    def matches(self, plain: str) -> int:
        """Return how many of its expressions are in a text."""
        return sum(1 for expression in self.expressions if expression.search(plain))


@dataclass(frozen=True)
class Lexicon:
    """How a language complains: `valences` of single words (-4 to 4), rules, and what eases them."""

    language: str
    valences: Mapping[str, float] = field(default_factory=dict)
    rules: tuple[Wording, ...] = ()
    eases: tuple[Wording, ...] = ()
    negations: frozenset[str] = frozenset()
    """Words that turn the sound of those shortly after them."""


def weigh(text: PlainText, lexicon: Lexicon, compound: float) -> Sentiment:
    """Return how a text sounds; `compound` is what its single words say, from -1 to 1.

    A second expression of one rule counts a third: they often say the same thing twice.
    """
    plain = text.plain
    found = {rule: count for rule in lexicon.rules if (count := rule.matches(plain))}
    doubt = prod((1 - rule.weight) * (1 - rule.weight / 3) ** min(count - 1, 2) for rule, count in found.items())
    eased = {ease: ease.weight for ease in lexicon.eases if ease.matches(plain)}
    evidence = (1 - doubt) * prod(1 - share for share in eased.values())
    sour, kind = max(0.0, -compound), max(0.0, compound)
    unhappy = 1 - (1 - evidence * (1 - SOFTENED_BY_KINDNESS * kind)) * (1 - WORDS_WEIGH * sour)
    if unhappy >= NEGATIVE_FROM:
        loud = is_loud(text.written)
        strength = 1 - (1 - unhappy) * (1 - EMPHASIS * loud)
        if not loud and sour < SOUR_WORDS and all(rule.calm for rule in found):
            strength = min(strength, CALM_AT_MOST)
        rules = tuple(f"{lexicon.language}.{rule.id}" for rule in (*found, *eased))
        words = (f"{lexicon.language}.words",) if sour else ()
        return Sentiment(Polarity.NEGATIVE, round(strength, 4), (*rules, *words))
    if kind >= POSITIVE_FROM:
        return Sentiment(Polarity.POSITIVE, round(kind, 4), (f"{lexicon.language}.words",))
    return Sentiment()


def is_loud(written: str) -> bool:
    """Whether somebody writes in capitals or with several exclamation marks."""
    shouted = sum(1 for word in re.findall(r"\b[A-Z]{3,}\b", written))
    return "!!" in written or "?!" in written or "??" in written or shouted >= _LOUD_WORDS
