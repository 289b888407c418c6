"""The way into the lake: every new decision once, in its columns, packed, and about nobody anyone could name."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from attune.domain.sealing import row_hash
from functions.export_decisions.exporting import COLUMNS, RECORD_BYTES, Exporter, ExportError, pack
from tests.support.events import identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
COLUMN_TYPES = {"S": str, "N": int, "BOOL": bool}


class Firehose:
    """Keeps what it is given; refuses the given number of records at first."""

    def __init__(self, refusing: int = 0) -> None:
        self.refusing = refusing
        self.calls: list[list[bytes]] = []

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list[dict[str, bytes]]) -> dict[str, int]:  # noqa: N803 - AWS's names
        assert DeliveryStreamName == "lake"
        self.calls.append([record["Data"] for record in Records])
        return {"FailedPutCount": self.refusing}

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for call in self.calls for data in call for line in data.decode().splitlines()]


class Store:
    """Keeps what is announced, with how many calls Firehose had had by then."""

    def __init__(self, firehose: Firehose | None = None) -> None:
        self.firehose = firehose
        self.told: list[tuple[dict[str, str], int]] = []

    def announce(self, day: date, rows: dict[str, str]) -> None:
        self.told.append((rows, len(self.firehose.calls) if self.firehose else 0))


def image(number: int = 0, **changes: dict[str, Any]) -> dict[str, Any]:
    texts = {name: {"S": name} for name, kind in COLUMNS.items() if kind == "S"}
    numbers = {"touch": {"N": "1"}, "expires_at": {"N": "1800000000"}, "schema_version": {"N": "2"}}
    flags = {"automated": {"BOOL": True}, "dry_run": {"BOOL": False}}
    keys = {"pk": {"S": "subject"}, "sk": {"S": f"time#{number}"}}
    return {**keys, **texts, **numbers, **flags, "decision_id": {"S": str(number)}, **changes}


def inserted(row: dict[str, Any]) -> dict[str, Any]:
    return {"eventName": "INSERT", "dynamodb": {"NewImage": row}}


def test_a_row_has_exactly_the_lakes_columns_in_their_types():
    firehose = Firehose()

    assert Exporter(firehose, "lake", Store()).export([inserted(image())]).rows == 1  # type: ignore[arg-type]

    [row] = firehose.lines
    assert list(row) == list(COLUMNS)
    assert {name: type(value) for name, value in row.items()} == {
        name: COLUMN_TYPES[kind] for name, kind in COLUMNS.items()
    }


def test_rows_are_announced_by_what_the_lake_will_hold_before_they_leave():
    firehose = Firehose()
    store = Store(firehose)

    Exporter(firehose, "lake", store).export(inserted(image(n)) for n in range(3))  # type: ignore[arg-type]

    [(announced, calls_before)] = store.told
    assert calls_before == 0
    assert announced == {row["decision_id"]: row_hash(row) for row in firehose.lines}


def test_defective_records_are_exported_and_counted():
    firehose = Firehose()
    whole, defective = image(1, defects={"S": ""}), image(2, defects={"S": "there is no reason"})

    exported = Exporter(firehose, "lake", Store()).export(map(inserted, [whole, defective]))  # type: ignore[arg-type]

    assert (exported.rows, exported.defective) == (2, 1)
    assert [row["defects"] for row in firehose.lines] == ["", "there is no reason"]


def test_a_row_of_an_older_schema_or_with_unknown_fields_is_exported_with_the_columns_there_are():
    old = {name: value for name, value in image(1).items() if name not in {"schema_version", "defects"}}
    firehose = Firehose()

    Exporter(firehose, "lake", Store()).export([inserted({**old, "from_the_future": {"S": "x"}})])  # type: ignore[arg-type]

    assert list(firehose.lines[0]) == [name for name in COLUMNS if name not in {"schema_version", "defects"}]


def test_only_new_decisions_are_exported():
    removed = {"eventName": "REMOVE", "dynamodb": {"Keys": {}}}
    modified = {"eventName": "MODIFY", "dynamodb": {"NewImage": image(1)}}
    firehose = Firehose()

    exported = Exporter(firehose, "lake", Store()).export([removed, inserted(image(2)), modified])  # type: ignore[arg-type]

    assert exported.rows == 1
    assert [row["decision_id"] for row in firehose.lines] == ["2"]


def test_nothing_new_asks_nobody():
    firehose = Firehose()

    assert Exporter(firehose, "lake", Store()).export([]).rows == 0  # type: ignore[arg-type]
    assert firehose.calls == []


def test_many_rows_share_a_record_and_none_is_lost():
    firehose = Firehose()

    Exporter(firehose, "lake", Store()).export(inserted(image(n)) for n in range(100))  # type: ignore[arg-type]

    assert [len(call) for call in firehose.calls] == [1]
    assert [row["decision_id"] for row in firehose.lines] == [str(n) for n in range(100)]


def test_a_large_batch_keeps_to_firehoses_limits():
    firehose = Firehose()
    long = {"reasons": {"S": "x" * 100_000}}

    Exporter(firehose, "lake", Store()).export(inserted(image(n, **long)) for n in range(100))  # type: ignore[arg-type]

    assert len(firehose.lines) == 100
    assert len(firehose.calls) > 1
    for call in firehose.calls:
        assert len(call) <= 500
        assert sum(map(len, call)) <= 4 * 1024 * 1024
        assert all(len(data) <= 1_024_000 for data in call)


@given(st.lists(st.integers(1, 300_000).map("x".__mul__), max_size=12))
def test_packing_keeps_order_loses_nothing_and_stays_small(rows):
    packed = list(pack(rows))

    assert b"".join(packed).decode().splitlines() == rows
    assert all(len(data) <= RECORD_BYTES for data in packed)
    assert all(data.endswith(b"\n") for data in packed)


def test_a_refused_record_makes_the_stream_come_again():
    with pytest.raises(ExportError, match="refused 2 of 1"):
        Exporter(Firehose(refusing=2), "lake", Store()).export([inserted(image())])  # type: ignore[arg-type]


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON)


def test_the_log_of_a_whole_life_names_nobody_and_quotes_nothing(world):
    """Name, addresses, id, words of replies: none may be found in any row that leaves for the lake."""
    traits = {
        "firstName": "Wilhelmina",
        "email": "mina@post.example",
        "phone": "+447700900777",
        "locale": "en",
        "timezone": "Europe/London",
    }
    world.publish(
        identify("customer-4711", world.now, **traits),
        track("customer-4711", "Consent Granted", world.now, channels=["sms", "email"], source="checkout"),
        track("customer-4711", "Product Added", world.now, cart_id="cart-0815"),
        track("customer-4711", "Products Searched", world.now, query="voucher for my husband"),
        track("customer-4711", "Form Failed", world.now),
    )
    world.run(timedelta(days=5))
    world.publish(
        track("customer-4711", "Message Replied", world.now, text="help, my platinum card fails", channel="sms")
    )
    world.run(timedelta(days=9))
    world.publish(track("customer-4711", "Message Replied", world.now, text="STOP now Dracula", channel="sms"))
    world.run(timedelta(days=1))
    rows = world.dynamodb.scan(TableName="decisions")["Items"]
    firehose = Firehose()

    Exporter(firehose, "lake", Store()).export(map(inserted, rows))  # type: ignore[arg-type]

    kinds = {row["kind"] for row in firehose.lines}
    assert kinds >= {"moment", "tone", "delay", "contact", "consent", "escalation"}
    assert {row["defects"] for row in firehose.lines} == {""}
    everything = json.dumps(firehose.lines).casefold()
    # None of these can be part of a hash by chance: each has a letter that is no hex digit, or is too long.
    secrets = (
        "wilhelmina",
        "mina@",
        "7700900777",
        "customer-4711",
        "cart-0815",
        "husband",
        "platinum",
        "dracula",
        "voucher",
    )
    for secret in secrets:
        assert secret not in everything
