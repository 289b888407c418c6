"""Who is asked for a go-ahead, and how often: crashes, retries, merges, and what would not be sent anyway."""

import json
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from moto import mock_aws

from attune.adapters.go_ahead_messages import read_go_ahead
from tests.support.events import identify, track
from tests.support.go_aheads import (
    BOOK,
    DAY,
    HOUR,
    MINUTE,
    TUESDAY_NOON,
    answer,
    asked,
    needs_go_ahead,
    stored,
    told,
)
from tests.support.stage import a_stage, handler
from tests.support.steps import in_journeys, step
from tests.support.world import World


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        needs_go_ahead(world, within=8 * HOUR)
        yield world


def test_a_step_that_is_tried_again_asks_nobody_twice(world):
    [journey] = in_journeys(world)
    payload = step(world, journey)

    waits = [world.sending.send(payload)["wait_until"] for _ in range(3)]

    assert len(world.support.messages) == len(set(waits)) == 1
    assert told(world, "go_ahead") == [("asked", "approval_required")]


def test_whoever_died_before_support_had_the_request_puts_it_there_the_next_time(world, monkeypatch):
    [journey] = in_journeys(world)
    monkeypatch.setattr(world.support, "send", lambda *_: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        world.sending.send(step(world, journey))
    monkeypatch.undo()

    world.sending.send(step(world, journey))

    assert [message["request_id"] for message in world.support.messages] == [stored(world).request_id]


@pytest.mark.parametrize("why", ["dry_run", "kill_switch", "holdout", "no_consent", "case"])
def test_nobody_is_asked_about_what_would_not_be_sent_anyway(world, why):
    [journey] = in_journeys(world)
    match why:
        case "dry_run":
            world.sending = replace(world.sending, dry_run=True)
        case "kill_switch":
            world.sending = replace(world.sending, sending_enabled=False)
        case "holdout":
            book = world.steps.playbooks[BOOK]
            world.steps.playbooks[BOOK] = replace(book, audience=replace(book.audience, holdout_percent=100.0))
        case "no_consent":
            world.publish(track("ada", "Consent Withdrawn", world.now, channels=["sms"]))
        case "case":
            world.publish(track("ada", "Message Replied", world.now, text="Please help me", channel="sms"))
            world.run(MINUTE)
            world.support.messages.clear()

    world.sending.send(step(world, journey))

    assert world.support.messages == []
    assert told(world, "go_ahead") == []


def test_of_many_looks_at_once_exactly_one_sends(world):
    [journey] = in_journeys(world)
    world.sending.send(step(world, journey))
    answer(world, read_go_ahead(json.dumps(world.support.messages[0])))
    world.run(MINUTE)

    outcomes = [world.sending.send(step(world, journey))["outcome"] for _ in range(5)]

    assert outcomes == ["sent"] * 5
    assert len(world.texts) == 1


def test_a_merge_takes_the_request_along(world):
    request = asked(world)
    world.publish(
        identify("ada-2", world.now), {**track("ada-2", "x", world.now), "type": "alias", "previousId": "ada"}
    )
    ada = world.customers.load("ada")
    assert ada is not None

    answer(world, request)
    world.run(HOUR)

    assert len(world.texts) == 1


def test_a_browser_may_not_answer_for_people(world):
    request = asked(world)
    call = track("ada", "Touch Approved", world.now, request_id=request.request_id)
    world.publish({**call, "context": {"library": {"name": "analytics.js"}}})
    world.run(10 * DAY)

    assert world.texts == []
    assert [message["reason"] for message in world.quarantine.messages] == ["not_from_a_server"]


def test_the_deployed_function_puts_the_request_on_supports_own_queue(monkeypatch):
    with a_stage(monkeypatch):
        sender = handler("send_message")
        sender.wire.cache_clear()
        sending = sender.wire()
        there = SimpleNamespace(customers=sending.steps.customers, now=sending.steps.clock.now())
        [journey] = in_journeys(there)  # type: ignore[arg-type]
        book = sending.steps.playbooks[BOOK]
        asks = replace(book, touches=(replace(book.touches[0], approval="required"),))
        monkeypatch.setitem(sending.steps.playbooks, BOOK, asks)

        assert sender.lambda_handler(step(there, journey), None)["outcome"] == "held"  # type: ignore[arg-type]

        queue = sending.go_aheads.support_queue
        [message] = queue.client.receive_message(QueueUrl=queue.url)["Messages"]
        assert read_go_ahead(message["Body"]).display_name == "Ada"
        sender.wire.cache_clear()
