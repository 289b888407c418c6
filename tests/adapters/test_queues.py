"""Queues, clocks, policies and journey starts: the small edges of the functions."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pydantic import ValidationError

from attune.adapters.clock import MAX_QUEUE_DELAY, Clock
from attune.adapters.journey_starter import JourneyStarter
from attune.adapters.queues import EscalationRequest, Outbox, Watch
from attune.domain.clock import parse_scale
from attune.domain.sessions import Moment
from tests.support.builders import NOON, journey
from tests.support.time import Hands

WATCH = Watch(customer_id="ada", session_id="s", playbook="cart", key="k", due_at=NOON)


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def queue() -> tuple[Any, str]:
    sqs = boto3.client("sqs")
    return sqs, sqs.create_queue(QueueName="q")["QueueUrl"]


def received(sqs: Any, url: str) -> list[str]:
    return [
        message["Body"] for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    ]


@pytest.mark.usefixtures("aws")
def test_a_watch_is_read_back_as_the_moment_it_was_sent_for():
    sqs, url = queue()

    Outbox(sqs, url).send(WATCH)

    [body] = received(sqs, url)
    assert Watch.model_validate_json(body).moment == Moment(NOON, "cart", "k")


@pytest.mark.usefixtures("aws")
def test_plain_objects_travel_as_json():
    sqs, url = queue()

    Outbox(sqs, url).send({"reason": "Grüße 👋"})

    assert [json.loads(body) for body in received(sqs, url)] == [{"reason": "Grüße 👋"}]


@pytest.mark.usefixtures("aws")
def test_a_delayed_message_is_not_seen_before_its_time():
    sqs, url = queue()

    Outbox(sqs, url).send(WATCH, delay_seconds=900)

    assert received(sqs, url) == []
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


@pytest.mark.parametrize("model", [Watch, EscalationRequest])
def test_a_message_of_another_shape_is_refused(model):
    with pytest.raises(ValidationError, match="surprise"):
        model.model_validate_json('{"surprise": 1}')


@pytest.mark.parametrize(
    ("speed", "wait", "seconds"),
    [
        (1, timedelta(minutes=10), 600),
        (1, timedelta(seconds=59.2), 60),
        (1, timedelta(0), 1),
        (1, timedelta(seconds=-30), 1),
        (1, timedelta(hours=5), MAX_QUEUE_DELAY),
        (3600, timedelta(minutes=10), 1),
        (60, timedelta(minutes=10), 10),
        (60, timedelta(minutes=10, seconds=1), 11),
    ],
)
def test_a_queue_delay_lasts_at_least_as_long_as_asked_within_what_sqs_can(speed, wait, seconds):
    anchor = "" if speed == 1 else "2026-11-24T12:00:00Z/2026-01-01T00:00:00Z"

    assert Clock(parse_scale(speed, anchor)).queue_delay(wait) == seconds


def test_the_clock_tells_utc_and_maps_waits_to_real_instants():
    fast = Clock(parse_scale(60, "2026-11-24T12:00:00Z/2026-01-01T00:00:00Z"), lambda: NOON + timedelta(minutes=1))

    assert fast.now() == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert fast.to_real(fast.now() + timedelta(hours=1)) == NOON + timedelta(minutes=2)
    before = datetime.now(UTC)
    assert before <= Clock(parse_scale(1, "")).now() <= datetime.now(UTC)


@pytest.mark.usefixtures("aws")
def test_a_journey_is_started_once_under_its_own_name():
    machine = boto3.client("stepfunctions").create_state_machine(
        name="journey",
        definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/journey",
    )["stateMachineArn"]
    client = boto3.client("stepfunctions")
    starter = JourneyStarter(client, machine)

    starter.start(journey(), "ada")
    starter.start(journey(), "ada")

    [execution] = client.list_executions(stateMachineArn=machine)["executions"]
    assert execution["name"] == "cart-1"
    payload = json.loads(client.describe_execution(executionArn=execution["executionArn"])["input"])
    assert payload == {
        "journey_id": "cart-1",
        "customer_id": "ada",
        "playbook": "cart",
        "playbook_version": "1.0.0",
        "key": "k",
        "touch": 1,
        "attempt": 1,
        "plan": {},
    }


def test_the_hands_of_a_test_clock_move_only_when_moved():
    hands = Hands(NOON)
    hands.move(timedelta(hours=1))

    assert hands.clock.now() == NOON + timedelta(hours=1)
