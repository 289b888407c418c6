"""Journeys whose execution is gone: found by the index of dues, ended with a decision, their contacts visible."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from attune.domain.contacts import ContactState
from attune.domain.dues import STALE_AFTER
from attune.domain.journeys import Journey, JourneyStatus
from tests.support.crashing import KilledError, Provider
from tests.support.steps import in_journeys, step
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def kept(world: World, journey: Journey) -> Journey:
    ada = world.customers.load("ada")
    assert ada is not None
    return ada.journeys[journey.journey_id]


def test_a_journey_that_nothing_ended_is_ended_a_while_after_its_hard_end(world):
    [journey] = in_journeys(world)
    world.now = journey.expires_at + STALE_AFTER - A_SECOND
    assert world.finder.find(world.now)["swept"] == 0

    world.now += 2 * A_SECOND
    found = [world.finder.find(world.now)["swept"] for _ in range(2)]

    assert found == [1, 0]
    assert (kept(world, journey).status, kept(world, journey).ended_because) == (JourneyStatus.ENDED, "execution_lost")
    [decision] = world.decisions("ada", "journey")
    assert (decision["choice"], decision["reason_code"], decision["defects"]) == ("failed", "execution_lost", "")


def test_a_contact_that_such_a_journey_left_reserved_becomes_uncertain(world):
    [journey] = in_journeys(world)
    world.sending = replace(
        world.sending, delivery=replace(world.delivery, sms=Provider(world.delivery.sms, [KilledError()]))
    )
    with pytest.raises(KilledError):
        world.sending.send(step(world, journey))

    world.now = journey.expires_at + STALE_AFTER + A_SECOND
    world.finder.find(world.now)

    ada = world.customers.load("ada")
    assert ada is not None
    assert [contact.state for contact in ada.ledger.contacts] == [ContactState.UNCERTAIN]
    [decision] = world.decisions("ada", "contact")
    assert (decision["choice"], decision["reason_code"], decision["defects"]) == ("uncertain", "crashed_between", "")


def test_a_journey_that_ended_is_looked_at_no_more(world):
    [journey] = in_journeys(world)
    world.customers.save("ada", replace(kept(world, journey), status=JourneyStatus.ENDED, ended_because="goal_reached"))

    world.now = journey.expires_at + STALE_AFTER + A_SECOND

    assert sum(world.finder.find(world.now).values()) == 0
    assert kept(world, journey).ended_because == "goal_reached"
    assert world.decisions("ada", "journey") == []
