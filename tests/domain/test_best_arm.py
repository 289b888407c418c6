"""Which arm is best: against fine numerical integration, closed forms, and what must hold of any beliefs."""

import math
from functools import cache
from itertools import pairwise
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.learning.beliefs import Beta
from attune.domain.learning.best_arm import chances_to_be_best

STATED = 0.01
BELIEFS = st.builds(Beta, st.floats(0.1, 2000), st.floats(0.1, 20_000))
VAGUE = Beta(1, 9)
CASES = {
    "alike": [VAGUE, VAGUE, VAGUE],
    "one known to be better": [Beta(90, 910), Beta(30, 970)],
    "firm beside vague": [Beta(500, 9_500), VAGUE],
    "firm beside firm": [Beta(300, 9_700), Beta(320, 9_680), Beta(310, 9_690)],
    "hardly ever": [Beta(0.2, 50), Beta(0.3, 60)],
    "six": [VAGUE, Beta(4, 40), Beta(30, 300), Beta(25, 300), Beta(2, 9), Beta(1, 30)],
}


@cache
def below(belief: Beta, nodes: int) -> list[float]:
    """Return the chance to be below each of many nodes from log-odds -60 to 40, by the midpoint rule."""
    width = 100 / nodes
    whole = math.lgamma(belief.helped) + math.lgamma(belief.did_not) - math.lgamma(belief.evidence)
    chances, total = [0.0], 0.0
    for number in range(nodes):
        t = -60 + (number + 0.5) * width
        soft = math.log1p(math.exp(t))
        total += width * math.exp(belief.helped * t - belief.evidence * soft - whole)
        chances.append(total)
    return chances


def integrated(beliefs: list[Beta], least: float = 0.0, nodes: int = 40_000) -> tuple[list[float], float]:
    start = round((math.log(least / (1 - least)) + 60) * nodes / 100) if least else 0
    curves = [below(belief, nodes) for belief in beliefs]
    chances = []
    for mine in range(len(curves)):
        others = [1.0] * (nodes + 1)
        for number, curve in enumerate(curves):
            if number != mine:
                others = list(map(mul, others, curve))
        steps = zip(pairwise(curves[mine][start:]), pairwise(others[start:]), strict=True)
        chances.append(sum((right - left) * (low + high) / 2 for (left, right), (low, high) in steps))
    return chances, math.prod(curve[start] for curve in curves) if least else 0.0


@pytest.mark.parametrize("least", [0.0, 0.02, 0.1])
@pytest.mark.parametrize("beliefs", CASES.values(), ids=CASES.keys())
def test_the_chances_are_those_of_a_fine_integration(beliefs, least):
    chances, none = chances_to_be_best(beliefs, least=least)
    exact, exact_none = integrated(beliefs, least)

    assert sum(exact) + exact_none == pytest.approx(1, abs=1e-3)
    assert chances == pytest.approx(exact, abs=STATED)
    assert none == pytest.approx(exact_none, abs=STATED)


def test_the_typical_error_is_a_tenth_of_the_stated_one():
    errors = []
    for beliefs in CASES.values():
        chances, _ = chances_to_be_best(beliefs)
        exact, _ = integrated(beliefs)
        errors += [abs(one - other) for one, other in zip(chances, exact, strict=True)]

    assert sum(errors) / len(errors) < 0.001


@pytest.mark.parametrize("least", [0.001, 0.02, 0.3, 0.9])
def test_nothing_is_better_as_often_as_the_only_arm_is_below_the_least(least):
    (chance,), none = chances_to_be_best([VAGUE], least=least)

    assert none == pytest.approx(1 - (1 - least) ** 9, abs=STATED)  # of Beta(1, 9), in closed form
    assert chance == pytest.approx(1 - none)


@given(st.lists(BELIEFS, min_size=1, max_size=6), st.sampled_from([0.0, 0.01, 0.1, 0.5, 1.0]))
def test_chances_are_chances_and_sum_to_one(beliefs, least):
    chances, none = chances_to_be_best(beliefs, least=least)

    assert all(0 <= chance <= 1 for chance in (*chances, none))
    assert sum(chances) + none == pytest.approx(1)
    assert none == (0 if least == 0 else pytest.approx(none))


@given(st.lists(BELIEFS, min_size=2, max_size=6))
def test_the_order_of_the_arms_does_not_matter(beliefs):
    forward, _ = chances_to_be_best(beliefs)
    backward, _ = chances_to_be_best(beliefs[::-1])

    assert forward == pytest.approx(backward[::-1], abs=1e-9)


@given(st.lists(BELIEFS, min_size=1, max_size=4), st.floats(0.001, 0.5), st.floats(1.1, 2))
def test_the_more_a_contact_must_be_worth_the_likelier_is_none(beliefs, least, more):
    _, before = chances_to_be_best(beliefs, least=least)
    _, after = chances_to_be_best(beliefs, least=least * more)

    assert after >= before - STATED


def test_what_is_worth_everything_is_never_reached():
    assert chances_to_be_best([Beta(999, 1)], least=1.0) == ((0.0,), 1.0)
