"""Friction: more struggle never lowers it, its reasons add up to it, and clear trouble is high."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.friction import LEVEL_FLOORS, RULES, Level, is_price_sensitive, level_of, score_friction
from attune.domain.sessions import SessionState
from attune.domain.signals import SignalKind

COUNTS = st.dictionaries(st.sampled_from(list(SignalKind)), st.integers(0, 12))
ANY_SCORE = st.floats(0, 1)


def state(**counts: int) -> SessionState:
    return SessionState(counts={SignalKind[name]: count for name, count in counts.items()})


@given(COUNTS, st.sampled_from(list(SignalKind)), st.integers(1, 5))
def test_more_of_any_struggle_never_lowers_the_score(counts, kind, more):
    before = score_friction(SessionState(counts=counts))
    after = score_friction(SessionState(counts={**counts, kind: counts.get(kind, 0) + more}))

    assert after.score >= before.score - 1e-12
    assert after.level.rank >= before.level.rank


@given(COUNTS)
def test_the_reasons_add_up_to_the_score_which_stays_between_0_and_1(counts):
    friction = score_friction(SessionState(counts=counts))

    assert sum(term.contribution for term in friction.terms) == pytest.approx(friction.score)
    assert 0 <= friction.score <= 1
    assert all(term.contribution > 0 for term in friction.terms)
    assert friction.level is level_of(friction.score)


@given(COUNTS)
def test_every_reason_is_a_sentence_with_its_number(counts):
    for term in score_friction(SessionState(counts=counts)).terms:
        assert term.sentence.endswith(".")
        assert "{" not in term.sentence
        assert term.value > 0


def test_a_visit_without_struggle_is_calm_and_has_no_reasons():
    friction = score_friction(state(VIEWED=50, PRODUCT_ADDED=3, ORDERED=1))

    assert (friction.score, friction.level, friction.terms) == (0, Level.CALM, ())


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ({"RELOADED": 2}, Level.CALM),
        ({"RELOADED": 3}, Level.HIGH),
        ({"FORM_FAILED": 1}, Level.HIGH),
        ({"PAYMENT_FAILED": 1}, Level.MEDIUM),
        ({"DELIVERY_DELAYED": 1}, Level.MEDIUM),
        ({"DEAL_SEARCHED": 1}, Level.LOW),
        ({"PRICE_SORTED": 1}, Level.CALM),
        ({"RAGE_CLICKED": 1}, Level.CALM),
        ({"RAGE_CLICKED": 2}, Level.LOW),
        ({"RAGE_CLICKED": 2, "ERROR_CLICKED": 2}, Level.MEDIUM),
        ({"SEARCHED": 40}, Level.CALM),
    ],
)
def test_evidence_has_the_level_it_deserves(counts, level):
    assert score_friction(state(**counts)).level is level


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.term)
def test_a_rule_speaks_from_its_threshold_on_and_not_before(rule):
    below = score_friction(SessionState(counts={rule.kind: rule.threshold - 1}))
    at = score_friction(SessionState(counts={rule.kind: rule.threshold}))

    assert below.terms == ()
    assert [term.term for term in at.terms] == [rule.term]
    assert at.score == pytest.approx(rule.weight)


@pytest.mark.parametrize(("level", "floor"), LEVEL_FLOORS.items())
def test_a_level_begins_exactly_at_its_floor(level, floor):
    assert level_of(floor) is level
    assert level_of(floor - 1e-9).rank == level.rank - 1


@given(ANY_SCORE, ANY_SCORE)
def test_a_higher_score_never_has_a_lower_level(one, other):
    low, high = sorted((one, other))

    assert level_of(low).rank <= level_of(high).rank


@pytest.mark.parametrize(
    ("counts", "sensitive"),
    [
        ({}, False),
        ({"DEAL_SEARCHED": 1}, True),
        ({"PRICE_SORTED": 1}, False),
        ({"PRICE_SORTED": 2}, True),
        ({"PRICING_VIEWED": 1}, False),
        ({"PRICING_VIEWED": 2}, False),
        ({"PRICING_VIEWED": 3}, True),
        ({"PRICE_SORTED": 1, "PRICING_VIEWED": 2}, True),
        ({"COUPON_USED": 5}, False),
    ],
)
def test_the_price_matters_to_who_looks_for_deals_or_twice_at_prices(counts, sensitive):
    assert is_price_sensitive(state(**counts)) is sensitive


@given(COUNTS, st.sampled_from(list(SignalKind)))
def test_more_hints_never_make_anybody_less_price_sensitive(counts, kind):
    if is_price_sensitive(SessionState(counts=counts)):
        assert is_price_sensitive(SessionState(counts={**counts, kind: counts.get(kind, 0) + 1}))
