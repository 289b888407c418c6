"""Orders of two customers who become one: told before and after, taken back after, counted once and under one subject."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.evidence_table import EvidenceTable
from attune.domain.learning.evidence import assemble
from attune.domain.learning.refitting import Tally, tally
from attune.domain.results.measures import results_of
from attune.domain.results.people import Measure, by_journey
from functions.learn_policy.learning import Learner
from tests.support.becoming_one import TUESDAY_NOON, VISITOR
from tests.support.events import identify, track
from tests.support.learning import table_stream
from tests.support.world import World


def by_visitor(call: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in call.items() if name != "userId"}, "anonymousId": "d1"}


@pytest.fixture
def world() -> Iterator[World]:
    """Ada is known; a visitor on her device, not yet known to be her, was in trouble with a cart and got a message."""
    with mock_aws():
        made = World(TUESDAY_NOON)
        made.publish(identify("ada", made.now, firstName="Ada"))
        traits = {"phone": "+447700900001", "locale": "en", "timezone": "Europe/London"}
        made.publish(by_visitor(identify("", made.now, **traits)))
        made.publish(by_visitor(track("", "Consent Granted", made.now, channels=["sms"], source="checkout")))
        for name in ("Product Added", "Page Reloaded", "Page Reloaded", "Page Reloaded", "Form Failed"):
            made.publish(by_visitor(track("", name, made.now)))
        made.run(timedelta(days=3, hours=12))
        assert made.choices(VISITOR, "contact")[0] == "sent"
        yield made


def signs_in(world: World) -> None:
    world.publish(identify("ada", world.now) | {"anonymousId": "d1"})
    assert world.customers.load_unmerged(VISITOR).profile.merged_into == "ada"


def ordered(world: World) -> dict[str, Any]:
    return by_visitor(track("", "Order Completed", world.now, order_id="o1"))


def learnt(world: World) -> Tally:
    """Return what learning makes of the day on which the cart was left."""
    evidence = EvidenceTable(world.dynamodb, "policies", world.clock)
    Learner(evidence).learn(table_stream(world.dynamodb))
    journeys = assemble(evidence.pieces("cart_abandonment", TUESDAY_NOON.date()))
    return tally(journeys, world.steps.playbooks["cart_abandonment"], as_of=world.now)


def results(world: World) -> dict[Measure, int]:
    rows = sorted(by_journey(world.decisions()), key=lambda row: row["subject_key"])
    found = results_of(rows, {}, since=TUESDAY_NOON - timedelta(days=1), now=world.now)
    return {one.measure: one.treated for one in found.effects if not one.playbook}


def test_an_order_told_again_after_two_became_one_is_the_same_outcome(world):
    order = ordered(world)
    world.publish(order)
    signs_in(world)
    for told in (order, order | {"messageId": "again", "userId": "ada"}):
        world.publish(told)
    world.run(timedelta(days=30))

    rows = [row for row in world.decisions(kind="outcome") if row["choice"] == "ordered"]
    assert len({row["decision_id"] for row in rows}) == 1
    assert "o1" not in str(rows)
    report = learnt(world)
    assert report.treated.kinds["ordered"] == 1
    assert report.arms[0].kinds == {"ordered": 1}
    assert (results(world)[Measure.ORDERED], results(world)[Measure.ORDERED_AGAIN]) == (1, 0)


def test_an_order_of_before_two_became_one_can_be_taken_back_after(world):
    world.publish(ordered(world))
    signs_in(world)
    world.publish(track("ada", "Order Cancelled", world.now, order_id="o1"))
    world.run(timedelta(days=30))

    assert "ordered" not in learnt(world).treated.kinds
    assert results(world)[Measure.ORDERED] == 0


def test_an_order_after_signing_in_belongs_to_the_moment_of_before(world):
    signs_in(world)
    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))
    world.run(timedelta(days=30))

    assert learnt(world).treated.kinds["ordered"] == 1
    assert results(world)[Measure.ORDERED] == 1


def test_a_journey_keeps_the_secret_it_began_under_through_every_further_merge(world):
    first = world.customers.load_unmerged(VISITOR).profile.subject_secret
    signs_in(world)
    world.publish(identify("ada", world.now))
    world.publish(track("bob", "Product Viewed", world.now))
    world.publish(
        {
            "type": "alias",
            "userId": "bob",
            "previousId": "ada",
            "messageId": "alias",
            "timestamp": world.now.isoformat(),
        }
    )

    [journey] = world.customers.load("bob").journeys.values()
    assert world.customers.load("ada").customer_id == "bob"
    assert journey.subject_secret == first
