"""Refitting: what came of journeys, day by day, and what the policy may believe of it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.learning.beliefs import DEFAULT_PRIOR, HALF_LIFE
from attune.domain.learning.evidence import assemble, piece_of
from attune.domain.learning.refitting import GRACE, Side, Tally, closes_at, refit, tally
from tests.support.builders import NOON, playbook
from tests.support.learning import CONTEXT, rows, told_of

BOOK = playbook()
OVER = NOON + timedelta(days=20)
SENT_AT = NOON + timedelta(days=2)


def journeys(*told):
    return assemble(piece for one in told for row in rows(one) if (piece := piece_of(row)) is not None)


def delays(summed: Tally):
    return [arm for arm in summed.arms if not arm.is_words]


def test_contacts_count_once_their_window_is_over():
    told = journeys(told_of("cart-1", outcomes={(1, "ordered"): "o1"}))
    before = tally(told, BOOK, as_of=SENT_AT + BOOK.outcome_window - timedelta(seconds=1))
    after = tally(told, BOOK, as_of=SENT_AT + BOOK.outcome_window)

    assert [(arm.contacts, arm.waiting, arm.helped, arm.counts.total) for arm in delays(before)] == [(1, 1, 1, 0)]
    assert [(arm.contacts, arm.waiting, arm.helped, arm.counts.helped) for arm in delays(after)] == [(1, 0, 1, 1)]


def test_texts_are_counted_apart_from_delays():
    summed = tally(journeys(told_of("cart-1")), BOOK, as_of=OVER)

    assert [(arm.context, arm.arm) for arm in summed.arms] == [
        (CONTEXT, "24h"),
        ("words#sms#phone#high", "offer_help"),
    ]


def test_the_held_out_are_compared_with_everybody_who_might_have_got_a_message():
    summed = tally(
        journeys(
            told_of("cart-1", arms=(), outcomes={(0, "ordered"): "o1"}),
            told_of("cart-2", outcomes={(1, "case_opened"): 1}),
            told_of("cart-3", held_out=True, arms=(), outcomes={(0, "unsubscribed"): 1}),
        ),
        BOOK,
        as_of=OVER,
    )

    assert summed.treated == Side(2, {"case_avoided": 1, "case_opened": 1, "helped": 1, "ordered": 1})
    assert summed.held_out == Side(1, {"case_avoided": 1, "harmed": 1, "unsubscribed": 1})


def test_journeys_whose_window_is_open_are_not_compared_yet():
    summed = tally(journeys(told_of("cart-1")), BOOK, as_of=NOON + timedelta(days=16))

    assert (summed.treated.journeys, summed.unsettled) == (0, 1)


def test_a_day_is_closed_when_its_last_journeys_last_window_is_over_and_stragglers_had_time():
    closes = closes_at(NOON.date(), BOOK)

    assert closes - GRACE - BOOK.outcome_window - BOOK.expires_after == NOON.replace(hour=0) + timedelta(days=1)


def test_older_outcomes_weigh_less():
    old = tally(journeys(told_of("cart-1", outcomes={(1, "helpful"): 1})), BOOK, as_of=OVER)

    [now] = [cell for cell in refit({"cart": old}, now=SENT_AT).cells if cell.arm == "24h"]
    [later] = [cell for cell in refit({"cart": old}, now=SENT_AT + HALF_LIFE).cells if cell.arm == "24h"]

    assert (now.counts.helped, later.counts.helped) == (1, 0.5)


def test_the_prior_is_fitted_to_the_arms_and_never_held_more_firmly_than_without_evidence():
    many = [
        told_of(f"cart-{n}", arms=("24h" if n % 2 else "48h",), outcomes={(1, "helpful"): 1} if n % 4 == 0 else {})
        for n in range(200)
    ]
    found = refit({"cart": tally(journeys(*many), BOOK, as_of=OVER)}, now=OVER)

    assert abs(found.prior.mean - 0.25) < 0.01
    assert found.prior.evidence <= DEFAULT_PRIOR.evidence
    assert (found.arms, found.contacts, found.waiting) == (2 + 1, 200, 0)


def test_without_evidence_the_prior_is_what_it_was():
    assert refit({"cart": Tally()}, now=NOON).prior == DEFAULT_PRIOR


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["24h", "48h"]), st.booleans()), max_size=12), st.randoms()
)
def test_days_may_be_added_in_any_order_or_be_counted_as_one(told, random):
    begun = [
        told_of(
            f"cart-{n}", since=NOON + timedelta(days=day), arms=(arm,), outcomes={(1, "helpful"): 1} if good else {}
        )
        for n, (day, arm, good) in enumerate(told)
    ]
    everything = journeys(*begun)
    by_day = [
        tally([j for j in everything if j.since.date() == (NOON + timedelta(days=day)).date()], BOOK, as_of=OVER)
        for day in range(4)
    ]
    random.shuffle(by_day)
    total = Tally()
    for one in by_day:
        total = total.plus(one)

    at_once = tally(everything, BOOK, as_of=OVER)
    assert _rounded(total) == _rounded(at_once)


def _rounded(summed: Tally) -> Tally:
    """Fading twice half-way and once all the way agree but for the last bits."""
    arms = [
        replace(
            arm,
            kinds=dict(arm.kinds),
            counts=replace(arm.counts, helped=round(arm.counts.helped, 9), did_not=round(arm.counts.did_not, 9)),
        )
        for arm in summed.arms
    ]
    return replace(summed, arms=tuple(arms))
