"""Goals: this order's, not another's; and where it cannot be told, nothing more is said."""

from dataclasses import replace

import pytest

from attune.domain.goals import goal_reached, is_closed
from attune.domain.signals import SignalKind
from attune.domain.undertakings import Correlation, Counted
from tests.support.builders import NOON, customer, minutes, playbook, session_of, signal

LATE, DELIVERED, CANCELLED = SignalKind.DELIVERY_DELAYED, SignalKind.DELIVERED, SignalKind.ORDER_TAKEN_BACK
PLAIN = playbook()
BOOK = replace(
    PLAIN,
    id="delay",
    goals=("Order Delivered",),
    trigger=replace(
        PLAIN.trigger,
        opened_by=("Delivery Delayed",),
        closed_by=("Order Delivered", "Order Cancelled"),
        excluded_by=(),
        correlation=Correlation.ORDER,
        counted_from=Counted.OPENING,
    ),
)


def after(kind: SignalKind, order: str, at: float = 60):
    late = replace(signal(LATE, NOON), order="o-1")
    return customer(session_of([late, replace(signal(kind, NOON + minutes(at)), order=order)]))


@pytest.mark.parametrize(("order", "reached"), [("o-1", True), ("", True), ("o-2", False)])
def test_the_delivery_of_this_order_is_its_goal_and_anothers_is_not(order, reached):
    assert goal_reached(after(DELIVERED, order), BOOK, "o-1", NOON) is reached


def test_what_came_before_the_moment_is_no_goal_of_it():
    assert not goal_reached(after(DELIVERED, "o-1"), BOOK, "o-1", NOON + minutes(60))


def test_an_order_called_off_is_closed_and_its_goal_is_not_reached():
    gone = after(CANCELLED, "o-1")

    assert is_closed(gone, BOOK, "o-1", NOON)
    assert not goal_reached(gone, BOOK, "o-1", NOON)


def test_what_is_remembered_no_longer_one_by_one_counts_as_reached():
    signals = [replace(signal(DELIVERED, NOON + minutes(1)), order="o-2")]
    signals += [signal(SignalKind.VIEWED, NOON + minutes(2 + n)) for n in range(70)]
    signals += [replace(signal(LATE, NOON + minutes(80)), order="o-1")]

    assert goal_reached(customer(session_of(signals)), BOOK, "o-1", NOON)


def test_a_goal_of_a_cart_is_any_order():
    assert goal_reached(after(SignalKind.ORDERED, "o-9"), PLAIN, "cart-1", NOON)
