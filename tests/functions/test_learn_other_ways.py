"""Outcomes that come by other ways than events: a link, a note on the site, a case."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from moto import mock_aws

from attune.adapters.links import LinkClaim
from functions.record_feedback.unsubscribing import Unsubscribing
from functions.serve_onsite.answering import Answers
from tests.functions.test_whole_journeys import abandons_in_trouble, known
from tests.support.builders import hours
from tests.support.events import track
from tests.support.world import World


@pytest.fixture
def world():
    with mock_aws():
        yield World(datetime(2026, 11, 24, 12, tzinfo=UTC))


def outcomes(world):
    return [(row["choice"], row["touch"]) for row in world.decisions("ada", "outcome")]


def messaged(world, **consents):
    known(world, **consents)
    abandons_in_trouble(world)
    world.run(timedelta(days=3, hours=12))
    [journey] = world.customers.load("ada").journeys
    return journey


def test_the_link_that_unsubscribes_is_a_harm_of_its_message_once(world):
    journey = messaged(world, consents=("email",))
    for _ in range(3):
        Unsubscribing(world.steps).unsubscribe(LinkClaim("ada", journey, "email", "en"), ["email"])

    assert outcomes(world) == [("unsubscribed", "1")]


def test_a_link_of_weeks_ago_is_no_outcome_any_more(world):
    journey = messaged(world, consents=("email",))
    world.run(timedelta(days=20))
    Unsubscribing(world.steps).unsubscribe(LinkClaim("ada", journey, "email", "en"), ["email"])

    assert outcomes(world) == []
    assert world.customers.load("ada").consent.refused("email")


def test_not_now_on_the_site_is_a_harm_of_its_message_once(world):
    messaged(world, consents=())
    customer = world.customers.load("ada")
    [note] = customer.notes
    answers = Answers(world.steps, None, "bus", may_show=True)
    for answer in ("shown", "not_now", "not_now"):
        body = json.dumps({"note_id": note, "answer": answer, "view": "v1"})
        told = answers.take({"body": body}, "ada", world.customers.load("ada"))
        assert told["statusCode"] == 200

    assert outcomes(world) == [("snoozed", "1")]


def test_who_asks_for_help_answered_and_needed_a_person(world):
    messaged(world)
    world.publish(track("ada", "Message Replied", world.now, text="Please help me, I cannot pay", channel="sms"))
    world.run(hours(1))

    assert sorted(outcomes(world)) == [("case_opened", "1"), ("replied", "1")]


def test_a_case_that_our_own_rules_opened_says_nothing_about_the_customer(world):
    known(world, locale="xx-none")
    abandons_in_trouble(world)
    world.run(timedelta(days=4))

    assert "no_approved_text" in str(world.decisions("ada", "escalation"))
    assert "case_opened" not in [kind for kind, _ in outcomes(world)]
