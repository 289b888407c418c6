"""A wish for one's data, or for its deletion, becomes a case of its own; nothing is handed out or deleted by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from tests.functions.test_whole_journeys import abandons_in_trouble, known
from tests.support.events import track
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVENTS = {
    "Export Requested": ("data_export", "attune export"),
    "Deletion Requested": ("data_deletion", "attune forget"),
}


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        known(world, consents=("email",))
        yield world


@pytest.mark.parametrize("event", EVENTS)
def test_a_request_is_a_case_for_a_person_within_three_days_that_names_the_command(world, event):
    trigger, command = EVENTS[event]
    request = track("ada", event, world.now, page="account")
    for _ in range(3):
        world.publish(request)
        world.run(timedelta(minutes=1))

    [case] = world.support.messages
    assert (case["trigger"], case["wrote"], case["suggested_replies"]) == (trigger, "", [])
    assert command in case["trigger_reason"]
    assert "30 days" in case["trigger_reason"]
    assert datetime.fromisoformat(case["due_by"]) - datetime.fromisoformat(case["opened_at"]) == timedelta(days=3)
    assert world.choices("ada", "escalation") == ["opened"]
    assert world.customers.load("ada").profile.first_name == "Ada", "nobody is forgotten on the word of an event"


def test_it_is_no_part_of_a_journeys_case_and_while_it_is_open_nothing_is_sent(world):
    abandons_in_trouble(world)
    world.run(timedelta(hours=1))
    world.publish(track("ada", "Message Replied", world.now, text="Can somebody help me?", channel="email"))
    world.run(timedelta(minutes=1))
    world.publish(track("ada", "Deletion Requested", world.now))
    world.run(timedelta(minutes=1))
    sent = len(world.emails)

    first, second = world.support.messages
    assert (first["trigger"], second["trigger"]) == ("asked_for_help", "data_deletion")
    assert first["case_id"] != second["case_id"]
    assert not second["is_update"]
    world.run(timedelta(days=12))
    assert len(world.emails) == sent


def test_a_reminder_days_later_joins_the_case_and_gives_support_no_more_time(world):
    for _ in range(2):
        world.publish(track("ada", "Export Requested", world.now))
        world.run(timedelta(days=1))

    first, again = world.support.messages
    assert (again["case_id"], again["is_update"], again["due_by"]) == (first["case_id"], True, first["due_by"])
    assert world.choices("ada", "escalation") == ["opened", "joined"]
