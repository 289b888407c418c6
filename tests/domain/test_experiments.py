"""Experiments: intervals that hold what they promise, and reports that claim no more than they show."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.learning.beliefs import Beta
from attune.domain.learning.experiments import report
from attune.domain.learning.intervals import MASS, below, difference, interval, quantile
from attune.domain.learning.policy import Policy
from attune.domain.learning.refitting import ArmTally, Side, Tally


@pytest.mark.parametrize(
    ("helped", "did_not", "share", "expected"),
    [(1, 1, 0.3, 0.3), (2, 1, 0.5, 0.25), (1, 3, 0.2, 1 - 0.8**3), (0.5, 0.5, 0.5, 0.5), (3, 2, 0.4, 0.1792)],
)
def test_the_chance_to_be_below_a_share_is_the_known_one(helped, did_not, share, expected):
    assert below(Beta(helped, did_not), share) == pytest.approx(expected, abs=1e-10)


@given(st.floats(0.3, 4000), st.floats(0.3, 4000), st.floats(0.01, 0.99))
def test_a_quantile_has_its_mass_below_it(helped, did_not, mass):
    belief = Beta(helped, did_not)

    assert below(belief, quantile(belief, mass)) == pytest.approx(mass, abs=1e-6)


@given(st.floats(0.5, 500), st.floats(0.5, 500))
def test_an_interval_holds_nine_tenths_of_the_belief(helped, did_not):
    low, high = interval(Beta(helped, did_not))

    assert below(Beta(helped, did_not), high) - below(Beta(helped, did_not), low) == pytest.approx(MASS, abs=1e-6)


def test_a_beliefs_quantiles_are_those_of_many_draws():
    random = Random(3)
    drawn = sorted(random.betavariate(4, 30) for _ in range(40_000))

    assert quantile(Beta(4, 30), 0.05) == pytest.approx(drawn[2_000], abs=0.002)
    assert quantile(Beta(4, 30), 0.95) == pytest.approx(drawn[38_000], abs=0.003)


@pytest.mark.parametrize(("p", "q", "n", "m"), [(0.1, 0.1, 400, 40), (0.3, 0.2, 500, 100), (0.02, 0.01, 900, 100)])
def test_a_differences_interval_holds_the_truth_in_nine_cases_of_ten(p, q, n, m):
    random, hits, cases = Random(5), 0, 600
    for _ in range(cases):
        one = sum(random.random() < p for _ in range(n))
        other = sum(random.random() < q for _ in range(m))
        _, low, high = difference((one, n), (other, m))
        hits += low <= p - q <= high

    assert hits / cases >= 0.87


def test_newcombes_own_example():
    """56 of 70 against 48 of 80, as published with 95 %; ours is narrower, at 90 %."""
    lift, low, high = difference((56, 70), (48, 80))

    assert lift == pytest.approx(0.2)
    assert 0.0524 < low < 0.09
    assert 0.29 < high < 0.3339


def arm(name, contacts, *, touch=1, context="sms#phone#night#workday#low", **changes):
    return ArmTally(touch=touch, context=context, arm=name, contacts=contacts, **changes)


def policy_of(**beliefs):
    return lambda _touch, _context: Policy(beliefs)


def test_contexts_are_summed_for_everybody_and_shown_apart():
    summed = Tally((arm("24h", 30), arm("48h", 10), arm("24h", 20, context="email#desktop#night#workday#low")))

    told = report("cart", summed, policy_of(), {})

    assert [(touch.context, touch.contacts) for touch in told.touches] == [
        ("*", 60),
        ("sms#phone#night#workday#low", 40),
        ("email#desktop#night#workday#low", 20),
    ]
    assert [(one.arm, one.contacts, round(one.share, 2)) for one in told.touches[0].arms] == [
        ("24h", 50, 0.83),
        ("48h", 10, 0.17),
    ]


def test_a_single_group_of_people_is_shown_once():
    told = report("cart", Tally((arm("24h", 30), arm("48h", 10))), policy_of(), {})

    assert [touch.context for touch in told.touches] == ["*"]


def test_one_text_that_fits_is_no_experiment():
    summed = Tally((arm("offer_help", 30, context="words#sms#phone#low"),))

    assert report("cart", summed, policy_of(), {}).touches == ()


@pytest.mark.parametrize(
    ("beliefs", "exploring"),
    [({"a": Beta(10, 90), "b": Beta(11, 89)}, True), ({"a": Beta(10, 90), "b": Beta(50, 50)}, False)],
)
def test_it_explores_until_one_arm_is_almost_surely_the_best(beliefs, exploring):
    told = report("cart", Tally((arm("a", 100), arm("b", 100))), policy_of(**beliefs), {})

    assert told.touches[0].exploring is exploring


def test_an_effect_is_claimed_only_where_its_interval_does_not_hold_zero():
    def ordered(treated, held_out):
        sides = Tally(treated=Side(1000, {"ordered": treated}), held_out=Side(100, {"ordered": held_out}))
        return report("cart", sides, policy_of(), {}).effects[0]

    assert ordered(300, 10).is_claimed
    assert not ordered(110, 10).is_claimed
    assert ordered(10, 20).is_claimed
    assert ordered(10, 20).difference < 0


def test_without_anybody_held_out_there_is_no_difference():
    [effect, *_] = report("cart", Tally(treated=Side(10, {"ordered": 3})), policy_of(), {}).effects

    assert (effect.treated, effect.difference, effect.is_claimed) == (3, None, False)
