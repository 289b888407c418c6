"""Who may post events: keys, and Zendesk's signature."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.support.posted import (
    CALL,
    KEY,
    NOW,
    OLD_KEY,
    FakeBus,
    FakeSecret,
    post,
    receiver,
    request,
    webhook,
)


@pytest.mark.parametrize("key", [KEY, OLD_KEY])
def test_every_key_in_the_secret_opens_so_that_keys_can_be_exchanged(key: str) -> None:
    assert post(CALL, x_attune_key=key)[0] == 202


@pytest.mark.parametrize("user", [f"{KEY}:", f"{KEY}:ignored", KEY])
def test_the_key_may_be_the_user_of_basic_auth_as_segments_libraries_send_it(user: str) -> None:
    basic = base64.b64encode(user.encode()).decode()

    assert post(CALL, x_attune_key="", authorization=f"Basic {basic}")[0] == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"x_attune_key": ""},
        {"x_attune_key": "wrong"},
        {"x_attune_key": KEY[:-1]},
        {"x_attune_key": "", "authorization": "Basic !!!"},
        {"x_attune_key": "", "authorization": f"Bearer {KEY}"},
        {"x_attune_key": "", "authorization": "Basic"},
        {"x_attune_key": "", "authorization": "Basic Og=="},
    ],
)
def test_without_a_valid_key_nothing_reaches_the_bus_and_the_answer_says_where_it_goes(headers: dict[str, str]) -> None:
    bus = FakeBus()

    status, said = post(CALL, bus, **headers)

    assert status == 401
    assert "x-attune-key" in said["error"]
    assert not bus.requests


def test_a_secret_without_keys_opens_to_nobody() -> None:
    class Empty(FakeSecret):
        def keys(self) -> dict[str, str]:
            return {}

    answer = receiver(FakeBus(), keys=Empty()).receive(request(CALL, x_attune_key=""))

    assert answer["statusCode"] == 401


def test_a_key_that_cannot_be_checked_makes_the_sender_come_again() -> None:
    answer = receiver(FakeBus(), keys=FakeSecret()).receive(request(CALL))

    assert answer["statusCode"] == 503
    assert answer["headers"]["retry-after"]


def test_the_key_itself_never_travels_on() -> None:
    bus = FakeBus()

    post({"writeKey": KEY, "batch": [{**CALL, "writeKey": KEY}]}, bus)
    post({**CALL, "writeKey": KEY}, bus)

    assert bus.details() == [CALL, CALL]


def test_a_signed_webhook_goes_on_the_bus_as_it_came() -> None:
    bus, body = FakeBus(), {"type": "zen:event-type:ticket.comment_added", "detail": {"id": "1"}, "text": "Grüße"}

    assert receiver(bus).receive(webhook(json.dumps(body, ensure_ascii=False)))["statusCode"] == 202
    assert bus.types() == ["zendesk"]
    assert bus.details() == [body]


def test_the_signature_is_the_one_that_zendesks_own_description_gives() -> None:
    stamp, body = "2026-11-24T11:59:58Z", '{"say": "hello"}'
    # base64(HMAC-SHA256("zendesk-signing-secret-0123456789", stamp + body)), by openssl
    signature = "+UiQV7luMG9/1TZDTnBP1snX87jwnx3grg9G8d25dGE="
    headers = {"x_zendesk_webhook_signature": signature, "x_zendesk_webhook_signature_timestamp": stamp}

    answer = receiver(FakeBus()).receive(request(body, route="POST /events/zendesk", **headers))

    assert answer["statusCode"] == 202


@pytest.mark.parametrize(
    "sent",
    [
        webhook({"a": 1}, secret="another-secret-0123456789"),
        webhook({"a": 1}, at=NOW - timedelta(minutes=5, seconds=1)),
        webhook({"a": 1}, at=NOW + timedelta(minutes=5, seconds=1)),
        webhook({"a": 1}, x_zendesk_webhook_signature=""),
        webhook({"a": 1}, x_zendesk_webhook_signature="ü"),
        webhook({"a": 1}, x_zendesk_webhook_signature_timestamp=""),
        webhook({"a": 1}, x_zendesk_webhook_signature_timestamp="yesterday"),
        {**webhook({"a": 1}), "body": '{"a": 2}'},
        request({"a": 1}, route="POST /events/zendesk"),
    ],
)
def test_a_webhook_that_zendesk_did_not_sign_just_now_is_refused(sent: dict[str, Any]) -> None:
    bus = FakeBus()

    assert receiver(bus).receive(sent)["statusCode"] == 401
    assert not bus.requests


@pytest.mark.parametrize("seconds", [-299, 0, 299])
def test_clocks_may_differ_by_some_minutes(seconds: int) -> None:
    sent = webhook({"a": 1}, at=NOW + timedelta(seconds=seconds))

    assert receiver(FakeBus()).receive(sent)["statusCode"] == 202


@pytest.mark.parametrize("body", ["[1]", "text", ""])
def test_a_signed_webhook_that_is_no_object_is_refused_with_a_reason(body: str) -> None:
    answer = receiver(FakeBus()).receive(webhook(body))

    assert answer["statusCode"] == 400
    assert "JSON" in json.loads(answer["body"])["error"]
