"""The policy: honest probabilities, no arm forgotten, the same seed the same choice."""

from collections import Counter
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.policy import EVEN_SHARE, Beta, Policy

ARMS = st.lists(st.text("0123456789h", min_size=1, max_size=4), min_size=1, max_size=6, unique=True)
BELIEFS = st.builds(Beta, st.floats(0.1, 500), st.floats(0.1, 500))


@given(ARMS, st.text(), st.data())
def test_probabilities_sum_to_one_and_no_arm_falls_below_the_floor(arms, seed, data):
    policy = Policy(data.draw(st.dictionaries(st.sampled_from(arms), BELIEFS)))

    choice = policy.choose(arms, seed=seed)

    assert set(choice.probabilities) == set(arms)
    assert sum(choice.probabilities.values()) == pytest.approx(1)
    assert all(p >= EVEN_SHARE / len(arms) - 1e-12 for p in choice.probabilities.values())
    assert choice.arm in arms
    assert choice.probability == choice.probabilities[choice.arm]


@given(ARMS, st.text())
def test_the_same_arms_and_seed_give_the_same_choice(arms, seed):
    assert Policy().choose(arms, seed=seed) == Policy().choose(arms, seed=seed)


def test_different_seeds_explore():
    chosen = {Policy().choose(("24h", "48h", "72h"), seed=str(n)).arm for n in range(50)}

    assert chosen == {"24h", "48h", "72h"}


def test_one_arm_is_certain():
    choice = Policy().choose(("24h",), seed="x")

    assert (choice.arm, choice.probability) == ("24h", 1)


def test_an_arm_that_helped_is_preferred():
    learnt = Policy({"24h": Beta(90, 10), "48h": Beta(10, 90)})

    choices = Counter(learnt.choose(("24h", "48h"), seed=str(n)).arm for n in range(300))

    assert choices["24h"] > 270
    assert choices["48h"] > 0


def test_an_arm_nobody_learnt_about_takes_the_prior():
    known = Policy({"24h": Beta(1, 999)}).choose(("24h", "48h"), seed="x")

    assert known.probabilities["48h"] > known.probabilities["24h"]


@pytest.mark.parametrize(
    "beliefs", [{}, {"24h": Beta(3, 9), "48h": Beta(2, 9)}, {"24h": Beta(90, 10), "48h": Beta(10, 90)}]
)
def test_arms_are_chosen_as_often_as_the_recorded_probabilities_say(beliefs):
    """What the log says must be what was done, or nobody can judge another policy from it."""
    policy, arms, tries = Policy(beliefs), ("24h", "48h", "72h"), 2000
    expected: Counter[str] = Counter()
    observed: Counter[str] = Counter()
    for number in range(tries):
        choice = policy.choose(arms, seed=f"seed-{number}")
        observed[choice.arm] += 1
        expected.update(choice.probabilities)  # type: ignore[arg-type]

    for arm in arms:
        spread = sqrt(expected[arm] * (1 - expected[arm] / tries))
        assert abs(observed[arm] - expected[arm]) < 4 * spread
