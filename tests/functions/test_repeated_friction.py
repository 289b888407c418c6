"""High friction again within a week asks for a person instead of another journey."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from tests.support.events import identify, track
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLAYBOOK = "cart_abandonment"


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def known(world: World, customer: str = "ada") -> None:
    traits = {"firstName": "Ada", "phone": "+447700900001", "locale": "en", "timezone": "Europe/London"}
    world.publish(identify(customer, world.now, **traits))
    world.publish(track(customer, "Consent Granted", world.now, channels=["sms"], source="checkout"))


def gets_stuck(world: World, cart: str, *, failures: int = 2, customer: str = "ada") -> None:
    world.publish(track(customer, "Product Added", world.now, cart_id=cart))
    for _ in range(3 if failures else 0):
        world.publish(track(customer, "Page Reloaded", world.now))
    for _ in range(failures):
        world.publish(track(customer, "Form Failed", world.now, cart_id=cart))


def buys(world: World, customer: str = "ada") -> None:
    world.publish(track(customer, "Order Completed", world.now, order_id="o-1"))


def gets_stuck_twice(world: World, *, days_between: int) -> None:
    """Let somebody get stuck, buy after all, and get stuck again so many days later."""
    known(world)
    gets_stuck(world, "cart-1")
    world.run(timedelta(hours=1))
    buys(world)
    world.run(timedelta(days=days_between))
    gets_stuck(world, "cart-2")
    world.run(timedelta(hours=1))


def test_stuck_twice_within_a_week_is_a_case_and_no_second_journey(world: World) -> None:
    gets_stuck_twice(world, days_between=4)

    assert world.choices("ada", "moment") == ["started", "handed_over"]
    assert len(world.journeys) == 1
    assert [case["trigger"] for case in world.support.messages] == ["repeated_high_friction"]
    assert [case["friction_level"] for case in world.support.messages] == ["high"]


def test_asking_again_about_the_same_moment_changes_nothing(world: World) -> None:
    gets_stuck_twice(world, days_between=4)
    assert world.watch_queue.consumer is not None
    for message in list(world.watch_queue.messages):
        world.watch_queue.consumer(json.dumps(message))
    world.run(timedelta(hours=1))

    assert world.choices("ada", "moment") == ["started", "handed_over"]
    assert len(world.support.messages) == 1


def test_stuck_again_after_more_than_a_week_starts_a_journey_of_its_own(world: World) -> None:
    gets_stuck_twice(world, days_between=8)

    assert world.choices("ada", "moment") == ["started", "started"]
    assert world.support.messages == []


def test_a_second_moment_that_is_not_high_is_answered_as_any_other(world: World) -> None:
    known(world)
    gets_stuck(world, "cart-1")
    world.run(timedelta(hours=1))
    buys(world)
    world.run(timedelta(days=4))
    world.publish(track("ada", "Product Added", world.now, cart_id="cart-2"))
    world.publish(track("ada", "Form Failed", world.now, cart_id="cart-2"))
    world.run(timedelta(hours=1))

    assert world.choices("ada", "moment") == ["started", "started"]
    assert world.support.messages == []


def test_a_playbook_can_leave_it_alone(world: World) -> None:
    book = world.steps.playbooks[PLAYBOOK]
    quiet = replace(book, escalation=replace(book.escalation, repeated_high_friction=False))
    world.steps.playbooks[PLAYBOOK] = quiet  # type: ignore[index]
    gets_stuck_twice(world, days_between=4)

    assert world.choices("ada", "moment") == ["started", "started"]
    assert world.support.messages == []


def test_the_log_holds_what_a_score_is_made_of(world: World) -> None:
    known(world)
    gets_stuck(world, "cart-1")
    world.run(timedelta(hours=1))

    [row] = world.decisions("ada", "moment")

    assert "form_failures +2.6" in row["inputs"] or "form_failures +3" in row["inputs"]
    assert "page_reloads +2.6000" in row["inputs"]
    assert row["model_version"].startswith("friction-2+")
