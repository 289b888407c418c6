"""How hard it is for a customer right now: one number with the reasons it is made of.

These are transparent rules. Each piece of evidence removes a share of what was left of calm, so more struggle
never lowers the score, and the reasons add up to it exactly (see `Term.contribution`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from attune.domain.sessions import SessionState
from attune.domain.signals import SignalKind

MODEL_VERSION = "rules-1"


class Level(StrEnum):
    """How high friction is, from the score."""

    CALM = "calm"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Position in the order calm, low, medium, high."""
        return tuple(Level).index(self)


LEVEL_FLOORS: Mapping[Level, float] = {Level.LOW: 0.15, Level.MEDIUM: 0.4, Level.HIGH: 0.7}


@dataclass(frozen=True)
class Rule:
    """From `threshold` occurrences on, this kind of evidence weighs `weight` (0 to 1)."""

    term: str
    kind: SignalKind
    threshold: int
    weight: float
    sentence: str


RULES: tuple[Rule, ...] = (
    Rule("page_reloads", SignalKind.RELOADED, 3, 0.75, "Reloaded pages {n} times."),
    Rule("form_failures", SignalKind.FORM_FAILED, 1, 0.75, "A form did not go through ({n} failed attempts)."),
    Rule("payment_failures", SignalKind.PAYMENT_FAILED, 1, 0.6, "A payment failed ({n} times)."),
    Rule("delivery_delays", SignalKind.DELIVERY_DELAYED, 1, 0.5, "A delivery is late ({n} notices)."),
    Rule("rage_clicks", SignalKind.RAGE_CLICKED, 2, 0.3, "Clicked again and again in one place ({n} times)."),
    Rule("error_clicks", SignalKind.ERROR_CLICKED, 2, 0.3, "Clicks ran into errors ({n} times)."),
    Rule("fruitless_searches", SignalKind.SEARCHED_IN_VAIN, 2, 0.3, "Searched {n} times and found nothing."),
    Rule("help_visits", SignalKind.HELP_VIEWED, 2, 0.2, "Read help pages {n} times."),
    Rule("pricing_returns", SignalKind.PRICING_VIEWED, 2, 0.2, "Came back to the prices ({n} views)."),
    Rule("deal_searches", SignalKind.DEAL_SEARCHED, 1, 0.2, "Looked for a coupon or a discount ({n} searches)."),
    Rule("price_sorting", SignalKind.PRICE_SORTED, 1, 0.1, "Sorted products by price ({n} times)."),
)


@dataclass(frozen=True)
class Term:
    """One reason of a score: its value, what it adds to the score, and a sentence for a support agent."""

    term: str
    value: int
    contribution: float
    sentence: str


@dataclass(frozen=True)
class FrictionScore:
    """Friction between 0 and 1 with its level and the terms that add up to it."""

    score: float
    level: Level
    terms: tuple[Term, ...]
    model_version: str = MODEL_VERSION


def score_friction(state: SessionState) -> FrictionScore:
    """Score a session's current visit; the same state always gives the same score."""
    calm = 1.0
    terms = []
    for rule in RULES:
        count = state.count(rule.kind)
        if count >= rule.threshold:
            terms.append(Term(rule.term, count, calm * rule.weight, rule.sentence.format(n=count)))
            calm *= 1.0 - rule.weight
    score = sum(term.contribution for term in terms)
    return FrictionScore(score, level_of(score), tuple(terms))


def level_of(score: float) -> Level:
    """Return the level of a score."""
    return max(
        (level for level, floor in LEVEL_FLOORS.items() if score >= floor),
        key=lambda level: level.rank,
        default=Level.CALM,
    )


def is_price_sensitive(state: SessionState) -> bool:
    """Whether the visit shows that the price matters: deals sought, sorted by price, prices looked at again."""
    returns = max(0, state.count(SignalKind.PRICING_VIEWED) - 1)
    return state.count(SignalKind.DEAL_SEARCHED) * 2 + state.count(SignalKind.PRICE_SORTED) + returns >= 2  # noqa: PLR2004 - one deal search, or two weaker hints
