"""The simulation of fairness: worlds are what they claim to be, and the look finds what is there and nothing else."""

from collections import Counter
from pathlib import Path
from random import Random

from attune.adapters.fairness_file import load_fairness
from attune.domain.fairness.limits import Dimension, Measure
from bench.fairness.__main__ import alarms, fair_worlds, months
from bench.fairness.worlds import World, cells_of, draw

RULES = load_fairness(Path(__file__).resolve().parents[2] / "templates")
WORLDS = dict(fair_worlds())
DAYS = 8


def test_a_world_has_the_gap_that_it_was_given_and_no_other():
    people = draw(World(unfair=Measure.OFFER, gap=0.3), Random(3))
    offers = Counter(zip(people.groups[Dimension.LOCALE], people.outcomes[Measure.OFFER], strict=True))
    harm = Counter(zip(people.groups[Dimension.LOCALE], people.outcomes[Measure.HARM], strict=True))

    assert offers["g00", "yes"] - offers["g01", "yes"] > 230
    assert abs(harm["g00", "yes"] - harm["g01", "yes"]) < 25


def test_everybody_is_counted_once_along_each_dimension_for_each_measure():
    cells = cells_of(draw(World(), Random(3)), RULES)
    totals = Counter((cell.dimension, cell.measure) for cell in cells for _ in range(cell.people))

    assert set(totals.values()) == {2000}
    assert len(totals) == 3 * 7 + 5


def test_a_gap_of_ten_points_between_a_thousand_people_each_is_found():
    weekly, daily = alarms(World(unfair=Measure.OFFER, gap=0.10), RULES, DAYS, seed=5)

    assert weekly >= 6
    assert daily <= weekly


def test_fair_worlds_raise_no_alarm_also_where_people_are_in_unlike_trouble():
    for name in ("fair, outcomes of a person correlated (0.7)", "fair, but one group is in trouble more often"):
        assert alarms(WORLDS[name], RULES, DAYS, seed=6) == (0, 0), name


def test_without_comparing_like_with_like_trouble_would_look_like_unfairness():
    trouble = WORLDS["fair, but one group is in trouble more often"]

    assert alarms(trouble, RULES, 3, seed=6, like_for_like=False)[0] == 3


def test_a_gap_that_stays_is_found_within_its_month():
    assert months(World(unfair=Measure.OFFER, gap=0.15), RULES, 1, seed=2)[0] is not None
