"""Many at once: however many threads ask, no cap is exceeded and no contact is made twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from moto import mock_aws

from attune.domain.contacts import ContactState
from tests.support.steps import in_journeys, step
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MANY = 32


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def states(world: World) -> list[ContactState]:
    ada = world.customers.load("ada")
    assert ada is not None
    return [contact.state for contact in ada.ledger.contacts]


def at_once(send: Callable[[dict], dict], events: list[dict]) -> list[dict]:
    """Call from as many threads as there are events, all released at the same instant."""
    gate = threading.Barrier(len(events))

    def one(event: dict) -> dict:
        gate.wait()
        return send(event)

    with ThreadPoolExecutor(len(events)) as pool:
        return list(pool.map(one, events))


def test_many_at_once_asking_for_the_same_contact_send_one_message(world):
    [journey] = in_journeys(world)

    answers = at_once(world.sending.send, [step(world, journey)] * MANY)

    assert {answer["outcome"] for answer in answers} == {"sent"}
    assert len(world.texts) == 1
    assert len(states(world)) == 1


@pytest.mark.parametrize("channels", [("sms",), ("sms", "email")])
def test_many_at_once_asking_for_different_contacts_exceed_no_cap(world, channels):
    journeys = in_journeys(world, MANY)
    events = [step(world, journey, channel=channels[number % len(channels)]) for number, journey in enumerate(journeys)]

    answers = at_once(world.sending.send, events)

    outcomes = [answer["outcome"] for answer in answers]
    assert (outcomes.count("sent"), outcomes.count("held")) == (1, MANY - 1)
    assert len(world.texts) + len(world.emails) == 1
    assert states(world) == [ContactState.SENT]
