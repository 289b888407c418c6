"""Undertakings: what an event opened, what a visit holds, who gives way to whom."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.sessions import Session, moments_until, open_moments, record, state_of
from attune.domain.signals import Signal, SignalKind
from attune.domain.undertakings import EVERY_OTHER, KEPT_OPEN, Correlation, Counted, Trigger
from tests.support.builders import CART, NOON, QUIET, minutes, session_of, signal

LATE, DELIVERED, CANCELLED = SignalKind.DELIVERY_DELAYED, SignalKind.DELIVERED, SignalKind.ORDER_TAKEN_BACK
ADDED, VIEWED, PRICES = SignalKind.PRODUCT_ADDED, SignalKind.VIEWED, SignalKind.PRICING_VIEWED
DELAY = Trigger(
    "delay",
    frozenset({LATE}),
    frozenset({DELIVERED}),
    frozenset({CANCELLED}),
    QUIET,
    Correlation.ORDER,
    Counted.OPENING,
)
PRICING = Trigger(
    "pricing", frozenset({PRICES}), frozenset(), frozenset(), QUIET, Correlation.VISIT, yields_to=frozenset({"cart"})
)


def about(kind: SignalKind, at: float, order: str = "", reference: str = "") -> Signal:
    return replace(signal(kind, NOON + minutes(at), reference=reference), order=order, message_id=f"{kind}{at}{order}")


def due(signals: list[Signal], *triggers: Trigger, at: float = 10_000) -> list[tuple[str, str, float]]:
    state = state_of(session_of(signals, *triggers), triggers)
    found = moments_until(state, triggers, NOON + minutes(at))
    return [(moment.playbook, moment.key, (moment.due_at - NOON) / minutes(1)) for moment in found]


def test_a_late_delivery_is_a_moment_although_the_customer_is_nowhere_to_be_seen():
    assert due([about(LATE, 0, "o-1")], DELAY) == [("delay", "o-1", 10)]


def test_what_the_customer_does_meanwhile_does_not_put_it_off():
    assert due([about(LATE, 0, "o-1"), signal(VIEWED, NOON + minutes(9))], DELAY) == [("delay", "o-1", 10)]


def test_two_late_orders_are_two_moments():
    assert due([about(LATE, 0, "o-1"), about(LATE, 3, "o-2")], DELAY) == [("delay", "o-1", 10), ("delay", "o-2", 13)]


def test_each_moment_of_an_event_comes_once_however_long_the_story_goes_on():
    later = [signal(VIEWED, NOON + minutes(20 * n)) for n in range(1, 9)]

    assert due([about(LATE, 0, "o-1"), *later], DELAY) == [("delay", "o-1", 10)]


def test_news_of_the_same_order_puts_its_moment_off():
    assert due([about(LATE, 0, "o-1"), about(LATE, 5, "o-1")], DELAY) == [("delay", "o-1", 15)]


@pytest.mark.parametrize("kind", [DELIVERED, CANCELLED])
def test_what_closes_or_excludes_one_order_leaves_the_other_open(kind):
    signals = [about(LATE, 0, "o-1"), about(LATE, 1, "o-2"), about(kind, 2, "o-1")]

    assert due(signals, DELAY) == [("delay", "o-2", 11)]


def test_what_names_no_order_closes_all_of_them_for_it_cannot_be_told_which():
    assert due([about(LATE, 0, "o-1"), about(LATE, 1, "o-2"), about(DELIVERED, 2)], DELAY) == []


def test_of_too_many_open_orders_the_latest_are_kept():
    signals = [about(LATE, n / 10, f"o-{n}") for n in range(KEPT_OPEN + 3)]

    assert [key for _, key, _ in due(signals, DELAY)] == [f"o-{n}" for n in range(3, KEPT_OPEN + 3)]


def test_an_open_cart_answers_instead_of_the_prices():
    prices, cart = about(PRICES, 0), signal(ADDED, NOON + minutes(1))

    assert [book for book, _, _ in due([prices], PRICING, CART)] == ["pricing"]
    assert [book for book, _, _ in due([prices, cart], PRICING, CART)] == ["cart"]


def test_a_playbook_that_yields_to_all_others_does_not_yield_to_itself():
    humble = replace(PRICING, yields_to=frozenset({EVERY_OTHER}))

    assert [book for book, _, _ in due([about(PRICES, 0)], humble)] == ["pricing"]


def test_each_visit_to_the_prices_is_an_undertaking_of_its_own():
    [first, second] = due([about(PRICES, 0), about(PRICES, 60)], PRICING)

    assert first[1] != second[1]


def test_a_visit_that_did_not_go_to_the_prices_is_none():
    assert [at for _, _, at in due([about(PRICES, 0), signal(VIEWED, NOON + minutes(60))], PRICING)] == [10]


def test_surroundings_that_are_missing_leave_nothing_to_watch():
    trigger = replace(PRICING, needs=frozenset({"campaign_keyword"}))

    assert not trigger.suits({"campaign_keyword": ""})
    assert trigger.suits({"campaign_keyword": "boots"})


KINDS = st.sampled_from([LATE, DELIVERED, CANCELLED, ADDED, VIEWED, PRICES, SignalKind.ORDERED])
STORIES = st.lists(st.tuples(KINDS, st.integers(0, 90), st.sampled_from(["", "o-1", "o-2"])), max_size=12)


@given(STORIES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_moment(steps, shuffle):
    signals = [replace(about(kind, at, order), message_id=f"m{n}") for n, (kind, at, order) in enumerate(steps)]
    mixed = list(signals)
    shuffle.shuffle(mixed)

    assert due(mixed, DELAY, PRICING, CART) == due(signals, DELAY, PRICING, CART)


@given(STORIES)
def test_no_moment_of_an_event_comes_twice_and_none_before_its_time(steps):
    signals = [replace(about(kind, at, order), message_id=f"m{n}") for n, (kind, at, order) in enumerate(steps)]
    found = due(signals, DELAY)
    opened = {s.time for s in signals if s.kind is LATE}

    assert len(found) == len(set(found))
    assert all(NOON + minutes(at) - QUIET in opened for _, _, at in found)


def test_a_withdrawn_playbook_leaves_nothing_open():
    session = record(Session("s"), [about(LATE, 0, "o-1")], [DELAY, CART]).session

    assert open_moments(state_of(session, [DELAY]), [CART]) == ()
