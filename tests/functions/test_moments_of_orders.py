"""What happened to an order: a payment that failed, a delivery that is late. Told soon, to everybody, once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from moto import mock_aws

from tests.support.moments import TUESDAY_NOON, answers, does, ends, known, sent
from tests.support.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        known(world)
        yield world


def test_who_could_not_pay_hears_within_hours_that_the_order_is_kept(world: World) -> None:
    does(world, "Payment Failed", order_id="o-7", order_number="A-7", payment_url="https://shop.example/pay/o-7")

    world.run(5 * HOUR)

    assert answers(world, "payment_failure") == [("started", "event")]
    [email] = world.emails
    assert email.subject == "The payment for your order A-7 did not go through"
    assert "https://shop.example/pay/o-7" in email.body


@pytest.mark.parametrize("event", ["Payment Completed", "Order Completed"])
def test_who_pays_after_all_hears_nothing_more(world: World, event: str) -> None:
    does(world, "Payment Failed", order_id="o-7")
    world.run(5 * HOUR)
    does(world, event, order_id="o-7")

    world.run(6 * DAY)

    assert sent(world) == ["payment_help"]
    assert list(ends(world, "payment_failure")) == ["goal_reached"]


def test_who_pays_within_the_quarter_of_an_hour_hears_nothing_at_all(world: World) -> None:
    does(world, "Payment Failed", order_id="o-7")
    world.run(timedelta(minutes=10))
    does(world, "Payment Completed", order_id="o-7")

    world.run(6 * DAY)

    assert sent(world) == []
    assert answers(world, "payment_failure") == []


def test_a_person_is_offered_a_day_later_and_then_there_is_silence(world: World) -> None:
    does(world, "Payment Failed", order_id="o-7")

    world.run(6 * DAY)

    assert sent(world) == ["payment_help", "payment_help_person"]
    assert list(ends(world, "payment_failure")) == ["nothing_more_to_say"]


def test_a_payment_that_fails_in_a_checkout_is_the_payments_and_not_the_carts(world: World) -> None:
    does(world, "Product Added", "Page Reloaded", "Page Reloaded", "Page Reloaded", "Payment Failed", cart_id="c-1")

    world.run(12 * DAY)

    assert answers(world, "cart_abandonment") == []
    assert sent(world) == ["payment_help", "payment_help_person"]


def test_another_payment_says_nothing_about_this_one(world: World) -> None:
    does(world, "Payment Failed", order_id="o-7")
    world.run(timedelta(minutes=5))
    does(world, "Payment Completed", order_id="o-8")

    world.run(5 * HOUR)

    assert sent(world) == ["payment_help"]


def test_who_waits_for_an_order_hears_of_the_delay_with_the_new_day(world: World) -> None:
    does(world, "Delivery Delayed", order_id="o-1", order_number="A-1", new_date="2026-12-03")

    world.run(2 * HOUR)

    assert answers(world, "delivery_delay") == [("started", "event")]
    [(_, words)] = world.texts
    assert "Your order A-1 is delayed; we are sorry. It should arrive by 3 December 2026." in words


def test_an_order_that_arrives_ends_it(world: World) -> None:
    does(world, "Delivery Delayed", order_id="o-1")
    world.run(DAY)
    does(world, "Order Delivered", order_id="o-1")

    world.run(8 * DAY)

    assert sent(world) == ["delivery_delay_notice"]
    assert list(ends(world, "delivery_delay")) == ["goal_reached"]


def test_another_order_that_arrives_does_not(world: World) -> None:
    does(world, "Delivery Delayed", order_id="o-1")
    world.run(DAY)
    does(world, "Order Delivered", order_id="o-2")

    world.run(6 * DAY)

    assert sent(world) == ["delivery_delay_notice", "delivery_delay_update"]


def test_an_order_that_is_called_off_is_closed_and_nobody_says_that_it_got_there(world: World) -> None:
    does(world, "Delivery Delayed", order_id="o-1")
    world.run(DAY)
    does(world, "Order Cancelled", order_id="o-1")

    world.run(8 * DAY)

    assert sent(world) == ["delivery_delay_notice"]
    assert list(ends(world, "delivery_delay")) == ["undertaking_closed"]


def test_we_say_sorry_once_and_ask_once_whether_it_has_arrived(world: World) -> None:
    does(world, "Delivery Delayed", order_id="o-1")

    world.run(20 * DAY)

    assert sent(world) == ["delivery_delay_notice", "delivery_delay_update", "delivery_delay_arrived"]
    told = [*(words for _, words in world.texts), *(email.body for email in world.emails)]
    assert sum("sorry" in words for words in told) == 1


def test_news_of_a_delay_comes_on_the_day_of_another_message_too(world: World) -> None:
    does(world, "Form Failed", "Form Failed", "Form Failed", form_id="sign-up")
    world.run(2 * DAY)
    before = len(sent(world))
    does(world, "Delivery Delayed", order_id="o-1")

    world.run(4 * HOUR)

    assert before >= 1
    assert sent(world)[before:] == ["delivery_delay_notice"]


def test_news_about_two_orders_are_two_journeys_and_the_caps_hold(world: World) -> None:
    does(world, "Delivery Delayed", order_id="o-1")
    does(world, "Delivery Delayed", order_id="o-2")
    does(world, "Delivery Delayed", order_id="o-3")

    world.run(20 * HOUR)

    assert answers(world, "delivery_delay") == [("started", "event")] * 3
    assert len(sent(world)) == 1  # at most one of a playbook in a day


def test_a_link_elsewhere_is_not_followed(world: World) -> None:
    known(world, consents=("email",), phone="")
    does(world, "Consent Withdrawn", channels=["sms"])
    does(world, "Delivery Delayed", order_id="o-1", tracking_url="https://evil.example/o-1")

    world.run(2 * HOUR)

    [email] = world.emails
    assert "evil.example" not in email.body
    assert "https://shop.example/orders" in email.body


def test_who_wants_no_automated_decisions_still_hears_of_a_delay(world: World) -> None:
    known(world, automationOptOut=True)
    does(world, "Delivery Delayed", order_id="o-1")

    world.run(2 * HOUR)

    assert sent(world) == ["delivery_delay_notice"]
