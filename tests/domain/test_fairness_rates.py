"""Comparing shares and waits: the figures of other people's programs, and what must hold for any figures."""

from itertools import product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.fairness import ranks, rates
from attune.domain.fairness.ranks import Waits
from attune.domain.fairness.rates import Stratum

THREE = (Stratum(30, 100, 20, 110), Stratum(5, 40, 2, 60), Stratum(50, 70, 90, 150))


@st.composite
def stratum(draw, most=40):
    people, others = draw(st.integers(1, most)), draw(st.integers(1, most))
    return Stratum(draw(st.integers(0, people)), people, draw(st.integers(0, others)), others)


strata = st.lists(stratum(), min_size=1, max_size=4)
hours = st.dictionaries(st.integers(0, 20), st.integers(1, 9), min_size=1, max_size=6)


def brute_force(of):
    """Every way the strata can turn out, each with its chance, by whole numbers."""
    chances = [
        {
            count: comb(had, count) * comb(one.total - had, one.people - count) / comb(one.total, one.people)
            for had in (one.had + one.others_had,)
            for count in range(max(0, had - one.others), min(had, one.people) + 1)
        }
        for one in of
    ]
    seen = sum(one.had for one in of)
    below = above = 0.0
    for counts in product(*chances):
        chance = 1.0
        for count, known in zip(counts, chances, strict=True):
            chance *= known[count]
        below += chance * (sum(counts) <= seen)
        above += chance * (sum(counts) >= seen)
    return min(1.0, 2 * min(below, above))


def test_the_exact_test_says_what_trying_everything_says():
    for of in ([Stratum(5, 9, 1, 12)], [Stratum(4, 6, 0, 7), Stratum(3, 9, 1, 8), Stratum(2, 3, 1, 9)]):
        assert rates.p_value(of) == pytest.approx(brute_force(of), rel=1e-9)


def test_the_exact_test_of_three_strata_is_that_of_scipy():
    assert rates.p_value(THREE) == pytest.approx(0.00438287277109193, rel=1e-9)  # sums of scipy.stats.hypergeom


def test_a_rare_thing_that_happens_four_times_in_a_small_group_is_no_sensation():
    seen = [Stratum(4, 50, 46, 4950)]

    # The normal curve says one in a million and more; the truth is one in 270.
    assert 0.001 < rates.p_value(seen) < 0.01


def test_where_counts_are_large_the_quick_figure_and_the_exact_one_agree(monkeypatch):
    many = [Stratum(380, 1000, 300, 1000)] * 3
    exact = rates.p_value(many)
    monkeypatch.setattr(rates, "EXACT_TO_SPREAD", 1.0)

    assert rates.p_value(many) == pytest.approx(exact, rel=0.1)


def test_a_ratio_is_that_of_statsmodels():
    found = rates.ratio(THREE)

    assert found.value == pytest.approx(1.355363452521167)  # StratifiedTable(...).riskratio_pooled
    assert found.low < 1.355 < found.high


def test_an_interval_of_one_stratum_is_close_to_newcombes_and_to_the_score_interval():
    found = rates.difference([Stratum(30, 100, 20, 110)])

    assert found.value == pytest.approx(0.1181818)
    assert (found.low, found.high) == pytest.approx((0.0026, 0.2318), abs=0.0015)  # confint_proportions_2indep


def test_a_share_has_wilsons_interval():
    found = rates.share(7, 50)

    assert (found.low, found.high) == pytest.approx(
        (0.06950833427, 0.26186193711)
    )  # proportion_confint(method="wilson")


def test_waits_are_ranked_as_scipy_ranks_them():
    own, others = {1: 3, 4: 5, 9: 2}, {2: 4, 4: 1, 9: 6, 12: 2}

    # mannwhitneyu(own, others, use_continuity=False, method="asymptotic"): U = 38.5 of 130 pairs
    assert ranks.p_value([Waits(own, others)]) == pytest.approx(0.0889950384213397)
    assert ranks.longer_more_often([Waits(own, others)]).value == pytest.approx(2 * 38.5 / 130 - 1)


def test_adjusting_is_holms():
    found = rates.adjusted([0.01, 0.04, 0.03, 0.005], [1, 1, 1, 1])

    assert found == pytest.approx([0.03, 0.06, 0.06, 0.02])  # multipletests(method="holm")


def test_families_weigh_alike_however_many_groups_they_have():
    alone, *many = rates.adjusted([0.01, *[0.01] * 10], [1, *[0.1] * 10])

    assert alone == pytest.approx(0.02)
    assert all(one == pytest.approx(0.1) for one in many)


def test_a_group_in_trouble_more_often_is_no_gap_once_like_is_compared_with_like():
    calm, hard = Stratum(20, 200, 80, 800), Stratum(400, 800, 100, 200)

    assert rates.difference([calm, hard]).value == pytest.approx(0.0)
    assert rates.p_value([calm, hard]) == 1.0
    together = Stratum(420, 1000, 180, 1000)
    assert rates.difference([together]).value == pytest.approx(0.24)


@given(strata)
def test_naming_the_groups_the_other_way_round_changes_only_the_sign(of):
    turned = [Stratum(one.others_had, one.others, one.had, one.people) for one in of]
    found, other = rates.difference(of), rates.difference(turned)

    assert rates.p_value(turned) == pytest.approx(rates.p_value(of))
    assert (-other.value, -other.high, -other.low) == pytest.approx((found.value, found.low, found.high))


@given(st.lists(st.tuples(hours, hours), min_size=1, max_size=3))
def test_waits_named_the_other_way_round_change_only_the_sign(pairs):
    there, back = [Waits(one, other) for one, other in pairs], [Waits(other, one) for one, other in pairs]

    assert ranks.p_value(back) == pytest.approx(ranks.p_value(there))
    assert ranks.longer_more_often(back).value == pytest.approx(-ranks.longer_more_often(there).value)


@given(strata, st.randoms())
def test_the_order_of_strata_changes_nothing(of, chance):
    shuffled = list(of)
    chance.shuffle(shuffled)

    assert rates.p_value(shuffled) == pytest.approx(rates.p_value(of))
    assert rates.difference(shuffled).value == pytest.approx(rates.difference(of).value)


@given(strata)
def test_figures_stay_where_they_can_be(of):
    found = rates.difference(of)

    assert 0 < rates.p_value(of) <= 1
    assert -1 <= found.low <= found.high <= 1
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 40), st.integers(0, 40))
def test_the_same_people_added_to_two_groups_never_widen_the_difference(had, others_had, more_had, more):
    before = rates.difference([Stratum(had, 60, others_had, 60)]).value
    added = min(more_had, more)
    after = rates.difference([Stratum(had + added, 60 + more, others_had + added, 60 + more)]).value

    assert abs(after) <= abs(before) + 1e-12


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=12))
def test_adjusting_never_makes_anything_more_certain_and_keeps_the_order(p_values):
    found = rates.adjusted(p_values, [1.0] * len(p_values))

    assert all(one >= p - 1e-12 for one, p in zip(found, p_values, strict=True))
    ordered = [one for _, one in sorted(zip(p_values, found, strict=True))]
    assert ordered == sorted(ordered)
