"""People whose truth is known: fair worlds, unfair ones, and fair ones that look unfair."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from random import Random
from statistics import NormalDist

from attune.domain.fairness.limits import NO, YES, Cell, Dimension, FairnessRules, Measure

PLAYBOOKS = ("cart_abandonment", "form_failure")
LEVELS = ("low", "medium", "high")
TONES = (("informal", 0.5), ("advisory", 0.3), ("technical", 0.2))
HOURS_TYPICAL = 30.0
NORMAL = NormalDist()


@dataclass(frozen=True, kw_only=True)
class World:
    """How people are treated, by friction; `gap` is added for the first group along `unfair_by`."""

    rates: Mapping[Measure, tuple[float, float, float]] = field(
        default_factory=lambda: {
            Measure.OFFER: (0.2, 0.2, 0.2),
            Measure.SILENCE: (0.15, 0.15, 0.15),
            Measure.ESCALATION: (0.1, 0.1, 0.1),
            Measure.HELPFUL: (0.3, 0.3, 0.3),
            Measure.HARM: (0.02, 0.02, 0.02),
        }
    )
    sizes: Mapping[Dimension, tuple[int, ...]] = field(
        default_factory=lambda: dict.fromkeys(
            (Dimension.SEGMENT, Dimension.LOCALE, Dimension.DEVICE, Dimension.CHANNEL), (1000, 1000)
        )
    )
    correlation: float = 0.0
    """How much one person's outcomes have in common."""
    in_trouble: tuple[float, float, float] = (1.0, 1.0, 1.0)
    """How the first group of each dimension is spread over the levels of friction, against even."""
    unfair: Measure | None = None
    unfair_by: Dimension = Dimension.LOCALE
    gap: float = 0.10

    @property
    def people(self) -> int:
        """How many people there are."""
        return max(sum(sizes) for sizes in self.sizes.values())


@dataclass(frozen=True)
class People:
    """People as columns: groups by dimension, places (playbook and friction level), outcomes by measure."""

    groups: Mapping[Dimension, Sequence[str]]
    places: Sequence[tuple[str, str]]
    outcomes: Mapping[Measure, Sequence[str]]

    def window(self, first: int, number: int) -> "People":
        """Return some of them, as they came."""
        end = first + number
        return People(
            {dimension: own[first:end] for dimension, own in self.groups.items()},
            self.places[first:end],
            {measure: own[first:end] for measure, own in self.outcomes.items()},
        )

    def __add__(self, other: "People") -> "People":
        """Return these people and then the others."""
        return People(
            {dimension: [*own, *other.groups[dimension]] for dimension, own in self.groups.items()},
            [*self.places, *other.places],
            {measure: [*own, *other.outcomes[measure]] for measure, own in self.outcomes.items()},
        )


def draw(world: World, chance: Random) -> People:
    """Draw the people of one window."""
    groups = {dimension: _dealt(sizes, world.people, chance) for dimension, sizes in world.sizes.items()}
    first = [group == "g00" for group in groups[world.unfair_by]]
    levels = [chance.choices(range(3), world.in_trouble if one else (1, 1, 1))[0] for one in first]
    common = [chance.gauss(0, 1) if world.correlation else 0.0 for _ in first]
    outcomes = {
        measure: _shares(world, measure, first=first, levels=levels, common=common, chance=chance)
        for measure in world.rates
    }
    outcomes[Measure.TONE] = [
        _tone(world, first=one, place=NORMAL.cdf(_latent(world, shared, chance)))
        for one, shared in zip(first, common, strict=True)
    ]
    # A wait of an exponential spread, longer by a part of its mean.
    longer = world.gap * HOURS_TYPICAL if world.unfair is Measure.DELAY else 0.0
    outcomes[Measure.DELAY] = [str(int(chance.expovariate(1 / HOURS_TYPICAL) + longer * one)) for one in first]
    return People(groups, [(chance.choice(PLAYBOOKS), LEVELS[level]) for level in levels], outcomes)


def _dealt(sizes: Sequence[int], people: int, chance: Random) -> list[str]:
    dealt = [f"g{index:02}" for index, size in enumerate(sizes) for _ in range(size)]
    dealt += [""] * (people - len(dealt))
    chance.shuffle(dealt)
    return dealt


def _shares(
    world: World,
    measure: Measure,
    *,
    first: Sequence[bool],
    levels: Sequence[int],
    common: Sequence[float],
    chance: Random,
) -> list[str]:
    """Return who has it: at the rate of their friction, and for the first group of an unfair world the gap more."""
    gap = world.gap if measure is world.unfair else 0.0
    ends = {
        (one, level): NORMAL.inv_cdf(world.rates[measure][level] + gap * one)
        for one in (False, True)
        for level in range(3)
    }
    return [
        YES if _latent(world, shared, chance) < ends[one, level] else NO
        for one, level, shared in zip(first, levels, common, strict=True)
    ]


def _latent(world: World, common: float, chance: Random) -> float:
    own = chance.gauss(0, 1)
    return world.correlation * common + sqrt(1 - world.correlation**2) * own if world.correlation else own


def _tone(world: World, *, first: bool, place: float) -> str:
    less = world.gap if first and world.unfair is Measure.TONE else 0.0
    for tone, share in TONES:
        place -= share - (less if tone == "informal" else 0.0)
        if place < 0:
            return tone
    return TONES[-1][0]


def cells_of(people: People, rules: FairnessRules, *, like_for_like: bool = True) -> list[Cell]:
    """Count people as the lake does; all in one stratum where `like_for_like` is off."""
    places = people.places if like_for_like else [("", "")] * len(people.places)
    return [
        Cell(
            dimension=dimension,
            group=group,
            playbook=playbook,
            level=level,
            measure=measure,
            outcome=outcome,
            people=alike,
        )
        for dimension in rules.groups
        for measure in rules.measures(dimension)
        for (group, (playbook, level), outcome), alike in Counter(
            zip(people.groups[dimension], places, people.outcomes[measure], strict=True)
        ).items()
    ]
