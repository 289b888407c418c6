"""A hundred messages at once: in any order, with one among them that cannot be taken in, and with an end in the middle."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.senders import read_event
from tests.support.events import envelope
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PEOPLE = [f"p{number}" for number in range(8)]
LOOKING = ("Product Viewed", "Products Searched", "Page Reloaded", "Product Added")
VISITS = {"SESSION"}
"""Profiles hold a secret each, which people get in the order in which they are met."""
NOT_AN_EVENT = '{"detail-type": "track", "source": "app.shop", "detail": {"type": "track"'
type Records = list[dict[str, Any]]


class ProcessEndedError(BaseException):
    """Stands for a process that is gone: nothing in it can catch that."""


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON + timedelta(hours=1))


def hundred() -> Records:
    """Return a hundred messages of eight people, in the order in which things happened."""
    calls = (
        {
            "type": "track",
            "userId": PEOPLE[number % len(PEOPLE)],
            "messageId": f"m-{number}",
            "timestamp": (NOON + timedelta(seconds=10 * number)).isoformat(),
            "event": LOOKING[number % 3 if number % 7 else 3],
            "properties": {"cart_id": "cart-1"},
            "context": {"sessionId": "visit", "locale": "en"},
        }
        for number in range(100)
    )
    return [{"messageId": f"q-{number}", "body": envelope(call)} for number, call in enumerate(calls)]


def left_by(world: World) -> tuple[list[Any], set[str]]:
    """Return the rows of customers, and the moments to watch."""
    pages = world.dynamodb.get_paginator("scan").paginate(TableName="customers").build_full_result()
    rows = sorted(pages["Items"], key=lambda row: (row["pk"]["S"], row["sk"]["S"]))
    return rows, {json.dumps(message, sort_keys=True) for message in world.watch_queue.messages}


@pytest.fixture(scope="module")
def undisturbed() -> tuple[list[Any], set[str]]:
    """Return what the hundred leave in order and at once."""
    with mock_aws():
        world = World(NOON + timedelta(hours=1))
        assert world.ingest.batch(hundred()) == ([], {"accepted": 100})
        return left_by(world)


def test_a_hundred_messages_leave_the_same_in_whatever_order_they_come(undisturbed: Any, world: World) -> None:
    shuffled = Random(3).sample(hundred(), k=100)

    failed, tally = world.ingest.batch(shuffled)

    assert (failed, tally) == ([], {"accepted": 100})
    rows, watched = left_by(world)
    in_order, watched_in_order = undisturbed
    assert _of(rows, VISITS) == _of(in_order, VISITS)
    assert len(_of(rows, VISITS)) == len(PEOPLE)
    assert watched == watched_in_order
    assert watched


def test_one_message_that_is_no_event_goes_to_quarantine_and_ninety_nine_are_taken_in(world: World) -> None:
    records = hundred()
    records[41]["body"] = NOT_AN_EVENT

    failed, tally = world.ingest.batch(records)

    assert (failed, tally) == ([], {"accepted": 99, "quarantined": 1})
    assert [message["original"] for message in world.quarantine.messages] == [NOT_AN_EVENT]


def test_one_message_that_nobody_can_handle_comes_again_alone(world: World) -> None:
    records = hundred()

    def stumbling(body: str, now: datetime) -> Any:
        if body == records[41]["body"]:
            raise RuntimeError("a mistake of ours")
        return read_event(body, now)

    failed, tally = replace(world.ingest, read=stumbling).batch(records)
    assert failed == ["q-41"]
    assert tally == {"accepted": 99, "failed": 1}

    assert world.ingest.batch([records[41]]) == ([], {"accepted": 1})
    assert _signals(left_by(world)[0]) == 100


def test_where_a_customer_cannot_be_written_only_their_messages_come_again(world: World) -> None:
    def refuse(params: dict[str, Any], **_: object) -> None:
        if params["Item"]["pk"]["S"] == "CUSTOMER#p3" and params["Item"]["sk"]["S"].startswith("SESSION#"):
            raise RuntimeError("not this one")

    world.dynamodb.meta.events.register("provide-client-params.dynamodb.PutItem", refuse)
    failed, tally = world.ingest.batch(hundred())
    world.dynamodb.meta.events.unregister("provide-client-params.dynamodb.PutItem", refuse)

    theirs = {f"q-{number}" for number in range(100) if number % len(PEOPLE) == 3}
    assert set(failed) == theirs
    assert tally == {"accepted": 100 - len(theirs), "failed": len(theirs)}
    again, _ = world.ingest.batch([record for record in hundred() if record["messageId"] in theirs])
    assert again == []
    assert _signals(left_by(world)[0]) == 100


@pytest.mark.parametrize("writes", [1, 8, 15])
def test_a_process_that_ends_in_the_middle_loses_nothing_and_counts_nothing_twice(
    undisturbed: Any, world: World, writes: int
) -> None:
    seen = []

    def end(params: dict[str, Any], **_: object) -> None:
        seen.append(params)
        if len(seen) > writes:
            raise ProcessEndedError

    world.dynamodb.meta.events.register("provide-client-params.dynamodb.PutItem", end)
    with pytest.raises(ProcessEndedError):
        world.ingest.batch(hundred())
    world.dynamodb.meta.events.unregister("provide-client-params.dynamodb.PutItem", end)

    failed, tally = world.ingest.batch(hundred())  # nobody answered, so all of them come again

    assert failed == []
    assert tally["accepted"] + tally["duplicate"] == 100
    rows, watched = left_by(world)
    whole, watched_undisturbed = undisturbed
    assert _of(rows, VISITS) == _of(whole, VISITS)
    assert watched == watched_undisturbed
    assert _signals(rows) == 100


def _of(rows: list[Any], kinds: set[str]) -> list[Any]:
    return [row for row in rows if row["sk"]["S"].partition("#")[0] in kinds]


def _signals(rows: list[Any]) -> int:
    return sum(len(json.loads(row["data"]["S"])["tail"]) for row in _of(rows, VISITS))
