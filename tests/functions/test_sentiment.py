"""What a reply does to the whole system: who hears of it, what stops, and that its words stay out of log and decisions."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from tests.support.events import identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(NOON)
        world.publish(
            identify("ada", NOON, firstName="Ada", email="ada@post.example", timezone="Europe/London", locale="en"),
            track("ada", "Consent Granted", NOON, channels=["email"], source="checkout"),
        )
        yield world


def write(world: World, text: str) -> None:
    world.publish(track("ada", "Message Replied", world.now, text=text, channel="email"))
    world.run(HOUR)


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("I need help with checkout", "asked_for_help"),
        ("let me speak to a human please", "wants_a_person"),
        ("worst service ever, you people are thieves", "sentiment_dip"),
        ("my husband died last week", "distress"),
    ],
)
def test_a_reply_reaches_a_person_for_its_own_reason(world, text, trigger):
    write(world, text)

    [case] = world.support.messages + world.urgent.messages
    assert (case["trigger"], case["wrote"]) == (trigger, text)
    assert (case["priority"] == "urgent") is (trigger == "distress")
    [decision] = world.decisions("ada", "escalation")
    inputs = json.loads(decision["inputs"])
    assert inputs["rules"]
    assert {"sentiment", "sentiment_strength", "distress", "intents"} <= set(inputs)


def test_calm_trouble_waits_its_turn_and_thanks_call_nobody(world):
    write(world, "thank you, all good now")
    assert world.support.messages + world.urgent.messages == []

    write(world, "my card was declined, what can I do?")

    assert world.urgent.messages == []
    assert [case["trigger"] for case in world.support.messages] == ["reply"]


def test_a_wish_to_stop_withdraws_consent_and_the_decision_says_by_which_rule(world):
    write(world, "lose my number")

    ada = world.customers.load("ada")
    assert ada is not None
    assert ada.consent.refused("email")
    withdrawn = [row for row in world.decisions("ada", "consent") if row["choice"] == "withdrawn"]
    assert [json.loads(row["inputs"])["rules"] for row in withdrawn] == ["stop.lone_wish,stop.lose_number"]


def test_who_writes_in_distress_gets_no_message_for_thirty_days(world):
    write(world, "I lost my job and can't pay my rent")
    [case] = world.urgent.messages
    world.publish(track("ada", "Case Resolved", world.now, case_id=case["case_id"]))
    world.publish(
        track("ada", "Product Added", world.now, cart_id="c-1"),
        track("ada", "Products Searched", world.now, query="coupon"),
        track("ada", "Form Failed", world.now),
        track("ada", "Form Failed", world.now),
    )
    world.run(timedelta(days=10))

    assert world.emails == []
    reasons = {
        reason["code"]
        for row in world.decisions("ada")
        if row["kind"] != "escalation"
        for reason in json.loads(row["reasons"])
    }
    assert "distress" in reasons


CANARY = "xylophone quetzalcoatl"


def test_the_words_of_a_reply_are_in_no_decision_and_no_log(world, capsys, caplog):
    for text in ("worst service ever", "STOP", "I want to die", "let me talk to a human", "thanks"):
        write(world, f"{text}. {CANARY}")

    rows = json.dumps(world.decisions())
    ada = world.customers.load("ada")
    said = capsys.readouterr()
    assert len(world.decisions("ada", "escalation")) >= 3
    for word in CANARY.split():
        assert word not in rows
        assert word not in said.out + said.err + caplog.text
        assert ada is not None
        assert word not in repr(ada)
