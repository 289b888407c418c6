"""Versions, roll-outs and switches in the life of a journey, in virtual time."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from attune.adapters.playbook_archive import PlaybookArchive
from attune.domain.friction_levels import Level
from attune.domain.playbook_rules import Audience, Condition
from attune.domain.switches import NOT_KNOWN, RollOut, Switches
from tests.support.events import identify, track
from tests.support.world import TEMPLATES, World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ID = "cart_abandonment"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> PlaybookArchive:
    """Return an archive with the shipped version of the cart's playbook."""
    folder: Path = tmp_path_factory.mktemp("playbooks")
    (folder / ID).mkdir()
    text = (TEMPLATES / "playbooks" / f"{ID}.yaml").read_text(encoding="utf-8")
    (folder / ID / "1.0.0.yaml").write_text(text, encoding="utf-8")
    return PlaybookArchive(folder)


@pytest.fixture
def world(archive: PlaybookArchive) -> Iterator[World]:
    with mock_aws():
        made = World(TUESDAY_NOON, archive=archive)
        deploy(made, audience=Audience())
        yield made


def deploy(world: World, **changes: object) -> None:
    """Let the functions hold the cart's playbook with changes."""
    playbook = world.steps.playbooks[ID]
    world.steps.playbooks[ID] = replace(playbook, **changes)  # type: ignore[index, arg-type]


def in_trouble(world: World, customer: str = "ada") -> None:
    traits = {"email": f"{customer}@example.com", "phone": "+447700900001", "timezone": "Europe/London", "locale": "en"}
    world.publish(identify(customer, world.now, firstName="Ada", **traits))
    world.publish(track(customer, "Consent Granted", world.now, channels=["sms", "email"], source="checkout"))
    world.publish(track(customer, "Product Added", world.now))
    for _ in range(3):
        world.publish(track(customer, "Page Reloaded", world.now))
    world.publish(track(customer, "Form Failed", world.now))


def reasons(world: World, kind: str) -> list[str]:
    return [row["reason_code"] for row in world.decisions("ada", kind)]


def versions(world: World) -> set[str]:
    return {row["playbook_version"] for row in world.decisions("ada") if row["playbook"] == ID}


@pytest.mark.parametrize("off", [{"system_off": True}, {"playbooks_off": frozenset({ID})}])
def test_what_is_switched_off_while_a_journey_waits_sends_nothing_more(world: World, off: dict) -> None:
    in_trouble(world)
    world.run(HOUR)
    world.switches = Switches(**off)

    world.run(12 * DAY)

    assert (world.texts, world.emails) == ([], [])
    assert reasons(world, "contact") == ["kill_switch"]
    (journey,) = world.customers.load("ada").journeys.values()  # type: ignore[union-attr]
    assert journey.ended_because == "kill_switch"


def test_what_is_switched_off_starts_no_journeys_and_the_log_says_so(world: World) -> None:
    world.switches = Switches(playbooks_off=frozenset({ID}))
    in_trouble(world)

    world.run(DAY)

    assert reasons(world, "moment") == ["kill_switch"]
    assert world.executions == {}


def test_a_channel_that_is_switched_off_hands_over_to_the_next_one(world: World) -> None:
    world.switches = Switches(channels_off=frozenset({"sms"}))
    in_trouble(world)

    world.run(4 * DAY)

    assert world.texts == []
    assert len(world.emails) >= 1
    first = {row["choice"]: row for row in world.decisions("ada", "contact") if row["touch"] == "1"}
    assert first["withheld"]["reason_code"] == "channel_off"
    assert first["sent"]["time"] == first["withheld"]["time"]


def test_while_nobody_can_tell_how_the_switches_stand_messages_wait_and_then_go(world: World) -> None:
    in_trouble(world)
    world.run(HOUR)
    world.switches = NOT_KNOWN
    while not world.decisions("ada", "contact"):
        world.run(HOUR)
    assert set(reasons(world, "contact")) == {"switches_unknown"}
    assert world.texts == []

    world.switches = Switches()
    world.run(timedelta(minutes=2))

    assert len(world.texts) == 1


def test_a_moment_waits_while_nobody_can_tell_how_the_switches_stand(world: World) -> None:
    world.switches = NOT_KNOWN
    in_trouble(world)
    world.run(HOUR)
    assert world.decisions("ada", "moment") == []

    world.switches = Switches()
    world.run(timedelta(minutes=2))

    assert world.choices("ada", "moment") == ["started"]


def test_a_running_journey_finishes_on_the_version_it_began_with(world: World) -> None:
    """Version 2 has one message; who began with version 1 still gets its second one."""
    in_trouble(world)
    world.run(HOUR)
    first = world.steps.playbooks[ID].touches[0]
    deploy(world, version="2.0.0", touches=(first,))

    world.run(8 * DAY)

    assert versions(world) == {"1.0.0"}
    assert [row["touch"] for row in world.decisions("ada", "contact")] == ["1", "2"]
    assert not any("served_by" in row["inputs"] for row in world.decisions("ada"))


def test_a_journey_whose_version_is_nowhere_goes_on_under_the_next_one_and_the_log_says_under_which(
    world: World,
) -> None:
    deploy(world, version="1.1.0")
    in_trouble(world)
    world.run(HOUR)
    deploy(world, version="1.2.0")

    world.run(2 * DAY)

    served = [row for row in world.decisions("ada", "contact") if json.loads(row["inputs"]).get("served_by") == "1.2.0"]
    assert versions(world) == {"1.1.0"}
    assert [row["choice"] for row in served] == ["sent"]


def test_a_journey_whose_version_is_nowhere_ends_where_the_next_one_does_not_fit_it(world: World) -> None:
    deploy(world, version="1.1.0")
    in_trouble(world)
    world.run(HOUR)
    deploy(world, version="2.0.0")

    world.run(8 * DAY)

    assert (world.texts, world.emails) == ([], [])
    assert reasons(world, "contact") == ["playbook_changed"]


def test_who_is_outside_of_the_rollout_gets_the_version_before(world: World) -> None:
    deploy(world, version="2.0.0", friction_floor=Level.HIGH, audience=Audience(rollout_percent=0))
    in_trouble(world)

    world.run(4 * DAY)

    assert versions(world) == {"1.0.0"}
    assert world.choices("ada", "moment") == ["started"]


def test_who_is_outside_of_a_first_rollout_gets_nothing_and_the_log_says_so(world: World) -> None:
    world.switches = Switches(rollouts={ID: RollOut(version="1.0.0", percent=0)})
    in_trouble(world)

    world.run(4 * DAY)

    assert reasons(world, "moment") == ["not_rolled_out"]
    assert world.executions == {}


def test_going_back_gives_new_journeys_the_version_before_and_can_end_those_that_run(world: World) -> None:
    deploy(world, version="2.0.0")
    in_trouble(world)
    world.run(HOUR)
    world.switches = Switches(
        rollouts={ID: RollOut(version="1.0.0", percent=100)}, withdrawn=frozenset({f"{ID}@2.0.0"})
    )
    world.run(2 * DAY)
    assert reasons(world, "contact") == ["version_withdrawn"]

    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))
    world.run(8 * DAY)
    in_trouble(world)
    world.run(DAY)
    assert [row["playbook_version"] for row in world.decisions("ada", "moment")] == ["2.0.0", "1.0.0"]


def test_a_condition_of_the_old_version_is_the_one_that_counts_for_its_journeys(world: World) -> None:
    in_trouble(world)
    world.run(HOUR)
    touches = tuple(replace(touch, when=Condition()) for touch in world.steps.playbooks[ID].touches)
    deploy(world, version="1.5.0", touches=touches)

    world.run(8 * DAY)

    assert [row["touch"] for row in world.decisions("ada", "contact")] == ["1", "2"]
