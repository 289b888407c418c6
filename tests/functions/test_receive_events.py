"""Events posted over HTTP: what reaches the bus, and what the sender is told."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from functions.receive_events import handler
from functions.receive_events.publishing import Bus
from functions.receive_events.receiving import Receiver
from tests.support.posted import (
    CALL,
    CLOUDEVENT,
    KEY,
    NOW,
    SIGNING_SECRET,
    FakeBus,
    FakeSecret,
    post,
    receiver,
    request,
    webhook,
)


def test_a_call_goes_on_the_bus_as_it_came() -> None:
    bus = FakeBus()
    call = {**CALL, "properties": {"name": "Schöne Grüße 👋", "price": 1.5, "none": None}}

    status, said = post(call, bus)

    assert (status, said) == (202, {"accepted": 1, "rejected": []})
    (entry,) = bus.taken
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == ("attune", "attune.http", "segment")
    assert json.loads(entry["Detail"]) == call


@pytest.mark.parametrize("wrap", [lambda calls: calls, lambda calls: {"batch": calls}])
def test_several_calls_are_one_event_each_in_order(wrap: Any) -> None:
    bus, calls = FakeBus(), [{**CALL, "messageId": f"m-{number}"} for number in range(25)]

    status, said = post(wrap(calls), bus)

    assert (status, said["accepted"]) == (202, 25)
    assert bus.details() == calls
    assert [len(entries) for entries in bus.requests] == [10, 10, 5]


def test_what_a_batch_says_once_counts_for_each_of_its_calls_and_a_calls_own_word_is_stronger() -> None:
    bus = FakeBus()
    shared = {"context": {"locale": "de", "ip": "1.1.1.1"}, "sentAt": "2026-11-24T12:00:00Z"}
    own = [CALL, {**CALL, "context": {"locale": "en"}}, {**CALL, "context": None}, {**CALL, "context": "odd"}]

    post({**shared, "batch": own}, bus)

    assert [detail["context"] for detail in bus.details()] == [
        {"locale": "de", "ip": "1.1.1.1"},
        {"locale": "en", "ip": "1.1.1.1"},
        {"locale": "de", "ip": "1.1.1.1"},
        "odd",
    ]
    assert {detail["sentAt"] for detail in bus.details()} == {"2026-11-24T12:00:00Z"}


def test_a_large_common_context_is_refused_because_it_would_be_multiplied() -> None:
    status, said = post({"context": {"filler": "x" * 9_000}, "batch": [CALL] * 100})

    assert status == 400
    assert "`context` of the batch" in said["error"]


@pytest.mark.parametrize("content_type", ["application/cloudevents+json", "application/json; charset=utf-8"])
def test_a_cloudevent_goes_on_the_bus_as_it_came(content_type: str) -> None:
    bus = FakeBus()

    status, _ = post(json.dumps(CLOUDEVENT).encode(), bus, content_type=content_type)

    assert status == 202
    assert bus.types() == ["cloudevents"]
    assert bus.details() == [CLOUDEVENT]


def test_a_batch_of_cloudevents_goes_on_one_by_one_in_order_so_that_a_bad_one_stands_alone() -> None:
    bus, events = FakeBus(), [{**CLOUDEVENT, "id": f"e-{number}"} for number in range(30)]

    status, said = post(events, bus, content_type="application/cloudevents-batch+json")

    assert (status, said["accepted"]) == (202, 30)
    assert bus.types() == ["cloudevents"] * 30
    assert bus.details() == events


def test_an_array_may_mix_calls_and_cloudevents() -> None:
    bus = FakeBus()

    assert post([CALL, CLOUDEVENT], bus)[0] == 202
    assert bus.types() == ["segment", "cloudevents"]


def test_an_empty_batch_is_fine() -> None:
    bus = FakeBus()

    assert post({"batch": []}, bus) == (202, {"accepted": 0, "rejected": []})
    assert not bus.requests


def test_a_compressed_body_is_read_as_rudderstacks_libraries_send_it() -> None:
    bus = FakeBus()

    assert post(gzip.compress(json.dumps({"batch": [CALL]}).encode()), bus, content_encoding="gzip")[0] == 202
    assert bus.details() == [CALL]


def test_half_a_character_does_not_stop_an_event() -> None:
    bus = FakeBus()

    assert post('{"type": "track", "event": "cut \\ud83d"}', bus)[0] == 202
    assert bus.details() == [{"type": "track", "event": "cut ?"}]


# What is refused, and with which words.


def test_a_bad_event_does_not_cost_the_good_ones_beside_it() -> None:
    bus = FakeBus()
    bad = ["text", {"event": "no type"}, {"specversion": "1.0", "id": "e"}, {**CALL, "filler": "x" * 300_000}]

    status, said = post([CALL, *bad, CALL], bus)

    assert (status, said["accepted"]) == (202, 2)
    assert [refusal["index"] for refusal in said["rejected"]] == [1, 2, 3, 4]
    assert [refusal["message"].partition(" ")[0] for refusal in said["rejected"]] == ["this", "`type`", "a", "300,083"]
    assert bus.details() == [CALL, CALL]


@pytest.mark.parametrize(
    ("body", "headers", "word"),
    [
        ("", {}, "not JSON (Expecting value at line 1, column 1)"),
        ('{"type": "track",\n "event": }', {}, "line 2, column 11"),
        ('{"type": "track", "value": NaN}', {}, "NaN is not a JSON value"),
        ('{"type": "track", "value": 1e999}', {}, "1e999 is too large a number"),
        (b"\xff\xfe", {}, "not UTF-8 from byte 1 on"),
        ("[" * 100_000, {}, "nested too deeply"),
        ("null", {}, "the body is null"),
        ("17", {}, "the body is a number"),
        ({"batch": "all"}, {}, "`batch` is a text"),
        ({"userId": "c-1"}, {}, "`type` is missing"),
        ([], {"content_type": "application/cloudevents+json"}, "application/cloudevents-batch+json"),
        ({}, {"content_type": "application/cloudevents-batch+json"}, "is an array"),
        ({}, {"content_type": "application/cloudevents+json"}, "specversion is not"),
        ({"a": 1}, {"ce_specversion": "1.0"}, "send structured mode"),
        (b"not gzip", {"content_encoding": "gzip"}, "not gzip"),
    ],
)
def test_what_cannot_be_read_is_answered_with_what_is_wrong_and_what_to_do(
    body: object, headers: dict[str, str], word: str
) -> None:
    bus = FakeBus()

    status, said = post(body, bus, **headers)

    assert status == 400
    assert word in json.dumps(said, ensure_ascii=False)
    assert not bus.requests


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (json.dumps(CALL) + " " * 512 * 1024, {}),
        (gzip.compress(b" " * 50_000_000), {"content_encoding": "gzip"}),
        (json.dumps([1] * 2_501), {}),
    ],
)
def test_too_much_at_once_is_refused_whole(body: object, headers: dict[str, str]) -> None:
    bus = FakeBus()

    status, said = post(body, bus, **headers)

    assert status == 413
    assert "send" in said["error"]
    assert not bus.requests


def test_an_unknown_compression_is_named() -> None:
    status, said = post(b"x", content_encoding="br")

    assert status == 415
    assert "'br'" in said["error"]


# What becomes of it on the bus.


def test_entries_that_fail_are_offered_again_and_only_those() -> None:
    bus, calls = FakeBus("m-3", times=2), [{**CALL, "messageId": f"m-{number}"} for number in range(5)]

    status, said = post(calls, bus)

    assert (status, said["accepted"]) == (202, 5)
    assert [len(entries) for entries in bus.requests] == [5, 1, 1]


def test_a_bus_that_keeps_failing_makes_the_sender_come_again_and_says_what_is_left() -> None:
    bus, calls = FakeBus("m-3", times=99), [{**CALL, "messageId": f"m-{number}"} for number in range(25)]

    answer = receiver(bus).receive(request([*calls, "text"]))
    said = json.loads(answer["body"])

    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"]
    assert said["not_taken"] == [3, *range(10, 25)]
    assert said["accepted"] == 9
    assert [refusal["index"] for refusal in said["rejected"]] == [25]


def test_a_bus_that_cannot_be_reached_makes_the_sender_come_again() -> None:
    with mock_aws():
        unknown = Receiver(Bus(boto3.client("events"), "no-such-bus"), FakeSecret(web=KEY), FakeSecret(), lambda: NOW)
        answer = unknown.receive(request(CALL))

    assert answer["statusCode"] == 503


def test_what_the_bus_will_never_take_is_refused_and_not_offered_again() -> None:
    bus = FakeBus("m-1", times=99, code="MalformedDetail")

    status, said = post([CALL, {**CALL, "messageId": "m-2"}], bus)

    assert (status, said["accepted"]) == (202, 1)
    assert said["rejected"] == [{"index": 0, "message": "the bus refuses it: as told"}]
    assert len(bus.requests) == 1


def test_offering_ends_before_the_sender_stops_listening() -> None:
    slow, ticks = FakeBus("m-1", times=99), iter(range(0, 1000, 10))
    patient = Receiver(
        Bus(slow, "attune", sleep=lambda _: None, clock=lambda: next(ticks)),
        FakeSecret(web=KEY),
        FakeSecret(),
        lambda: NOW,
    )

    assert patient.receive(request(CALL))["statusCode"] == 503
    assert len(slow.requests) == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(st.sampled_from(["type", "batch", "context", "specversion", "id", "source", "sentAt"]), x)
        ),
    )
)
def test_every_event_of_a_request_is_accounted_for_whatever_is_sent(body: object) -> None:
    bus = FakeBus()

    status, said = post(body, bus)

    if "accepted" in said:
        sent = body if isinstance(body, list) else body.get("batch", [body])
        assert said["accepted"] + len(said["rejected"]) == len(sent)
        assert len(bus.taken) == said["accepted"]
    else:
        assert status == 400
        assert said["error"]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Set the function's environment with a bus that leads to a queue; give the queue's URL."""
    with mock_aws():
        events, sqs, secrets = (boto3.client(name) for name in ("events", "sqs", "secretsmanager"))
        url = sqs.create_queue(QueueName="events")["QueueUrl"]
        events.create_event_bus(Name="attune")
        events.put_rule(Name="all", EventBusName="attune", EventPattern=json.dumps({"source": ["attune.http"]}))
        arn = "arn:aws:sqs:us-east-1:123456789012:events"
        events.put_targets(Rule="all", EventBusName="attune", Targets=[{"Id": "queue", "Arn": arn}])
        environment = {"STAGE": "test", "CODE_VERSION": "1", "BUS_NAME": "attune"}
        for variable, value in {"INGEST_KEYS_SECRET": {"web": KEY}, "ZENDESK_SECRET": {"key": SIGNING_SECRET}}.items():
            environment[variable] = secrets.create_secret(Name=variable, SecretString=json.dumps(value))["ARN"]
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        handler.wire.cache_clear()
        yield url
        handler.wire.cache_clear()


def test_the_function_puts_what_is_posted_on_the_bus_of_its_stage(stage: str) -> None:
    real_now = datetime.now(UTC)

    posted = handler.lambda_handler(request([CALL, CLOUDEVENT]), None)
    signed = handler.lambda_handler(webhook({"a": 1}, at=real_now), None)
    refused = handler.lambda_handler(request(CALL, x_attune_key="wrong"), None)

    messages = boto3.client("sqs").receive_message(QueueUrl=stage, MaxNumberOfMessages=10)["Messages"]
    found = sorted((json.loads(message["Body"]) for message in messages), key=lambda event: event["detail-type"])
    assert [posted["statusCode"], signed["statusCode"], refused["statusCode"]] == [202, 202, 401]
    assert [event["detail-type"] for event in found] == ["cloudevents", "segment", "zendesk"]
    assert [event["detail"] for event in found] == [CLOUDEVENT, CALL, {"a": 1}]
