"""Complaints are counted once, deliveries never twice, over shards; who cannot read them is careful."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from attune.adapters.complaint_rate import SHARDS, BrakeReader, ComplaintCounts, fates_of
from attune.domain.complaint_brake import Brake, ComplaintRate, MailDay, rate_of
from tests.support.tables import create_tables

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = NOON.date()


@pytest.fixture
def counts() -> Iterator[ComplaintCounts]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_tables(client)
        yield ComplaintCounts(client, "policies")


def delivered(counts: ComplaintCounts, number: int, at: datetime = NOON) -> None:
    counts.add(fates_of([at] * number, []), today=TODAY)


def complained(counts: ComplaintCounts, *ids: str, at: datetime = NOON, today: date = TODAY) -> None:
    counts.add(fates_of([], [(at, one) for one in ids]), today=today)


def rate(counts: ComplaintCounts) -> ComplaintRate:
    return rate_of(counts.read(TODAY), TODAY)


def test_batches_add_up_over_shards_and_days(counts):
    for number in range(40):
        delivered(counts, 3, NOON - timedelta(days=number % 4))
    complained(counts, "a", "b")
    complained(counts, "c", at=NOON - timedelta(days=3))

    rows = counts.client.scan(TableName="policies")["Items"]

    assert rate(counts) == ComplaintRate(120, 3)
    assert 1 < len(rows) <= SHARDS
    assert counts.read(TODAY)[3] == MailDay(TODAY - timedelta(days=3), 30, 1)


def test_a_complaint_that_comes_again_counts_once_in_whatever_company_it_comes(counts):
    for number in range(30):
        complained(counts, "the same", f"another {number % 2}")

    assert rate(counts).complaints == 3


def test_what_is_older_than_any_window_is_neither_counted_nor_kept(counts):
    complained(counts, "old", at=NOON - timedelta(days=30))
    assert counts.client.scan(TableName="policies")["Items"] == []

    for _ in range(60):  # every shard has an old day
        counts.add(fates_of([NOON - timedelta(days=12)], []), today=TODAY - timedelta(days=12))
    for _ in range(60):
        delivered(counts, 1)

    names = {name for row in counts.client.scan(TableName="policies")["Items"] for name in row}
    assert names == {"pk", "sk", "d_20261124"}
    assert rate(counts) == ComplaintRate(60, 0)


def test_nothing_to_count_writes_nothing(counts):
    counts.add(fates_of([], []), today=TODAY)

    assert counts.client.scan(TableName="policies")["Items"] == []
    assert rate(counts).brake is Brake.OFF


class Seconds:
    """A clock of seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_brake_is_believed_for_a_minute_and_read_again_then(counts):
    seconds, seen = Seconds(), []
    reader = BrakeReader(counts, observe=seen.append, monotonic=seconds)
    assert reader.brake(NOON) is Brake.OFF
    complained(counts, "a", "b")

    seconds.now = 59.9
    before = reader.brake(NOON)
    seconds.now = 60.0
    after = reader.brake(NOON)

    assert (before, after) == (Brake.OFF, Brake.ON)
    assert seen == [ComplaintRate(0, 0), ComplaintRate(0, 2)]
    complained(counts, "c", "d", "e", "f")
    seconds.now = 120.0
    assert reader.brake(NOON) is Brake.STOPPED


class Broken:
    """A table that cannot be read, or that never hands out everything."""

    def __init__(self, answer: Any = None) -> None:
        self.answer, self.asked = answer, 0

    def batch_get_item(self, **request: Any) -> Any:
        self.asked += 1
        if self.answer is None:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "BatchGetItem")
        return self.answer


@pytest.mark.parametrize("answer", [None, {"Responses": {}, "UnprocessedKeys": {"policies": {"Keys": [{}]}}}])
def test_what_cannot_be_read_is_unknown_and_asked_for_again_at_once(answer):
    table, seen = Broken(answer), []
    reader = BrakeReader(ComplaintCounts(table, "policies"), observe=seen.append)  # type: ignore[arg-type]

    assert [reader.brake(NOON), reader.brake(NOON)] == [Brake.UNKNOWN, Brake.UNKNOWN]
    assert seen == [None, None]
    assert table.asked >= 2
