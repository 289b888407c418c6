"""What people told us becomes a suggestion to the person who looks after them, and never a message."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from moto import mock_aws

from attune_cli.rights.exporting import export_of
from attune_cli.rights.forgetting import Forgetting
from attune_cli.rights.holdings import Holdings
from tests.support.events import track
from tests.support.moments import TUESDAY_NOON, does, known, sent
from tests.support.world import World

TRIP = {"topic": "trip", "about": "Norway", "date": "2026-12-20"}


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        known(world, agentOfRecord="sam")
        yield world


def suggested(world: World) -> list[tuple[str, str]]:
    """Return what became of notes, and why."""
    return [(row["choice"], row["reason_code"]) for row in world.decisions("ada", "personal")]


def test_a_trip_becomes_a_suggestion_a_week_before_it(world: World) -> None:
    does(world, "Note Recorded", **TRIP)

    world.run_days(18)
    before = suggested(world)
    world.run_days(2)

    assert before == []
    assert suggested(world) == [("suggested", "personal_moment")]
    [case] = world.support.messages
    assert (case["trigger"], case["assigned_to"], case["playbook"]) == ("personal_moment", "sam", "personal_moments")
    assert "Norway, on 20 December 2026" in case["trigger_reason"]
    assert "your trip to Norway on 20 December 2026" in case["suggested_replies"][0]["text"]


def test_nothing_is_ever_sent_by_itself(world: World) -> None:
    does(world, "Note Recorded", **TRIP)

    world.run_days(60)

    assert (sent(world), world.emails, world.texts, world.executions) == ([], [], [], {})


def test_some_weeks_later_its_person_is_asked_how_it_went_and_then_never_again(world: World) -> None:
    does(world, "Note Recorded", **TRIP)

    world.run_days(80)

    assert suggested(world) == [("suggested", "personal_moment"), ("followed_up", "follow_up")]
    assert [case["trigger"] for case in world.support.messages] == ["personal_moment", "follow_up"]
    assert "how did it go" in world.support.messages[1]["trigger_reason"]


def test_what_it_says_stands_in_no_decision(world: World) -> None:
    does(world, "Note Recorded", **TRIP)
    does(world, "Fixture Announced", team="the Rovers", date="2026-12-05")

    world.run_days(40)

    log = json.dumps(world.decisions())
    assert suggested(world)
    assert "Norway" not in log
    assert "Rovers" not in log


def test_an_anniversary_comes_every_year(world: World) -> None:
    known(world, agentOfRecord="sam", customerSince="2021-12-01")

    world.run_days(9)

    [case] = world.support.messages
    assert "It's 5 years since you first came to us" in case["suggested_replies"][0]["text"]
    customer = world.customers.load("ada")
    assert customer is not None
    assert customer.dues["anniversary"].due_at.date().isoformat() == "2027-12-01"


def test_a_game_of_their_team_is_a_note_of_its_own(world: World) -> None:
    does(world, "Fixture Announced", team="the Rovers", date="2026-12-05")

    world.run_days(9)

    [case] = world.support.messages
    assert "You told us that you follow the Rovers, who play on 5 December 2026" in case["suggested_replies"][0]["text"]


@pytest.mark.parametrize(
    ("traits", "why"),
    [
        ({"agentOfRecord": ""}, "nobody_looks_after"),
        ({"automationOptOut": True}, "automation_opt_out"),
    ],
)
def test_who_has_nobody_or_wants_no_automation_gets_no_suggestion_and_the_log_says_why(
    world: World, traits: dict[str, object], why: str
) -> None:
    with_it = {"customer": "ben", "agentOfRecord": "sam"}
    known(world, **{**with_it, **traits})  # type: ignore[arg-type]
    does(world, "Note Recorded", customer="ben", **TRIP)

    world.run_days(30)

    assert [(row["choice"], row["reason_code"]) for row in world.decisions("ben", "personal")] == [("withheld", why)]
    assert world.support.messages == []


def test_who_said_no_to_all_channels_is_left_alone(world: World) -> None:
    does(world, "Note Recorded", **TRIP)
    does(world, "Consent Withdrawn", channels=["all"])

    world.run_days(30)

    assert suggested(world) == [("withheld", "opted_out")]


def test_no_more_than_two_in_three_months(world: World) -> None:
    for day in ("2026-12-10", "2026-12-12", "2026-12-14"):
        does(world, "Note Recorded", topic="trip", date=day)

    world.run_days(14)

    assert suggested(world) == [("suggested", "personal_moment")] * 2 + [("withheld", "enough_lately")]


def test_an_open_suggestion_silences_no_message(world: World) -> None:
    does(world, "Note Recorded", topic="trip", date="2026-11-28")
    world.run_days(1)
    does(world, "Delivery Delayed", order_id="o-1")

    world.run(timedelta(hours=4))

    assert [case["trigger"] for case in world.support.messages] == ["personal_moment"]
    assert sent(world) == ["delivery_delay_notice"]


def test_a_trip_that_is_over_before_anybody_looked_is_left_alone(world: World) -> None:
    does(world, "Note Recorded", topic="trip", date="2026-11-20")

    world.run_days(2)

    assert suggested(world) == [("withheld", "too_late")]


def test_a_topic_that_nothing_is_made_of_is_only_noted(world: World) -> None:
    does(world, "Note Recorded", topic="health", about="a cough")

    world.run_days(30)

    customer = world.customers.load("ada")
    assert customer is not None
    assert customer.personal_notes == {}
    assert world.decisions("ada", "personal") == []


def test_a_note_told_twice_is_one(world: World) -> None:
    note = track("ada", "Note Recorded", world.now, **TRIP)
    world.publish(note)
    world.run_days(20)
    world.publish(note)

    world.run_days(10)

    assert suggested(world) == [("suggested", "personal_moment")]


def test_a_day_that_is_none_goes_to_quarantine_with_the_field_that_is_wrong(world: World) -> None:
    does(world, "Note Recorded", topic="trip", date="in summer")

    [kept] = world.quarantine.messages
    assert "properties.date must be a day such as 2027-06-12" in kept["message"]


def test_notes_are_forgotten_a_month_after_their_day(world: World) -> None:
    does(world, "Note Recorded", **TRIP)
    world.run_days(75)

    customer = world.customers.load("ada")
    assert customer is not None
    assert customer.personal_notes == {}


def test_a_copy_holds_notes_and_who_is_forgotten_takes_them_along(world: World) -> None:
    does(world, "Note Recorded", **TRIP)
    holdings = Holdings(world.dynamodb, "customers", "decisions")
    person = holdings.find("ada")

    held = export_of(holdings, person, world.now)["held"]["ada"]
    proof = Forgetting(holdings).forget(person, world.now)
    world.run_days(30)

    assert [item["about"] for item in held if item["what"].startswith("NOTE#")] == ["Norway"]
    assert {"note", "due"} <= set(proof.counts)
    assert proof.left == 0
    assert world.support.messages == []
