"""What brings a person in, each switched by the playbook; distress is not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.queues import EscalationRequest
from attune.domain.playbook_rules import Audience
from tests.support.events import identify, track
from tests.support.steps import in_journeys
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAYBOOK = "cart_abandonment"


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def switch(world: World, **switches: bool) -> None:
    playbook = world.steps.playbooks[PLAYBOOK]
    world.steps.playbooks[PLAYBOOK] = replace(  # type: ignore[index]
        playbook, audience=Audience(), escalation=replace(playbook.escalation, **switches)
    )


def gets_stuck(world: World, *, failures: int = 1, **traits: Any) -> None:
    known = {"firstName": "Ada", "phone": "+447700900001", "locale": "en", "timezone": "Europe/London"}
    world.publish(identify("ada", world.now, **known, **traits))
    world.publish(track("ada", "Product Added", world.now, cart_id="cart-1"))
    for _ in range(failures):
        world.publish(track("ada", "Form Failed", world.now, cart_id="cart-1"))
    world.run(HOUR)


def cases(world: World) -> list[tuple[str, str]]:
    return [(case["trigger"], case["priority"]) for case in (*world.urgent.messages, *world.support.messages)]


@pytest.mark.parametrize(
    ("switched", "trait", "trigger"),
    [("vip", {"vip": True}, "vip"), ("regulatory_flag", {"regulatoryFlag": True}, "regulatory_flag")],
)
def test_a_hard_moment_of_somebody_who_matters_goes_to_a_person_where_the_playbook_says_so(
    world, switched, trait, trigger
):
    switch(world, **{switched: True})
    gets_stuck(world, failures=3, **trait)

    assert world.choices("ada", "moment") == ["handed_over"]
    assert cases(world) == [(trigger, "urgent")]
    assert not world.executions


@pytest.mark.parametrize("trait", [{"vip": True}, {"regulatoryFlag": True}])
def test_by_default_they_get_a_journey_like_everybody(world, trait):
    switch(world)
    gets_stuck(world, failures=3, **trait)

    assert world.choices("ada", "moment") == ["started"]
    assert cases(world) == []


def test_others_get_a_journey_also_where_vips_get_a_person(world):
    switch(world, vip=True, regulatory_flag=True)
    gets_stuck(world, failures=3)

    assert world.choices("ada", "moment") == ["started"]


def test_a_playbook_can_have_a_person_answer_every_moment_once(world):
    switch(world, always=True)
    gets_stuck(world)
    world.watch_queue.consumer(json.dumps(world.watch_queue.messages[-1]))
    world.run(HOUR)

    assert cases(world) == [("playbook", "normal")]
    assert world.choices("ada", "moment") == ["handed_over"]


@pytest.mark.parametrize(
    ("switched", "trigger"),
    [
        ("reply_asks_for_help", "asked_for_help"),
        ("wants_a_person", "wants_a_person"),
        ("sentiment_dip", "sentiment_dip"),
    ],
)
@pytest.mark.parametrize("on", [True, False])
def test_each_kind_of_reply_is_switched_by_itself(world, switched, trigger, on):
    switch(world, **{switched: on})
    in_journeys(world)
    request = EscalationRequest(customer_id="ada", trigger=trigger, at=world.now, message_id="m1", text="hello")
    world.escalations.send(request)
    world.run(HOUR)

    assert world.choices("ada", "escalation")[0] == ("opened" if on else "switched_off")
    assert [found for found, _ in cases(world)] == ([trigger] if on else [])


def test_distress_cannot_be_switched_off(world):
    switch(world, reply_asks_for_help=False, wants_a_person=False, sentiment_dip=False, reply=False)
    in_journeys(world)
    world.escalations.send(
        EscalationRequest(customer_id="ada", trigger="distress", at=world.now, message_id="m1", text="…")
    )
    world.run(HOUR)

    assert cases(world) == [("distress", "urgent")]
