"""Everything that ever came in, coming in again: nothing that already happened may change."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from tests.support.events import call, envelope, identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
CUSTOMERS = ("ada", "bob", "anon:d-eve")


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON)


def visitor(event: str, time: datetime, **properties: Any) -> dict[str, Any]:
    """Return a call of somebody who has not said who they are."""
    anonymous = call("track", "", time, event=event, properties=properties)
    return {**{k: v for k, v in anonymous.items() if k != "userId"}, "anonymousId": "d-eve"}


def play(world: World) -> list[str]:
    """Let three people live through three weeks; return every event as it came in."""
    bodies: list[str] = []

    def publish(*calls: dict[str, Any]) -> None:
        arrived = [envelope(one) for one in calls]
        bodies.extend(arrived)
        assert world.deliver(*arrived) == []

    for name in ("ada", "bob"):
        publish(
            identify(
                name, world.now, firstName=name, email=f"{name}@example.com", locale="en", timezone="Europe/London"
            ),
            track(name, "Consent Granted", world.now, channels=["email"]),
            track(name, "Product Added", world.now),
            track(name, "Form Failed", world.now),
        )
    publish(visitor("Product Added", world.now), visitor("Form Failed", world.now + timedelta(seconds=30)))
    world.run(timedelta(days=3, hours=6))
    publish(track("ada", "Message Replied", world.now, text="I need help", channel="email"))
    publish(track("bob", "Order Completed", world.now, order_id="o1"))
    publish({**identify("eve", world.now, email="eve@example.com"), "anonymousId": "d-eve"})
    world.run(timedelta(days=7))
    case_id = world.support.messages[0]["case_id"]
    publish(track("ada", "Case Resolved", world.now, case_id=case_id))
    world.run_days(14)  # also what is asked days after an order is over
    return bodies


def what_happened(world: World) -> dict[str, Any]:
    """Return everything that people would notice, and everything that is remembered of what they did."""
    customers = [world.customers.load(customer_id) for customer_id in CUSTOMERS]
    assert all(customers)
    return {
        "messages": (len(world.emails), len(world.texts)),
        "cases": [case["case_id"] for case in world.support.messages + world.urgent.messages],
        "decisions": {row["sk"]: (row["choice"], row["reasons"]) for row in world.decisions()},
        "journeys": sorted(world.journeys),
        "contacts": [c.ledger.contacts for c in customers if c],
        "consent": [c.consent.channels for c in customers if c],
        "traits": [(c.profile.first_name, c.profile.email, sorted(c.profile.identifiers)) for c in customers if c],
        "tails": [sorted((s.name, s.tail) for s in c.sessions.values()) for c in customers if c],
        "resolved": [[case.resolved_at for case in c.cases.values()] for c in customers if c],
    }


@pytest.mark.parametrize("order", ["as it was", "backwards", "shuffled"])
def test_a_replay_of_the_archive_changes_nothing_that_happened(world, order):
    bodies = play(world)
    before = what_happened(world)
    again = {"as it was": bodies, "backwards": bodies[::-1], "shuffled": random.Random(1).sample(bodies, len(bodies))}

    for body in again[order]:
        assert world.deliver(body) == []
    world.run_days(5)

    assert before["messages"][0] >= 2
    assert what_happened(world) == before
    assert world.quarantine.messages == []


def test_every_replayed_event_is_counted_as_a_duplicate_or_too_late(world):
    bodies = play(world)
    world.tally.clear()

    for body in bodies:
        world.deliver(body)

    assert world.tally["accepted"] == 0
    assert world.tally["duplicate"] == len(bodies)
