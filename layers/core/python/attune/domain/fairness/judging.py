"""Judge a day: every comparison with its interval, what is credible after all of them, and which gaps are to be told."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from attune.domain.fairness import ranks, rates
from attune.domain.fairness.limits import YES, Cell, Dimension, FairnessRules, Measure, level_of_look
from attune.domain.fairness.rates import Estimate
from attune.domain.fairness.tables import (
    Family,
    People,
    families_of,
    hours_of,
    others_of,
    outcomes_to_compare,
    strata,
    together,
    waits,
)


class Verdict(StrEnum):
    """What a comparison says; only a gap raises an alarm."""

    GAP = "gap"
    EXPLAINED = "explained"
    SMALL = "small"
    OPEN = "open"
    NONE = "none"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Cause:
    """A reason behind an outcome, and how much more often it is a group's than the others'."""

    code: str
    own: float
    others: float
    is_known: bool

    @property
    def points(self) -> float:
        """The part of the difference that goes with it."""
        return self.own - self.others


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One group and the others, like for like; figures are None where there are not enough people.

    For delays `own` and `others_own` are mean hours, and `difference` says how much more often the group waits longer.
    """

    dimension: Dimension
    measure: Measure
    group: str
    against: tuple[str, ...]
    outcome: str
    people: int
    others: int
    own: Estimate | None = None
    others_own: Estimate | None = None
    difference: Estimate | None = None
    ratio: Estimate | None = None
    p: float = 1.0
    adjusted: float = 1.0
    limit: float = 0.0
    causes: tuple[Cause, ...] = ()
    left_out: int = 0
    """How many more people of both sides are left out because the cause is known."""
    whole: Estimate | None = None
    """The difference with nobody left out."""
    verdict: Verdict = Verdict.TOO_FEW

    @property
    def name(self) -> str:
        """By what it is known from day to day."""
        return f"{self.measure}.{self.outcome}#{self.dimension}#{self.group}"


@dataclass(frozen=True, kw_only=True)
class FairnessDay:
    """What one look found; `level` is the chance of any false alarm that it had."""

    at: datetime
    since: datetime
    until: datetime
    level: float
    rules: FairnessRules
    families: tuple[Family, ...]
    comparisons: tuple[Comparison, ...]

    def those(self, verdict: Verdict) -> tuple[Comparison, ...]:
        """Return the comparisons with one verdict."""
        return tuple(one for one in self.comparisons if one.verdict is verdict)

    def narrowed(self, dimension: Dimension | None = None, measure: Measure | None = None) -> "FairnessDay":
        """Return the part about one dimension or measure; what is credible stays as all comparisons settled it."""

        def kept(one: Comparison | Family) -> bool:
            return dimension in (None, one.dimension) and measure in (None, one.measure)

        return replace(
            self,
            families=tuple(one for one in self.families if kept(one)),
            comparisons=tuple(one for one in self.comparisons if kept(one)),
        )

    @property
    def made(self) -> int:
        """How many comparisons could be made."""
        return len(self.comparisons) - len(self.those(Verdict.TOO_FEW))


def judge(cells: Iterable[Cell], rules: FairnessRules, now: datetime) -> FairnessDay:
    """Compare every declared group with the others and say what stands after all comparisons of the day."""
    since, until = rules.window(now)
    level = level_of_look(rules, now)
    families = families_of(cells, rules)
    compared = [(one, weight) for family in families for one, weight in _compare(family, rules)]
    figures = [(one, weight) for one, weight in compared if one.difference is not None]
    sure = iter(rates.adjusted([one.p for one, _ in figures], [weight for _, weight in figures]))
    judged = tuple(
        _judged(replace(one, adjusted=next(sure)), level) if one.difference is not None else one for one, _ in compared
    )
    return FairnessDay(
        at=now, since=since, until=until, level=level, rules=rules, families=families, comparisons=judged
    )


def leading(comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """Return the largest of each measure along each dimension: where one group differs, all others differ from it."""
    largest: dict[tuple[Dimension, Measure], Comparison] = {}
    for one in comparisons:
        known = largest.get((one.dimension, one.measure))
        if known is None or _size(one) > _size(known):
            largest[one.dimension, one.measure] = one
    return tuple(largest.values())


def _size(comparison: Comparison) -> float:
    seen = comparison.whole if comparison.verdict is Verdict.EXPLAINED else comparison.difference
    return abs(seen.value) if seen else 0.0


def _compare(family: Family, rules: FairnessRules) -> tuple[tuple[Comparison, float], ...]:
    """Compare the groups of a family, each with its part of the family's weight; of a pair one says all."""
    mirror = max(family.comparable) if len(family.comparable) == 2 else None  # noqa: PLR2004 - a pair
    found = [
        _comparison(family, group, outcome, rules)
        for group in sorted(family.groups)
        if group != mirror
        for outcome in (outcomes_to_compare(family) or (YES,))
    ]
    made = sum(one.difference is not None for one in found)
    return tuple((one, 1 / max(1, made)) for one in found)


def _comparison(family: Family, group: str, outcome: str, rules: FairnessRules) -> Comparison:
    own = family.groups[group]
    against = others_of(family, group) if group in family.comparable else ()
    others = together(family.groups[name] for name in against)
    comparison = Comparison(
        dimension=family.dimension,
        measure=family.measure,
        group=group,
        against=against,
        outcome=outcome,
        people=own.total,
        others=others.total,
        limit=rules.limits[family.measure],
        causes=_causes(own, others, rules.known_causes.get(family.measure, frozenset())),
        left_out=own.total - own.compared + others.total - others.compared,
    )
    whole_own, whole_others = own.with_known(), others.with_known()
    if _facing(whole_own, whole_others) < rules.compared_from:
        return comparison
    whole = _figures(comparison, whole_own, whole_others)
    if not comparison.left_out:
        return whole
    if _facing(own, others) < rules.compared_from:
        # Nearly everybody is left out for causes that are known: they are all there is to say.
        explained = abs(_value(whole)) >= whole.limit
        return replace(whole, p=1.0, whole=whole.difference, verdict=Verdict.EXPLAINED if explained else Verdict.NONE)
    return replace(_figures(comparison, own, others), whole=whole.difference)


def _facing(own: People, others: People) -> int:
    """Return how many people there are on the smaller side, of those who have somebody to be compared with."""
    places = own.by_place.keys() & others.by_place.keys()
    sides = (sum(sum(side.by_place[place].values()) for place in places) for side in (own, others))
    return min(sides)


def _figures(comparison: Comparison, own: People, others: People) -> Comparison:
    if comparison.measure is Measure.DELAY:
        waited = waits(own, others)
        mine, theirs = ranks.mean_hours(hours_of(own)), ranks.mean_hours(hours_of(others))
        return replace(
            comparison,
            people=own.compared,
            others=others.compared,
            own=Estimate(mine, mine, mine),
            others_own=Estimate(theirs, theirs, theirs),
            difference=ranks.longer_more_often(waited),
            p=ranks.p_value(waited),
        )
    sides = strata(own, others, comparison.outcome)
    return replace(
        comparison,
        people=own.compared,
        others=others.compared,
        own=rates.share(own.had(comparison.outcome), own.compared),
        others_own=rates.share(others.had(comparison.outcome), others.compared),
        difference=rates.difference(sides),
        ratio=rates.ratio(sides),
        p=rates.p_value(sides),
    )


def _causes(own: People, others: People, known: frozenset[str]) -> tuple[Cause, ...]:
    """Return the reasons behind an outcome, those first that differ most."""
    if not own.total or not others.total:
        return ()
    found = [
        Cause(code, own.causes.get(code, 0) / own.total, others.causes.get(code, 0) / others.total, code in known)
        for code in sorted(own.causes.keys() | others.causes.keys())
    ]
    return tuple(sorted(found, key=lambda cause: -abs(cause.points)))


def _judged(comparison: Comparison, level: float) -> Comparison:
    """Say what a comparison comes to: only what is both large and credible, and has no known cause, is a gap."""
    if comparison.verdict is not Verdict.TOO_FEW:
        return comparison
    large, credible = abs(_value(comparison)) >= comparison.limit, comparison.adjusted <= level
    if large and credible:
        verdict = Verdict.GAP
    elif large:
        verdict = Verdict.OPEN
    elif comparison.whole is not None and _stands_out(comparison.whole, comparison.limit):
        verdict = Verdict.EXPLAINED
    else:
        verdict = Verdict.SMALL if credible else Verdict.NONE
    return replace(comparison, verdict=verdict)


def _stands_out(difference: Estimate, limit: float) -> bool:
    return abs(difference.value) >= limit and not difference.low <= 0 <= difference.high


def _value(comparison: Comparison) -> float:
    return comparison.difference.value if comparison.difference else 0.0
