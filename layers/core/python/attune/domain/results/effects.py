"""What messages did against none: each measure for each playbook and for all, people alike compared with people alike."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from attune.domain.results.intervals import Part, Share, Standardised, share, standardise, wilson
from attune.domain.results.people import Measure, Story

ALL = ""
"""Stands for all playbooks together."""
TELLING_FROM = 20
"""With fewer people on a side nothing is said of it: neither a figure nor a comparison."""
COVERED = 0.9
"""A week tells a share at the mix of the period only if it has people of nearly all of that mix."""
NEEDS_TIME = frozenset({Measure.SEEN_AGAIN})
"""Measures that ask for people whose moment is four weeks old."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One measure in one playbook: plain counts, both standardised shares, and their difference where it can be told."""

    measure: Measure
    playbook: str
    treated: int
    of_treated: int
    held_out: int
    of_held_out: int
    waiting: int
    left_out: int
    """People at a friction level at which the other side has nobody."""
    found: Standardised | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether the interval of the difference does not hold zero."""
        return self.found is not None and (self.found.low > 0 or self.found.high < 0)


@dataclass(frozen=True, kw_only=True)
class Week:
    """The friction-adjusted conversion of people whose moment was in one week, at the mix of the whole period."""

    monday: date
    treated: Share | None
    held_out: Share | None


type _Cell = tuple[str, str]
"""Playbook and friction level: people in one cell are alike."""


class EffectCounts:
    """Counts stories, and compares them when all are in."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._people: Counter[tuple[str, _Cell, Measure, bool]] = Counter()
        self._came: Counter[tuple[str, _Cell, Measure, bool]] = Counter()
        self._waiting: Counter[tuple[str, Measure]] = Counter()
        self._weeks: Counter[tuple[date, _Cell, bool, bool]] = Counter()
        self.playbooks: set[str] = set()

    def add(self, own: Iterable[Story]) -> None:
        """Add one person's stories, the earliest first; for all playbooks together only that one counts."""
        for number, story in enumerate(own):
            self.playbooks.add(story.playbook)
            for scope in (story.playbook, ALL)[: 2 if number == 0 else 1]:
                self._count(scope, story)
            if number == 0 and story.is_over:
                cell = (story.playbook, story.level)
                self._weeks[monday_of(story.at.date()), cell, story.held_out, Measure.ORDERED in story.came] += 1

    def effects(self) -> tuple[Effect, ...]:
        """Return every measure for all playbooks together, then for each."""
        scopes = [ALL, *sorted(self.playbooks)]
        return tuple(self._effect(scope, measure) for scope in scopes for measure in Measure)

    def weeks(self) -> tuple[Week, ...]:
        """Return the weeks of the period in order; a side with too few people has no share."""
        mix: Counter[_Cell] = Counter()
        for (_, cell, _, _), number in self._weeks.items():
            mix[cell] += number
        mondays = sorted({key[0] for key in self._weeks})
        return tuple(
            Week(monday=one, treated=self._week(one, mix, held_out=False), held_out=self._week(one, mix, held_out=True))
            for one in mondays
        )

    def _count(self, scope: str, story: Story) -> None:
        cell = (story.playbook, story.level)
        for measure in Measure:
            if not (story.is_old_enough if measure in NEEDS_TIME else story.is_over):
                self._waiting[scope, measure] += 1
                continue
            self._people[scope, cell, measure, story.held_out] += 1
            self._came[scope, cell, measure, story.held_out] += measure in story.came

    def _effect(self, scope: str, measure: Measure) -> Effect:
        parts = tuple(self._parts(scope, measure))
        kept = [part for part in parts if part.is_comparable]
        enough = (
            sum(part.of_treated for part in kept) >= TELLING_FROM
            and sum(part.of_held_out for part in kept) >= TELLING_FROM
        )
        return Effect(
            measure=measure,
            playbook=scope,
            treated=sum(part.treated for part in parts),
            of_treated=sum(part.of_treated for part in parts),
            held_out=sum(part.held_out for part in parts),
            of_held_out=sum(part.of_held_out for part in parts),
            waiting=self._waiting[scope, measure],
            left_out=sum(part.people for part in parts if not part.is_comparable),
            found=standardise(kept) if enough else None,
        )

    def _parts(self, scope: str, measure: Measure) -> Iterator[Part]:
        cells = {cell for own, cell, told, _ in self._people if (own, told) == (scope, measure)}
        for cell in sorted(cells):
            numbers = [
                counted[scope, cell, measure, side] for side in (False, True) for counted in (self._came, self._people)
            ]
            yield Part(*numbers)

    def _week(self, monday: date, mix: Counter[_Cell], *, held_out: bool) -> Share | None:
        counts = {
            cell: (self._weeks[monday, cell, held_out, True], self._weeks[monday, cell, held_out, False])
            for cell in mix
        }
        present = {cell: (yes, yes + no) for cell, (yes, no) in counts.items() if yes + no}
        enough = sum(people for _, people in present.values()) >= TELLING_FROM
        covered = sum(mix[cell] for cell in present) >= COVERED * sum(mix.values())
        if not (enough and covered):
            return None
        parts = [Part(yes, people, 0, mix[cell]) for cell, (yes, people) in present.items()]
        return weighted(parts, [mix[cell] for cell in present])


def weighted(parts: list[Part], weights: list[int]) -> Share:
    """Return the share of the answered people of some strata at a given mix, with its interval."""
    total = sum(weights)
    value = sum(part.treated / part.of_treated * weight / total for part, weight in zip(parts, weights, strict=True))
    spread = sum((weight / total) ** 2 / part.of_treated for part, weight in zip(parts, weights, strict=True))
    return wilson(min(1.0, value), 1 / spread)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def plain_share(of_these: int, people: int) -> Share | None:
    """Return a share of people with its interval; None where too few people tell it."""
    return share(of_these, people) if people >= TELLING_FROM else None
