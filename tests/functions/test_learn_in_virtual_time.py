"""From events to beliefs: what customers do after messages makes the policy choose otherwise, in virtual time."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from attune.adapters.evidence_table import EvidenceTable
from attune.adapters.policy_live import LivePolicy
from attune.adapters.policy_versions import PolicyVersions
from attune.domain.holdout import in_holdout
from functions.learn_policy.learning import Learner
from functions.refit_policies.refitting import Refitter
from tests.functions.test_whole_journeys import abandons_in_trouble, known
from tests.support.events import track
from tests.support.learning import table_stream
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world():
    with mock_aws():
        yield World(TUESDAY_NOON)


def a_night(world):
    """Let the stream and the refit happen, as they would by the next morning."""
    evidence = EvidenceTable(world.dynamodb, "policies", world.clock)
    Learner(evidence).learn(table_stream(world.dynamodb))
    refitter = Refitter(
        evidence=evidence,
        versions=PolicyVersions(world.dynamodb, "policies"),
        live=LivePolicy(world.dynamodb, "policies"),
        decisions=world.decisions_table,
        playbooks=world.steps.playbooks,
        clock=world.clock,
    )
    return refitter.refit(world.now)


def outcomes(world, customer=""):
    return [(row["choice"], row["touch"]) for row in world.decisions(customer, "outcome")]


def delays_of(world, customers):
    drawn = {}
    for row in world.decisions(kind="delay"):
        drawn.setdefault((row["subject_key"], row["touch"]), row["choice"])
    subjects = {world.customers.load(one).profile.subject_key: one for one in customers}
    return {subjects[s]: arm for (s, touch), arm in drawn.items() if s in subjects and touch == "1"}


def test_arms_that_help_more_are_chosen_more_after_a_night(world):
    first = [f"c{number}" for number in range(45)]
    for customer in first:
        known(world, customer)
        abandons_in_trouble(world, customer)
    world.run(timedelta(days=3, hours=23))
    arms = delays_of(world, first)
    for customer, arm in arms.items():
        journeys = world.customers.load(customer).journeys
        if arm == "48h":
            for journey in journeys:
                world.publish(track(customer, "Feedback Given", world.now, helpful=True, journey_id=journey))
    world.run(timedelta(days=20))
    refitted = a_night(world)

    second = [f"d{number}" for number in range(30)]
    for customer in second:
        known(world, customer)
        abandons_in_trouble(world, customer)
    world.run(timedelta(hours=12))
    before, after = Counter(arms.values()), Counter(delays_of(world, second).values())

    assert set(before) == {"24h", "48h", "72h"}
    assert refitted.version.contacts > 40
    assert before["48h"] / before.total() < 0.6
    assert after["48h"] / after.total() > 0.8
    model = {row["model_version"].rpartition("@")[2] for row in world.decisions("d0", "delay")}
    assert model == {"1"}


def test_an_order_after_a_message_is_recorded_once_however_often_it_is_told(world):
    known(world)
    abandons_in_trouble(world)
    world.run(timedelta(days=3, hours=12))
    order = track("ada", "Order Completed", world.now, order_id="o1")
    for _ in range(3):
        world.publish(order)
    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))

    assert outcomes(world, "ada") == [("ordered", "1")]
    [row] = world.decisions("ada", "outcome")
    assert "o1" not in str(row)


def test_an_order_that_is_cancelled_no_longer_counts(world):
    known(world)
    abandons_in_trouble(world)
    world.run(timedelta(days=3, hours=12))
    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))
    world.run(timedelta(days=20))
    a_night(world)
    ordered = PolicyVersions(world.dynamodb, "policies").report(1)["cart_abandonment"].treated
    world.publish(track("ada", "Order Cancelled", world.now, order_id="o1"))
    world.run(timedelta(days=1))
    a_night(world)
    taken_back = PolicyVersions(world.dynamodb, "policies").report(2)["cart_abandonment"].treated

    assert (ordered.kinds.get("ordered"), ordered.journeys) == (1, 1)
    assert (taken_back.kinds.get("ordered"), taken_back.journeys) == (None, 1)


def test_what_happens_to_the_held_out_is_known_and_they_are_never_contacted(world):
    percent = world.steps.playbooks["cart_abandonment"].holdout_percent
    held = next(f"h{n}" for n in range(999) if in_holdout(f"h{n}", salt="cart_abandonment", percent=percent))
    known(world, held)
    abandons_in_trouble(world, held)
    world.run(timedelta(days=2))
    world.publish(track(held, "Page Reloaded", world.now))
    world.run(timedelta(days=2))
    world.publish(track(held, "Order Completed", world.now, order_id="o1"))
    world.run(timedelta(days=20))
    a_night(world)

    report = PolicyVersions(world.dynamodb, "policies").report(1)["cart_abandonment"]
    assert world.choices(held, "moment") == ["holdout"]
    assert outcomes(world, held) == [("ordered", "0")]
    assert (world.texts, world.emails, world.executions) == ([], [], {})
    assert (report.held_out.journeys, report.held_out.kinds["ordered"], report.treated.journeys) == (1, 1, 0)


def test_stop_and_no_thanks_are_harms_and_an_answer_is_help(world):
    for customer in ("ada", "bob", "cyd"):
        known(world, customer)
        abandons_in_trouble(world, customer)
    world.run(timedelta(days=3, hours=12))
    [journey] = world.customers.load("bob").journeys
    world.publish(track("ada", "Message Replied", world.now, text="STOP", channel="sms"))
    world.publish(track("bob", "Feedback Given", world.now, helpful=False, journey_id=journey))
    world.publish(track("cyd", "Message Replied", world.now, text="Thanks, what does delivery cost?", channel="sms"))

    assert [outcomes(world, customer) for customer in ("ada", "bob", "cyd")] == [
        [("unsubscribed", "1")],
        [("not_helpful", "1")],
        [("replied", "1")],
    ]


def test_events_about_nobodys_journey_cost_no_decision(world):
    known(world)
    world.publish(track("ada", "Order Completed", world.now, order_id="o1"))

    assert outcomes(world) == []
