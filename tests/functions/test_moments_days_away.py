"""Moments that are days away: a set-up that stalls, the days after a purchase, a long silence."""

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


def test_who_stops_in_a_set_up_is_offered_help_three_days_after_the_last_step(world: World) -> None:
    does(world, "Signed Up", plan_id="team")
    world.run_days(2)
    does(world, "Onboarding Step Completed", plan_id="team")

    world.run_days(2)
    before = answers(world, "onboarding_stall")
    world.run_days(3)

    assert before == []
    assert answers(world, "onboarding_stall") == [("started", "event")]
    assert sent(world) == ["onboarding_help"]


@pytest.mark.parametrize("event", ["Onboarding Step Completed", "Onboarding Completed"])
def test_who_goes_on_is_left_alone(world: World, event: str) -> None:
    does(world, "Signed Up", plan_id="team")
    world.run_days(5)
    does(world, event, plan_id="team")

    world.run(3 * DAY)

    assert sent(world) == ["onboarding_help"]
    assert list(ends(world, "onboarding_stall")) == ["goal_reached"]


def test_who_is_done_in_time_hears_nothing(world: World) -> None:
    does(world, "Signed Up", plan_id="team")
    world.run_days(2)
    does(world, "Onboarding Completed", plan_id="team")

    world.run_days(6)

    assert answers(world, "onboarding_stall") == []
    assert sent(world) == []


def test_ten_days_after_an_order_came_we_ask_whether_all_is_well(world: World) -> None:
    does(world, "Order Completed", order_id="o-1", order_number="A-1")
    world.run_days(3)
    does(world, "Order Delivered", order_id="o-1", order_number="A-1")

    world.run_days(9)
    before = answers(world, "post_purchase")
    world.run_days(3)

    assert before == []
    assert answers(world, "post_purchase") == [("started", "event")]
    [email] = world.emails
    assert email.subject == "Is everything right with your order A-1?"


@pytest.mark.parametrize("event", ["Order Cancelled", "Delivery Delayed"])
def test_nobody_is_asked_about_an_order_that_did_not_come(world: World, event: str) -> None:
    does(world, "Order Completed", order_id="o-1")
    world.run(2 * DAY)
    does(world, event, order_id="o-1")

    world.run_days(16)

    assert answers(world, "post_purchase") == []
    assert "purchase_followup" not in sent(world)


def test_who_answers_is_not_asked_again(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    world.run_days(12)
    does(world, "Feedback Given", helpful=True)

    world.run_days(7)

    assert sent(world) == ["purchase_followup"]
    assert list(ends(world, "post_purchase")) == ["goal_reached"]


def test_what_is_weightier_goes_first(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    world.run_days(9)
    does(world, "Delivery Delayed", order_id="o-2")

    world.run_days(3)

    assert answers(world, "post_purchase") == [("withheld", "another_journey")]


def test_what_runs_already_ends_for_what_is_weightier(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    world.run_days(10)
    does(world, "Delivery Delayed", order_id="o-2")
    world.run(timedelta(minutes=20))
    started = answers(world, "post_purchase")

    world.run_days(3)

    assert started == [("started", "event")]
    assert list(ends(world, "post_purchase")) == ["outranked"]
    assert "purchase_followup" not in sent(world)


def test_after_sixty_days_of_silence_one_question_comes_and_one_goodbye(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    world.run_days(59)
    before = answers(world, "win_back")
    world.run_days(36)

    assert before == []
    assert answers(world, "win_back") == [("started", "silence")]
    assert sent(world)[-2:] == ["winback_question", "winback_goodbye"]
    assert "discount" not in world.emails[-2].body


def test_every_sign_of_them_puts_it_off(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    world.run_days(50)
    does(world, "Product Viewed", product_id="p-1", context={"sessionId": "another device"})

    world.run_days(50)
    before = answers(world, "win_back")
    world.run_days(15)

    assert before == []
    assert answers(world, "win_back") == [("started", "silence")]


def test_who_comes_back_is_not_missed_any_longer(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    world.run_days(63)
    does(world, "Order Completed", order_id="o-2")

    world.run_days(12)

    assert list(ends(world, "win_back")) == ["goal_reached"]
    assert "winback_goodbye" not in sent(world)


def test_who_never_bought_is_not_won_back(world: World) -> None:
    does(world, "Product Viewed", product_id="p-1")

    world.run_days(70)

    assert world.decisions("ada", "moment") == []


def test_a_visit_of_many_clicks_writes_what_is_due_once(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    versions = []
    for _ in range(5):
        does(world, "Product Viewed", product_id="p-1")
        world.run(HOUR)
        customer = world.customers.load("ada")
        assert customer is not None
        versions.append(customer.dues["win_back"].version)

    assert set(versions) == {1}


def test_looking_twice_at_what_is_due_decides_once(world: World) -> None:
    does(world, "Signed Up", plan_id="team")
    customer = world.customers.load("ada")
    assert customer is not None
    [due] = customer.dues.values()
    world.run_days(3)
    world.customers.save(
        "ada",
        type(due)(name=due.name, playbook=due.playbook, key=due.key, due_at=due.due_at, session_id=due.session_id),
    )

    world.run_days(2)

    assert answers(world, "onboarding_stall") == [("started", "event")]
    assert sent(world) == ["onboarding_help"]


def test_what_was_dealt_with_leaves_no_row(world: World) -> None:
    does(world, "Signed Up", plan_id="team")

    world.run_days(4)

    customer = world.customers.load("ada")
    assert customer is not None
    assert customer.dues == {}


def test_an_order_writes_two_rows_each_once(world: World) -> None:
    does(world, "Order Completed", order_id="o-1")
    does(world, "Product Viewed", product_id="p-1")

    rows = world.dynamodb.scan(TableName="customers", IndexName="due")["Items"]

    assert sorted(row["sk"]["S"] for row in rows) == ["DUE#post_purchase#o-1", "DUE#win_back"]
    assert {row["version"]["N"] for row in rows} == {"1"}
