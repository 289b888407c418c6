"""How hard it is for a customer right now: one number with the exact reasons it is made of.

Everything is added up in log-odds: where every visit starts, each piece of struggle, how likely the visit was to end
without buying, and how badly the page answers the advertisement. The contributions of all terms sum to the logit of
the score. What must not be is a term as well: evidence that nobody but a browser saw is held below `high`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from attune.domain.dropoff import BASELINE as DROPOFF_BASELINE
from attune.domain.dropoff import DropoffModel, DropoffTerm
from attune.domain.friction_levels import MISMATCH, Level
from attune.domain.sessions import SessionState
from attune.domain.signals import SignalKind
from attune.domain.struggle import Rule, find_struggle
from attune.domain.visits import Visit

if TYPE_CHECKING:
    from attune.domain.mismatch.scoring import Mismatch

BASELINE, HELD_BELOW_HIGH, CEILING = "baseline", "held_below_high", "ceiling"
DROPOFF = "dropoff:"
"""Before the names of terms that the drop-off model gives."""
HIGHEST = 0.995
"""No score is higher: nobody is that certain, and near 1 the logit could no longer be told from the score."""
TELLING = 0.05
"""A term that moves the log-odds by less is left out of what people are told; it still counts."""


@dataclass(frozen=True, kw_only=True)
class FrictionRules:
    """What a team sets: thresholds and weights of struggle, floors of the levels, and how far the rest may move a score.

    Weights and bounds are in log-odds; floors are scores. `version` goes into every decision.
    """

    version: str
    baseline: float
    struggle: Mapping[str, Rule]
    levels: Mapping[Level, float]
    dropoff_weight: float
    dropoff_bound: float
    mismatch_from: float
    mismatch_weight: float
    just_below_high: float
    repeated_within: timedelta

    def level_of(self, score: float) -> Level:
        """Return the level of a score."""
        reached = (level for level, floor in self.levels.items() if score >= floor)
        return max(reached, key=lambda level: level.rank, default=Level.CALM)


class Term(NamedTuple):
    """One reason of a score: its value, what it adds to the log-odds, and a sentence for a support agent.

    `told` is the sentence, or what can tell it: a score has dozens of reasons, and few are ever read.
    """

    term: str
    value: float | tuple[float | None, float | None] | None
    contribution: float
    told: str | DropoffTerm

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return self.told if isinstance(self.told, str) else self.told.sentence

    def as_told(self) -> dict[str, Any]:
        """Return the reason as plain data, as cases and `attune explain --json` have it."""
        return {"term": self.term, "value": self.value, "contribution": self.contribution, "sentence": self.sentence}


@dataclass(frozen=True)
class FrictionScore:
    """Friction between 0 and 1 with its level and all terms; their contributions sum to the score's logit."""

    score: float
    level: Level
    terms: tuple[Term, ...]
    model_version: str

    @property
    def reasons(self) -> tuple[Term, ...]:
        """The terms worth telling a person, the weightiest first; what the drop-off model says is one of them."""
        told = (term for term in self._of_their_own if term.term != BASELINE and abs(term.contribution) >= TELLING)
        return tuple(sorted(told, key=lambda term: -abs(term.contribution)))

    @property
    def summary(self) -> str:
        """What adds up to the score, in one line for the log: `baseline -2.5000 page_reloads +2.6000 dropoff +0.1200`."""
        return " ".join(f"{term.term} {term.contribution:+.4f}" for term in self._of_their_own)

    @cached_property
    def _of_their_own(self) -> tuple[Term, ...]:
        """The terms, with what the drop-off model says all together as the last one."""
        own = tuple(term for term in self.terms if not term.term.startswith(DROPOFF))
        total = math.fsum(term.contribution for term in self.terms if term.term.startswith(DROPOFF))
        often = "more" if total > 0 else "less"
        said = f"Visits like this one end without an order {often} often than most."
        return (*own, Term("dropoff", None, total, said))


@dataclass(frozen=True)
class FrictionScorer:
    """The rules of a team and the drop-off model, together: scores visits, the same visit always the same."""

    rules: FrictionRules
    dropoff: DropoffModel

    @property
    def version(self) -> str:
        """What a decision names as its model."""
        return f"{self.rules.version}+{self.dropoff.version}"

    def score(
        self, state: SessionState, visit: Visit | None = None, mismatch: "Mismatch | None" = None
    ) -> FrictionScore:
        """Score a visit by its struggle, its totals where they are known, and the page it began on."""
        rules = self.rules
        found = tuple(find_struggle(state, rules.struggle))
        terms = [Term(BASELINE, None, rules.baseline, "Where every visit starts.")]
        terms += [Term(one.term, one.value, one.contribution, one.sentence) for one in found]
        kinds, vouched = len(found), any(one.vouched for one in found)
        if mismatch is not None and mismatch.score is not None and mismatch.score >= rules.mismatch_from:
            terms.append(_mismatched(mismatch, mismatch.score, rules))
            kinds += 1
        if visit is not None:
            terms += self._dropoff(visit)
        if kinds < 2:  # noqa: PLR2004 - high needs two kinds of evidence
            terms += _held(
                terms, rules.just_below_high, HELD_BELOW_HIGH, "One kind of evidence alone is not enough for more."
            )
        elif not vouched:
            terms += _held(
                terms, rules.just_below_high, HELD_BELOW_HIGH, "What only a browser saw is not enough for more."
            )
        terms += _held(terms, HIGHEST, CEILING, "A score goes no higher.")
        score = _sigmoid(sum(term.contribution for term in terms))
        return FrictionScore(score, rules.level_of(score), tuple(terms), self.version)

    def _dropoff(self, visit: Visit) -> list[Term]:
        """Return what the visit's totals say, scaled so that all of it together moves a score only a little."""
        reading = self.dropoff.explain(visit)
        terms = [term for term in reading.terms if term.contribution and term.name != DROPOFF_BASELINE]
        total = abs(sum(term.contribution for term in terms))
        scale = self.rules.dropoff_weight
        if total * scale > self.rules.dropoff_bound:
            scale = self.rules.dropoff_bound / total
        return [Term(DROPOFF + term.name, term.value, term.contribution * scale, term) for term in terms]


def _mismatched(mismatch: "Mismatch", score: float, rules: FrictionRules) -> Term:
    share = (score - rules.mismatch_from) / (1.0 - rules.mismatch_from) if rules.mismatch_from < 1 else 1.0
    return Term(MISMATCH, round(score, 4), rules.mismatch_weight * (0.5 + 0.5 * share), mismatch.sentence)


def _held(terms: Sequence[Term], ceiling: float, name: str, sentence: str) -> list[Term]:
    """Return the term that brings a sum down to a ceiling, if it is above."""
    excess = sum(term.contribution for term in terms) - math.log(ceiling / (1.0 - ceiling))
    return [Term(name, ceiling, -excess, sentence)] if excess > 0 else []


def _sigmoid(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit))


def is_price_sensitive(state: SessionState) -> bool:
    """Whether the visit shows that the price matters: deals sought, sorted by price, prices looked at again."""
    returns = max(0, state.count(SignalKind.PRICING_VIEWED) - 1)
    return state.count(SignalKind.DEAL_SEARCHED) * 2 + state.count(SignalKind.PRICE_SORTED) + returns >= 2  # noqa: PLR2004 - one deal search, or two weaker hints
