"""A stopped arm is never chosen while there is another, and the decision says that it was stopped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.delays import choose_delay
from attune.domain.learning.beliefs import Beta
from attune.domain.learning.policy import EVEN_SHARE, NO_MESSAGE, STOPPED, Policy
from tests.domain.test_delays import with_delays
from tests.support.builders import hours

ARMS = ("24h", "48h", "72h")


@given(
    st.sets(st.sampled_from(ARMS)),
    st.dictionaries(st.sampled_from(ARMS), st.builds(Beta, st.floats(0.5, 50), st.floats(0.5, 500))),
    st.one_of(st.none(), st.floats(0.001, 0.3)),
)
def test_stopped_arms_have_no_chance_and_the_others_keep_theirs(stopped, beliefs, least):
    probabilities = Policy(beliefs, stopped=frozenset(stopped)).probabilities(ARMS, least=least)
    left = [arm for arm in ARMS if arm not in stopped] or list(ARMS)
    options = len(left) + (least is not None)

    assert sum(probabilities.values()) == pytest.approx(1)
    assert all(probabilities[arm] == 0 for arm in ARMS if arm not in left)
    assert all(probabilities[arm] >= EVEN_SHARE / options - 1e-12 for arm in left)
    assert (NO_MESSAGE in probabilities) is (least is not None)


@pytest.mark.parametrize("seed", [f"contact-{number}" for number in range(25)])
def test_the_delay_decision_says_what_was_stopped(seed):
    policy = Policy({"24h": Beta(500, 10)}, stopped=frozenset({"24h"}))

    choice = choose_delay(with_delays(hours(24), hours(48)), touch=1, channel="sms", policy=policy, seed=seed)

    assert choice.arm == "48h"
    assert [(option.probability, option.note) for option in choice.options] == [(0.0, STOPPED), (1.0, "")]


def test_a_stopped_arm_that_is_the_only_permitted_one_is_taken():
    policy = Policy(stopped=frozenset({"24h"}))

    assert choose_delay(with_delays(hours(24)), touch=1, channel="sms", policy=policy, seed="x").arm == "24h"
