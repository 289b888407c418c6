"""Browsing: pages and their time by kind, as web analytics counts; trouble on a page changes neither."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.browsing import INFORMATION_PAGES, NO_BROWSING, PAGES, Browsing
from attune.domain.sessions import SessionState, state_of
from attune.domain.signals import LIVE_KINDS, SignalKind
from tests.support.builders import NOON, minutes, session_of, signal, story

PAGE_KINDS = st.sampled_from(sorted(PAGES))
TROUBLE = sorted(LIVE_KINDS - PAGES)


def browse(*steps: tuple[SignalKind, float]) -> Browsing:
    """Browse at seconds after noon."""
    browsing = NO_BROWSING
    for kind, seconds in steps:
        browsing = browsing.went_on(kind, NOON + timedelta(seconds=seconds))
    return browsing


def test_a_page_lasts_until_the_next_and_the_last_one_has_no_time():
    seen = browse((SignalKind.VIEWED, 0), (SignalKind.HELP_VIEWED, 30), (SignalKind.VIEWED, 100))

    assert seen.pages == {SignalKind.VIEWED: 2, SignalKind.HELP_VIEWED: 1}
    assert seen.seconds == {SignalKind.VIEWED: 30, SignalKind.HELP_VIEWED: 70}


def test_one_page_that_is_told_twice_at_once_is_one_page_by_its_better_name():
    seen = browse((SignalKind.VIEWED, 0), (SignalKind.CART_VIEWED, 1), (SignalKind.VIEWED, 60))

    assert seen.pages == {SignalKind.CART_VIEWED: 1, SignalKind.VIEWED: 1}
    assert seen.seconds == {SignalKind.CART_VIEWED: 60}


def test_pages_for_different_purposes_are_two_however_fast_they_follow():
    assert browse((SignalKind.VIEWED, 0), (SignalKind.HELP_VIEWED, 1)).pages_of(INFORMATION_PAGES) == 1


def test_going_back_and_forth_between_cart_and_prices_is_counted_by_its_turns():
    back_and_forth = [SignalKind.CART_VIEWED, SignalKind.PRICING_VIEWED] * 3

    seen = browse(*((kind, 20 * n) for n, kind in enumerate(back_and_forth)))

    assert seen.turns == 4


def test_going_back_and_forth_between_products_and_the_cart_is_shopping():
    seen = browse(*((kind, 20 * n) for n, kind in enumerate([SignalKind.VIEWED, SignalKind.CART_VIEWED] * 5)))

    assert seen.turns == 0


@given(st.lists(st.tuples(PAGE_KINDS, st.floats(0, 25 * 60)), max_size=30))
def test_seconds_never_exceed_the_visit_and_pages_never_the_signals(steps):
    at = 0.0
    timed = []
    for kind, gap in steps:
        at += gap
        timed.append((kind, at))
    seen = browse(*timed)

    assert sum(seen.seconds.values()) <= at + 1e-3
    assert sum(seen.pages.values()) <= len(steps)
    assert all(count > 0 for count in seen.pages.values())
    assert seen.pages_of(PAGES) == sum(seen.pages.values())


@given(
    st.lists(st.tuples(PAGE_KINDS, st.floats(0, 28)), min_size=1, max_size=12),
    st.sampled_from(TROUBLE),
    st.floats(0, 28),
)
def test_trouble_within_a_visit_changes_no_page_and_no_time(steps, trouble, when):
    timed = [(kind, min(at, 28)) for kind, at in steps]
    calm = state_of(session_of(story(*timed)), ())
    troubled = [*story(*timed), signal(trouble, NOON + minutes(when), message_id="t")]

    assert state_of(session_of(troubled), ()).browsing == calm.browsing


def test_a_new_visit_begins_with_no_pages_and_is_counted():
    twice = state_of(
        session_of(story((SignalKind.VIEWED, 0), (SignalKind.HELP_VIEWED, 1), (SignalKind.VIEWED, 90))), ()
    )

    assert twice.browsing.pages == {SignalKind.VIEWED: 1}
    assert twice.visits == 2
    assert SessionState().visits == 0


def test_what_a_server_saw_is_counted_apart():
    told = signal(SignalKind.FORM_FAILED, NOON + minutes(1), message_id="b", vouched=False)
    only_told = state_of(session_of([told]), ())
    seen_too = state_of(session_of([signal(SignalKind.FORM_FAILED, NOON, message_id="a"), told]), ())

    assert (only_told.count(SignalKind.FORM_FAILED), dict(only_told.vouched)) == (1, {})
    assert (seen_too.count(SignalKind.FORM_FAILED), dict(seen_too.vouched)) == (2, {SignalKind.FORM_FAILED: 1})
