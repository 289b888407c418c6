"""Friction: more struggle never lowers it, its reasons add up to it, and no browser alone can make it high."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.browsing import PAGES, Browsing
from attune.domain.friction import BASELINE, CEILING, DROPOFF, HELD_BELOW_HIGH, FrictionScore, is_price_sensitive
from attune.domain.friction_levels import MISMATCH, Level
from attune.domain.mismatch.scoring import Mismatch
from attune.domain.sessions import SessionState
from attune.domain.signals import SignalKind
from attune.domain.situation import friction_of
from attune.domain.struggle import EVIDENCE
from attune.domain.visits import Visit
from tests.support.builders import NOON, customer, minutes, session_of, signal
from tests.support.friction import RULES, SCORER

TROUBLE = sorted({kind for evidence in EVIDENCE.values() if evidence.counted for kind in evidence.kinds})
ANY_SCORE = st.floats(0, 1)
COUNTS = st.dictionaries(st.sampled_from(list(SignalKind)), st.integers(0, 40))
SECONDS = st.none() | st.floats(0, 20_000)
VISITS = st.none() | st.builds(
    Visit,
    account_pages=st.none() | st.integers(0, 40),
    account_seconds=SECONDS,
    information_pages=st.none() | st.integers(0, 40),
    information_seconds=SECONDS,
    product_pages=st.none() | st.integers(0, 700),
    product_seconds=SECONDS,
    bounce_rate=st.none() | st.floats(0, 1),
    exit_rate=st.none() | st.floats(0, 1),
    month=st.none() | st.integers(1, 12),
    returning=st.none() | st.booleans(),
    weekend=st.none() | st.booleans(),
)


def mismatch(score: float | None) -> Mismatch:
    return Mismatch(score=score, missing=("boots",), sentence="The page does not answer the advertisement.")


MISMATCHES = st.none() | st.floats(0, 1).map(mismatch)


@st.composite
def states(draw) -> SessionState:
    counts = draw(COUNTS)
    vouched = {kind: draw(st.integers(0, count)) for kind, count in counts.items() if draw(st.booleans())}
    browsing = Browsing(
        seconds=draw(st.dictionaries(st.sampled_from(sorted(PAGES)), st.floats(0, 9_000))),
        turns=draw(st.integers(0, 9)),
    )
    return SessionState(started_at=NOON, counts=counts, vouched=vouched, browsing=browsing)


def state(*, seen_by_a_server: bool = False, **counts: int) -> SessionState:
    kinds = {SignalKind[name]: count for name, count in counts.items()}
    return SessionState(started_at=NOON, counts=kinds, vouched=kinds if seen_by_a_server else {})


def logit(friction: FrictionScore) -> float:
    return math.log(friction.score / (1 - friction.score))


@given(states(), VISITS, MISMATCHES)
def test_the_reasons_sum_to_the_logit_of_a_score_between_0_and_1(seen, visit, landing):
    friction = SCORER.score(seen, visit, landing)

    assert 0 < friction.score < 1
    assert abs(math.fsum(term.contribution for term in friction.terms) - logit(friction)) < 1e-9
    assert friction.level is RULES.level_of(friction.score)


@given(states(), VISITS, MISMATCHES)
def test_the_same_visit_is_always_scored_the_same_and_every_reason_has_a_sentence(seen, visit, landing):
    friction = SCORER.score(seen, visit, landing)

    assert friction == SCORER.score(seen, visit, landing)
    for term in friction.terms:
        assert term.sentence.endswith(".")
        assert "{" not in term.sentence


@given(states(), VISITS, MISMATCHES, st.sampled_from(TROUBLE), st.integers(1, 9), st.booleans())
def test_more_of_any_struggle_never_lowers_the_score(seen, visit, landing, kind, more, vouched):
    counts = {**seen.counts, kind: seen.count(kind) + more}
    known = {**seen.vouched, kind: seen.vouched.get(kind, 0) + more} if vouched else seen.vouched
    worse = SessionState(started_at=NOON, counts=counts, vouched=known, browsing=seen.browsing)
    before, after = SCORER.score(seen, visit, landing), SCORER.score(worse, visit, landing)

    assert after.score >= before.score - 1e-12
    assert after.level.rank >= before.level.rank


@given(states(), VISITS, st.floats(0, 5_000), st.integers(0, 5))
def test_longer_dwelling_and_more_turning_back_never_lower_the_score(seen, visit, longer, turns):
    kind = SignalKind.HELP_VIEWED
    seconds = {**seen.browsing.seconds, kind: seen.browsing.seconds.get(kind, 0) + longer}
    browsing = Browsing(seconds=seconds, turns=seen.browsing.turns + turns)
    worse = SessionState(started_at=NOON, counts=seen.counts, vouched=seen.vouched, browsing=browsing)

    assert SCORER.score(worse, visit).score >= SCORER.score(seen, visit).score - 1e-12


@given(
    st.lists(st.tuples(st.sampled_from(sorted(PAGES)), st.floats(0, 25)), min_size=1, max_size=15),
    st.sampled_from(sorted(set(TROUBLE) - PAGES)),
    st.floats(0, 25),
)
def test_trouble_in_a_real_visit_never_lowers_its_score(pages, trouble, when):
    visit = [signal(kind, NOON + minutes(at), message_id=f"p{n}") for n, (kind, at) in enumerate(pages)]
    calm, troubled = session_of(visit), session_of([*visit, signal(trouble, NOON + minutes(when), message_id="t")])

    assert scored(troubled).score >= scored(calm).score - 1e-12


def scored(session) -> FrictionScore:
    there = customer(session)
    seen = there.current_session(())
    assert seen is not None
    return friction_of(there, session, seen[1], SCORER)


@given(COUNTS, VISITS, MISMATCHES)
def test_what_only_a_browser_tells_is_never_high(counts, visit, landing):
    assert SCORER.score(SessionState(started_at=NOON, counts=counts), visit, landing).level is not Level.HIGH


@given(st.sampled_from(list(SignalKind)), st.integers(0, 500), VISITS)
def test_one_kind_of_evidence_is_never_high_whoever_saw_it(kind, count, visit):
    alone = SessionState(started_at=NOON, counts={kind: count}, vouched={kind: count})
    kinds = [term for term in SCORER.score(alone).terms if term.term in EVIDENCE]

    assert len(kinds) <= 1
    assert SCORER.score(alone, visit).level is not Level.HIGH


def test_two_kinds_of_which_a_server_saw_one_are_high():
    told = {SignalKind.RELOADED: 3, SignalKind.FORM_FAILED: 1}
    seen = SessionState(started_at=NOON, counts=told, vouched={SignalKind.FORM_FAILED: 1})

    assert SCORER.score(seen).level is Level.HIGH
    assert SCORER.score(SessionState(started_at=NOON, counts=told)).level is Level.MEDIUM


def test_what_holds_a_score_down_is_a_reason_too():
    held = SCORER.score(state(RELOADED=9, FORM_FAILED=9, RAGE_CLICKED=9))
    alone = SCORER.score(state(PAYMENT_FAILED=900, seen_by_a_server=True))

    assert [t.sentence for t in held.terms if t.term == HELD_BELOW_HIGH] == [
        "What only a browser saw is not enough for more."
    ]
    assert held.score == pytest.approx(RULES.just_below_high)
    assert any(term.term == HELD_BELOW_HIGH for term in alone.terms) == (alone.score >= RULES.just_below_high - 1e-9)


def test_however_much_goes_wrong_a_score_stays_below_1():
    everything = {SignalKind(kind): 10**6 for kind in TROUBLE}
    worst = SCORER.score(SessionState(started_at=NOON, counts=everything, vouched=everything))

    assert worst.score == pytest.approx(0.995)
    assert worst.terms[-1].term == CEILING


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ({}, Level.CALM),
        ({"RELOADED": 2}, Level.CALM),
        ({"RELOADED": 3}, Level.MEDIUM),
        ({"FORM_FAILED": 1}, Level.MEDIUM),
        ({"PAYMENT_FAILED": 1}, Level.MEDIUM),
        ({"DELIVERY_DELAYED": 1}, Level.MEDIUM),
        ({"DEAL_SEARCHED": 1}, Level.LOW),
        ({"PRICE_SORTED": 1}, Level.CALM),
        ({"RAGE_CLICKED": 1}, Level.CALM),
        ({"RAGE_CLICKED": 2}, Level.LOW),
        ({"DEAD_CLICKED": 2}, Level.CALM),
        ({"DEAD_CLICKED": 3}, Level.LOW),
        ({"SEARCHED_IN_VAIN": 2}, Level.LOW),
        ({"RAGE_CLICKED": 2, "ERROR_CLICKED": 2}, Level.MEDIUM),
        ({"SEARCHED": 40}, Level.CALM),
        ({"RELOADED": 3, "FORM_FAILED": 1}, Level.HIGH),
    ],
)
def test_evidence_that_a_server_saw_has_the_level_it_deserves(counts, level):
    assert SCORER.score(state(seen_by_a_server=True, **counts)).level is level


@given(VISITS)
def test_how_likely_a_visit_is_to_end_without_buying_moves_a_score_only_within_its_bound(visit):
    calm = SCORER.score(SessionState(started_at=NOON))
    terms = [term for term in SCORER.score(SessionState(started_at=NOON), visit).terms if term.term.startswith(DROPOFF)]

    assert abs(math.fsum(term.contribution for term in terms)) <= RULES.dropoff_bound + 1e-12
    assert SCORER.score(SessionState(started_at=NOON), visit).level is Level.CALM
    assert calm.level is Level.CALM


def test_a_page_that_does_not_answer_the_advertisement_counts_and_one_that_does_is_not_mentioned():
    calm = SessionState(started_at=NOON)
    bad, good, unknown = (SCORER.score(calm, None, mismatch(score)) for score in (1.0, 0.1, None))

    assert [term.term for term in bad.terms] == [BASELINE, MISMATCH]
    assert bad.level is Level.LOW
    assert good.terms == unknown.terms == SCORER.score(calm).terms


@pytest.mark.parametrize("term", sorted(RULES.struggle))
def test_a_rule_speaks_from_its_threshold_on_and_not_before(term):
    rule, evidence = RULES.struggle[term], EVIDENCE[term]
    (kind, *_) = sorted(evidence.kinds)

    def shown(value: float) -> SessionState:
        if evidence.counted:
            return SessionState(started_at=NOON, counts={kind: int(value)})
        if term == "back_and_forth":
            return SessionState(started_at=NOON, browsing=Browsing(turns=int(value)))
        return SessionState(started_at=NOON, browsing=Browsing(seconds={SignalKind.HELP_VIEWED: value}))

    below = SCORER.score(shown(rule.threshold - 1))
    at = SCORER.score(shown(rule.threshold))

    assert [one.term for one in below.terms] == [BASELINE]
    assert [one.term for one in at.terms] == [BASELINE, term]
    assert at.terms[1].contribution == pytest.approx(rule.weight)


@pytest.mark.parametrize("term", sorted(EVIDENCE))
def test_what_was_seen_once_is_not_told_as_several(term):
    once, twice = EVIDENCE[term].told(1), EVIDENCE[term].told(2)

    assert not re.search(r"\d", once)
    assert "2 " in twice
    assert once.endswith(".")


def test_only_what_is_listed_here_may_ever_count_as_struggle():
    """Typing rhythm, mouse movement, voice, face, health, hardship and protected traits never do."""
    assert set(EVIDENCE) == {
        "page_reloads",
        "form_failures",
        "payment_failures",
        "delivery_delays",
        "rage_clicks",
        "error_clicks",
        "dead_clicks",
        "fruitless_searches",
        "help_visits",
        "pricing_returns",
        "deal_searches",
        "price_sorting",
        "long_dwell",
        "back_and_forth",
    }
    assert set(RULES.struggle) <= set(EVIDENCE)


@given(states(), VISITS, MISMATCHES)
def test_every_term_of_a_score_is_of_a_known_sort(seen, visit, landing):
    known = {*EVIDENCE, BASELINE, HELD_BELOW_HIGH, CEILING, MISMATCH}
    terms = {term.term for term in SCORER.score(seen, visit, landing).terms if not term.term.startswith(DROPOFF)}

    assert terms <= known


@pytest.mark.parametrize(("level", "floor"), RULES.levels.items())
def test_a_level_begins_exactly_at_its_floor(level, floor):
    assert RULES.level_of(floor) is level
    assert RULES.level_of(floor - 1e-9).rank == level.rank - 1


@given(ANY_SCORE, ANY_SCORE)
def test_a_higher_score_never_has_a_lower_level(one, other):
    low, high = sorted((one, other))

    assert RULES.level_of(low).rank <= RULES.level_of(high).rank


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
