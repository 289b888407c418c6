"""Lay people out for comparing: who is shown, who is compared with whom, and who is left out because the cause is known."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from attune.domain.fairness.limits import NO, UNKNOWN, YES, Cell, Dimension, FairnessRules, Measure
from attune.domain.fairness.ranks import Waits
from attune.domain.fairness.rates import Stratum

type Place = tuple[str, str]
"""A stratum: playbook and friction level."""


@dataclass(frozen=True)
class People:
    """The people of one group, as one measure sees them: by stratum and outcome, and the causes that are known."""

    by_place: Mapping[Place, Mapping[str, int]]
    """Without those of whom the cause is known."""
    known: Mapping[Place, Mapping[str, int]]
    """Those alone, by outcome."""
    causes: Mapping[str, int]
    """Why, of everybody: people by the code of their reason."""

    @property
    def total(self) -> int:
        """Everybody."""
        return self.compared + sum(sum(one.values()) for one in self.known.values())

    @property
    def compared(self) -> int:
        """Those who are left when the known causes are taken away."""
        return sum(sum(one.values()) for one in self.by_place.values())

    def had(self, outcome: str) -> int:
        """How many of those compared had an outcome."""
        return sum(one.get(outcome, 0) for one in self.by_place.values())

    def with_known(self) -> "People":
        """Return the same people with nobody left out."""
        places = self.by_place.keys() | self.known.keys()
        whole = {place: Counter(self.by_place.get(place, {})) + Counter(self.known.get(place, {})) for place in places}
        return People(whole, {}, self.causes)


@dataclass(frozen=True)
class Family:
    """One measure along one dimension: the groups that may be shown, and what had to be kept back."""

    dimension: Dimension
    measure: Measure
    groups: Mapping[str, People]
    """Groups large enough to be shown, by name."""
    hidden: int
    """How many groups are not shown, being too small."""
    undeclared: int
    """How many groups are not shown because the tenant does not compare them."""
    unknown: int
    """How many people belong to no group that is known."""
    comparable: frozenset[str] = field(default_factory=frozenset)
    """Groups large enough to be compared; empty where there are not two."""


def families_of(cells: Iterable[Cell], rules: FairnessRules) -> tuple[Family, ...]:
    """Return every measure along every declared dimension."""
    sorted_cells: dict[tuple[Dimension, Measure], dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        sorted_cells[cell.dimension, cell.measure][cell.group].append(cell)
    return tuple(
        _family(dimension, measure, sorted_cells[dimension, measure], rules)
        for dimension in rules.groups
        for measure in rules.measures(dimension)
    )


def _family(dimension: Dimension, measure: Measure, cells: Mapping[str, list[Cell]], rules: FairnessRules) -> Family:
    known = rules.known_causes.get(measure, frozenset())
    declared = rules.groups[dimension]
    everybody = {group: _people(own, known) for group, own in sorted(cells.items()) if group != UNKNOWN}
    compared = {group: people for group, people in everybody.items() if not declared or group in declared}
    shown = {group: people for group, people in compared.items() if people.total >= rules.shown_from}
    large = frozenset(group for group, people in shown.items() if people.total >= rules.compared_from)
    return Family(
        dimension=dimension,
        measure=measure,
        groups=shown,
        hidden=len(compared) - len(shown),
        undeclared=len(everybody) - len(compared),
        unknown=sum(cell.people for cell in cells.get(UNKNOWN, ())),
        comparable=large if len(large) > 1 else frozenset(),
    )


def _people(cells: Iterable[Cell], known: frozenset[str]) -> People:
    by_place: dict[Place, Counter[str]] = defaultdict(Counter)
    left_out: dict[Place, Counter[str]] = defaultdict(Counter)
    causes: Counter[str] = Counter()
    for cell in cells:
        target = left_out if cell.cause in known else by_place
        target[cell.playbook, cell.level][cell.outcome] += cell.people
        if cell.cause:
            causes[cell.cause] += cell.people
    return People(by_place, left_out, causes)


def about(people: int) -> int:
    """Return a number of people as it is told, in tens: from exact ones a group kept back could be worked out."""
    return round(people, -1)


def others_of(family: Family, group: str) -> tuple[str, ...]:
    """Return whom a group is compared with: all other groups that are large enough, together."""
    return tuple(sorted(family.comparable - {group}))


def together(people: Iterable[People]) -> People:
    """Return several groups as one."""
    by_place: dict[Place, Counter[str]] = defaultdict(Counter)
    known: dict[Place, Counter[str]] = defaultdict(Counter)
    causes: Counter[str] = Counter()
    for one in people:
        for place, outcomes in one.by_place.items():
            by_place[place].update(outcomes)
        for place, outcomes in one.known.items():
            known[place].update(outcomes)
        causes.update(one.causes)
    return People(by_place, known, causes)


def strata(own: People, others: People, outcome: str) -> tuple[Stratum, ...]:
    """Return a group and the others side by side, for one outcome among all."""
    return tuple(
        Stratum(
            here.get(outcome, 0),
            sum(here.values()),
            there.get(outcome, 0),
            sum(there.values()),
        )
        for place in sorted(own.by_place.keys() & others.by_place.keys())
        for here, there in ((own.by_place[place], others.by_place[place]),)
    )


def waits(own: People, others: People) -> tuple[Waits, ...]:
    """Return a group and the others side by side, by hours waited."""
    return tuple(
        Waits(_hours(own.by_place[place]), _hours(others.by_place[place]))
        for place in sorted(own.by_place.keys() & others.by_place.keys())
    )


def hours_of(people: People) -> tuple[Mapping[int, int], ...]:
    """Return waits by stratum."""
    return tuple(_hours(one) for one in people.by_place.values())


def outcomes_to_compare(family: Family) -> tuple[str, ...]:
    """Return what is compared: yes alone where the alternative is no, else every outcome; of two, one says all."""
    if family.measure is not Measure.TONE:
        return (YES,)
    found = sorted({outcome for group in family.comparable for outcome in _tones(family.groups[group])})
    return tuple(found[:1] if len(found) == 2 else found)  # noqa: PLR2004 - a pair mirrors itself


def _tones(people: People) -> set[str]:
    return {outcome for one in people.by_place.values() for outcome in one} - {YES, NO}


def _hours(outcomes: Mapping[str, int]) -> Mapping[int, int]:
    return {int(outcome): people for outcome, people in outcomes.items() if people}
