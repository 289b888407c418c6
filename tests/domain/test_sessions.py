"""Sessions: moments, counters and exclusions, told in event time."""

from datetime import timedelta

import pytest

from attune.domain.sessions import (
    TAIL_LIMIT,
    Moment,
    Session,
    moments_until,
    open_moments,
    record,
    state_of,
)
from attune.domain.signals import SignalKind
from tests.support.builders import CART, NOON, QUIET, minutes, session_of, signal, story

ADDED, VIEWED, ORDERED = SignalKind.PRODUCT_ADDED, SignalKind.VIEWED, SignalKind.ORDERED
COUPON, RELOADED, CART_VIEWED = SignalKind.COUPON_USED, SignalKind.RELOADED, SignalKind.CART_VIEWED


def moments_by(session: Session, at: float) -> list[float]:
    """Return the minutes after noon at which the moments found by then are due."""
    state = state_of(session, [CART])
    return [(m.due_at - NOON) / minutes(1) for m in moments_until(state, [CART], NOON + minutes(at))]


def test_a_cart_that_goes_quiet_for_exactly_the_quiet_period_is_a_moment():
    assert moments_by(session_of(story((ADDED, 0))), 10) == [10]


def test_a_cart_that_is_quiet_for_a_moment_less_is_none_yet():
    state = state_of(session_of(story((ADDED, 0))), [CART])

    assert moments_until(state, [CART], NOON + QUIET - timedelta(microseconds=1)) == ()


def test_a_gap_of_exactly_the_quiet_period_between_two_signals_is_a_moment():
    assert moments_by(session_of(story((ADDED, 0), (VIEWED, 10))), 10) == [10]


def test_a_gap_just_below_the_quiet_period_is_none():
    just_below = 10 - 1 / 60_000_000

    assert moments_by(session_of(story((ADDED, 0), (VIEWED, just_below))), 15) == []


def test_any_activity_moves_the_moment_not_only_activity_in_the_cart():
    assert moments_by(session_of(story((ADDED, 0), (VIEWED, 5))), 14) == []
    assert moments_by(session_of(story((ADDED, 0), (VIEWED, 5))), 15) == [15]


def test_looking_around_without_a_cart_is_no_moment():
    assert moments_by(session_of(story((VIEWED, 0), (RELOADED, 1))), 1000) == []


def test_an_order_closes_the_cart():
    assert moments_by(session_of(story((ADDED, 0), (ORDERED, 5))), 1000) == []


def test_a_new_cart_after_an_order_is_a_new_undertaking():
    session = session_of(story((ADDED, 0), (ORDERED, 5), (ADDED, 30)))
    before = session_of(story((ADDED, 0)))

    [moment] = open_moments(state_of(session, [CART]), [CART])
    [first] = open_moments(state_of(before, [CART]), [CART])
    assert moment.due_at == NOON + minutes(40)
    assert moment.key != first.key


@pytest.mark.parametrize("order", ["before", "after"])
def test_a_coupon_interaction_excludes_the_cart_whenever_it_comes(order):
    steps = ((COUPON, 0), (ADDED, 1)) if order == "before" else ((ADDED, 0), (COUPON, 1))

    assert moments_by(session_of(story(*steps)), 1000) == []


def test_an_order_ends_the_exclusion_by_a_coupon_as_well():
    assert moments_by(session_of(story((ADDED, 0), (COUPON, 1), (ORDERED, 2), (ADDED, 60))), 1000) == [70]


def test_a_coupon_still_excludes_the_cart_when_the_cart_gets_its_name_later():
    signals = [*story((ADDED, 0), (COUPON, 1)), signal(CART_VIEWED, NOON + minutes(2), reference="cart-7")]

    assert moments_by(session_of(signals), 1000) == []


def test_another_cart_is_not_excluded_by_the_coupon_of_the_first():
    signals = [
        signal(ADDED, NOON, reference="cart-1"),
        signal(COUPON, NOON + minutes(1)),
        signal(ADDED, NOON + minutes(2), reference="cart-2"),
    ]

    assert [m.key for m in open_moments(state_of(session_of(signals), [CART]), [CART])] == ["cart-2"]


def test_half_an_hour_of_silence_resets_the_counters_but_keeps_the_cart():
    session = session_of(story((ADDED, 0), (RELOADED, 1), (RELOADED, 2), (VIEWED, 33)))

    state = state_of(session, [CART])

    assert state.count(RELOADED) == 0
    assert state.started_at == NOON + minutes(33)
    assert [moment.due_at for moment in open_moments(state, [CART])] == [NOON + minutes(43)]


def test_exactly_half_an_hour_of_silence_is_still_the_same_visit():
    state = state_of(session_of(story((ADDED, 0), (RELOADED, 1), (VIEWED, 31))), [CART])

    assert state.count(RELOADED) == 1
    assert state.started_at == NOON


@pytest.mark.parametrize("kind", [SignalKind.DELIVERY_DELAYED, SignalKind.REPLIED, SignalKind.FOUND_HELPFUL])
def test_what_happens_off_the_site_does_not_break_the_silence(kind):
    assert moments_by(session_of(story((ADDED, 0), (kind, 5))), 10) == [10]


def test_the_same_moment_is_found_by_a_batch_that_comes_days_later():
    signals = story((ADDED, 0), (VIEWED, 3), (VIEWED, 50), (ORDERED, 51))

    assert moments_by(session_of(signals), 100_000) == [13]


def test_every_silence_of_a_long_story_is_found_as_long_as_the_memory_reaches():
    steps = [(ADDED, 0), *((VIEWED, 20 * n) for n in range(1, TAIL_LIMIT))]

    assert len(moments_by(session_of(story(*steps)), 100_000)) == TAIL_LIMIT


def test_a_signal_older_than_the_memory_changes_only_when_its_kind_was_last_seen():
    full = session_of(story(*((VIEWED, n) for n in range(TAIL_LIMIT + 5))))
    late = record(full, [signal(ORDERED, NOON - minutes(5))], [CART])

    before, after = state_of(full, [CART]), state_of(late.session, [CART])

    assert (late.accepted, late.duplicates, late.late) == (0, 0, 1)
    assert after.last_at[ORDERED] == NOON - minutes(5)
    assert after.counts == before.counts
    assert after.last_seen == before.last_seen


def test_a_late_signal_repeated_changes_nothing_more():
    full = session_of(story(*((VIEWED, n) for n in range(TAIL_LIMIT + 5))))
    late = signal(ORDERED, NOON - minutes(5), context={"device": "phone"})

    once = record(full, [late], [CART]).session

    assert record(once, [late], [CART]).session == once


def test_a_late_signal_does_not_make_a_newer_one_of_its_kind_older():
    full = session_of(story(*((VIEWED, n) for n in range(TAIL_LIMIT + 5))))

    late = record(full, [signal(VIEWED, NOON - minutes(5))], [CART]).session

    assert state_of(late, [CART]).last_at[VIEWED] == NOON + minutes(TAIL_LIMIT + 4)


def test_what_comes_beside_a_late_signal_is_remembered_in_order():
    full = session_of(story(*((VIEWED, n) for n in range(TAIL_LIMIT + 5))))
    late = signal(ORDERED, NOON - minutes(5))
    newer = [signal(RELOADED, NOON + minutes(TAIL_LIMIT + n)) for n in (9, 7, 8)]

    together = record(full, [newer[0], late, *newer[1:]], [CART])

    times = [entry.time for entry in together.session.tail]
    assert times == sorted(times)
    assert (together.accepted, together.late) == (3, 1)
    apart = record(record(full, [late], [CART]).session, newer, [CART]).session
    assert together.session == apart
    assert state_of(together.session, [CART]) == state_of(apart, [CART])


def test_a_session_as_it_was_knows_nothing_of_later_signals():
    session = session_of(story((ADDED, 0), (RELOADED, 1), (RELOADED, 2)))

    assert state_of(session, [CART], until=NOON + minutes(1)).count(RELOADED) == 1


def test_moments_sort_by_when_they_are_due():
    early, late = Moment(NOON, "z", "z"), Moment(NOON + QUIET, "a", "a")

    assert sorted([late, early]) == [early, late]
