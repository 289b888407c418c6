"""Guard rails: who does more harm than the others is stopped, and nobody by bad luck."""

from datetime import timedelta
from random import Random

import pytest

from attune.domain.learning.guard_rails import ArmName, Harm, Stop, compare, harms_of, judge
from attune.domain.learning.refitting import ArmTally, Tally
from tests.support.builders import NOON

A, B, C = (ArmName("cart", 1, arm) for arm in ("24h", "48h", "72h"))


def stopped(harms, already=()):
    return [name.arm for name, _ in judge({n: Harm(n.arm, *given) for n, given in harms.items()}, already)]


def test_an_arm_that_harms_more_often_is_stopped_and_says_why():
    [(name, verdict)] = judge({A: Harm("24h", 200, 20), B: Harm("48h", 300, 3)}, ())

    assert name == A
    assert verdict.chance_worse > 0.99
    assert "20 of 200 contacts did harm (10.0%), of the others 3 of 300 (1.0%)" in verdict.sentence


@pytest.mark.parametrize(
    "harms",
    [
        {A: (200, 4), B: (200, 3)},
        {A: (49, 20), B: (300, 0)},
        {A: (300, 40), B: (49, 0)},
        {A: (300, 3), B: (3000, 0)},
    ],
    ids=["alike", "hardly tried", "nothing to compare with", "hardly any harm"],
)
def test_nobody_is_stopped_on_thin_evidence(harms):
    assert stopped(harms) == []


def test_one_arm_always_goes_on_however_bad_all_are():
    assert stopped({A: (500, 200), B: (500, 150), C: (500, 100)}) == ["24h", "48h"]


def test_an_only_arm_is_never_stopped():
    assert stopped({A: (1000, 900)}) == []
    assert stopped({A: (1000, 900), B: (1000, 950)}, already=[B]) == []


def test_touches_playbooks_and_texts_are_judged_apart():
    text = ArmName("cart", 1, "offer_help", is_words=True)

    assert stopped({A: (500, 50), ArmName("cart", 2, "24h"): (500, 0), text: (500, 0)}) == []


def test_an_arm_that_a_person_put_back_is_judged_by_what_came_after():
    day = NOON.date()
    bad = Tally((ArmTally(touch=1, context="c", arm="24h", contacts=100, harmed=50),))
    good = Tally((ArmTally(touch=1, context="c", arm="24h", contacts=80, harmed=1),))
    days = {day: bad, day + timedelta(days=9): good}
    back = Stop(name=A, stopped=False, since=NOON + timedelta(days=5), why="new text", who="ada")

    assert harms_of(days, "cart", {})[A] == Harm("24h", 180, 51)
    assert harms_of(days, "cart", {A: back})[A] == Harm("24h", 80, 1)


def test_more_harm_never_makes_an_arm_look_better():
    chances = [compare(Harm("a", 200, harmed), [Harm("b", 200, 5)]).chance_worse for harmed in range(0, 30, 3)]

    assert chances == sorted(chances)


def test_among_arms_that_harm_alike_few_are_ever_stopped_in_two_months_of_nights():
    """The price of looking every night: 40 contacts a day, three arms that harm 2 % of people each."""
    random, experiments, wrong = Random(7), 60, 0
    for _ in range(experiments):
        harms = {name: [0, 0] for name in (A, B, C)}
        for _ in range(60):
            for counted in harms.values():
                counted[0] += 13
                counted[1] += sum(random.random() < 0.02 for _ in range(13))
            if stopped({name: tuple(given) for name, given in harms.items()}):
                wrong += 1
                break

    assert wrong / experiments <= 0.15


def test_an_arm_with_three_times_the_harm_is_found_within_a_month_two_times_of_three():
    random, found = Random(8), 0
    for _ in range(40):
        harms = {name: [0, 0] for name in (A, B, C)}
        for _ in range(30):
            for name, rate in ((A, 0.06), (B, 0.02), (C, 0.02)):
                harms[name][0] += 13
                harms[name][1] += sum(random.random() < rate for _ in range(13))
            if "24h" in stopped({name: tuple(given) for name, given in harms.items()}):
                found += 1
                break

    assert found >= 27
