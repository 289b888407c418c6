"""Beliefs: outcomes fade towards what was believed before, and arms borrow from arms like them."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.learning.beliefs import (
    DEFAULT_PRIOR,
    HALF_LIFE,
    HARM_WEIGHS,
    POOL_STRENGTH,
    Beta,
    Counts,
    empirical_prior,
    pooled_belief,
)
from tests.support.builders import NOON

NUMBERS = st.floats(0, 500)
COUNTS = st.builds(Counts, NUMBERS, NUMBERS, NUMBERS, st.just(NOON))
NOTHING = Counts(as_of=NOON)


def test_a_harm_weighs_as_much_as_two_that_did_nothing():
    assert Beta(1, 9).knowing(Counts(harmed=1)) == Beta(1, 9).knowing(Counts(did_not=2)) == Beta(1, 9 + HARM_WEIGHS)


def test_after_a_half_life_outcomes_count_half():
    faded = Counts(8, 80, 2, NOON).faded(NOON + HALF_LIFE)

    assert (faded.helped, faded.did_not, faded.harmed) == pytest.approx((4, 40, 1))
    assert faded.as_of == NOON + HALF_LIFE


@given(COUNTS, st.floats(0, 2000), st.floats(0, 2000))
def test_fading_moves_a_belief_towards_what_was_believed_before(counts, days, more):
    def distance(after: float) -> float:
        faded = counts.faded(NOON + timedelta(days=after))
        return abs(pooled_belief([faded]).mean - DEFAULT_PRIOR.mean)

    assert distance(days + more) <= distance(days) + 1e-12
    assert distance(36_500) < 1e-6


@given(COUNTS, st.integers(0, 400), st.integers(0, 400))
def test_fading_in_two_steps_is_fading_in_one(counts, first, then):
    middle, end = NOON + timedelta(days=first), NOON + timedelta(days=first + then)

    assert counts.faded(middle).faded(end).helped == pytest.approx(counts.faded(end).helped)


@given(COUNTS, COUNTS, st.integers(0, 400))
def test_late_outcomes_may_come_in_any_order(one, other, days):
    later = Counts(other.helped, other.did_not, other.harmed, NOON + timedelta(days=days))

    first, second = one.plus(later), later.plus(one)

    assert (first.helped, first.did_not, first.harmed) == pytest.approx((second.helped, second.did_not, second.harmed))
    assert first.as_of == second.as_of == later.as_of


def test_an_instant_before_the_counts_changes_nothing():
    assert Counts(3, 4, 0, NOON).faded(NOON - timedelta(days=1)) == Counts(3, 4, 0, NOON)


@given(COUNTS)
def test_a_new_playbook_starts_from_what_all_playbooks_know(everywhere):
    belief = pooled_belief([everywhere, NOTHING, NOTHING])

    assert belief.mean == pytest.approx(DEFAULT_PRIOR.knowing(everywhere).mean)
    assert belief.evidence == pytest.approx(min(POOL_STRENGTH, DEFAULT_PRIOR.knowing(everywhere).evidence))


def test_nothing_known_is_the_prior():
    assert pooled_belief([NOTHING, NOTHING, NOTHING]) == DEFAULT_PRIOR
    assert pooled_belief([]) == DEFAULT_PRIOR


@given(st.floats(50, 400), st.floats(50, 400))
def test_what_an_arm_did_itself_outweighs_what_is_borrowed(helped, did_not):
    own = Counts(helped, did_not, 0, NOON)
    belief = pooled_belief([own.plus(Counts(0, 5000, 0, NOON)), own, own])

    share = helped / (helped + did_not)
    assert abs(belief.mean - share) < POOL_STRENGTH / (helped + did_not)


def test_no_outcome_counts_twice():
    own = Counts(5, 5, 0, NOON)

    assert pooled_belief([own, own, own]) == Beta(1 + 5, 9 + 5)


@given(COUNTS, COUNTS, COUNTS)
def test_one_more_success_never_lowers_what_is_expected(own, elsewhere, others):
    success = Counts(1, 0, 0, NOON)

    def expected(counts: Counts) -> float:
        book = counts.plus(elsewhere)
        return pooled_belief([book.plus(others), book, counts]).mean

    assert expected(own.plus(success)) >= expected(own)


def test_a_prior_is_found_again_in_the_cells_it_made():
    chance = random.Random(7)
    cells = []
    for _ in range(600):
        share = chance.betavariate(15, 985)
        tries = chance.randint(500, 4000)
        cells.append((chance.binomialvariate(tries, share), tries))

    found = empirical_prior(cells)

    assert found.mean == pytest.approx(0.015, rel=0.05)
    assert found.evidence == pytest.approx(1000, rel=0.25)


def test_arms_that_do_not_differ_are_held_firmly_together():
    assert empirical_prior([(10, 100)] * 20).evidence == 2000


@pytest.mark.parametrize("cells", [[], [(1, 10)], [(0, 10), (0, 20)], [(10, 10), (20, 20)], [(0, 0), (1, 2)]])
def test_cells_that_cannot_tell_leave_the_prior_alone(cells):
    assert empirical_prior(cells) is DEFAULT_PRIOR


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500)).filter(lambda c: c[0] <= c[1]), max_size=30))
def test_a_fitted_prior_is_always_usable(cells):
    found = empirical_prior(cells)

    assert found.helped > 0
    assert found.did_not > 0
