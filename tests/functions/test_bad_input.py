"""Bad input: it lands in quarantine with a reason and the original, is counted, and takes nobody down with it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from attune.adapters.queues import Outbox
from attune.adapters.senders import read_event
from attune.domain.errors import ConflictError
from tests.support.events import envelope, identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
GOOD = [envelope(track(name, "Product Added", NOON)) for name in ("ada", "eve")]
BAD = {
    "malformed_json": '{"detail": {"type": "track"',
    "malformed_envelope": json.dumps({"source": "shop", "detail": "text"}),
    "unknown_type": envelope({"type": "shout", "userId": "ada"}, source="shop"),
    "missing_id": envelope({"type": "track", "event": "Product Added", "timestamp": NOON.isoformat()}),
    "id_too_long": envelope(track("x" * 10_000, "Product Added", NOON)),
    "missing_event": envelope(track("ada", "", NOON)),
    "wrong_field": envelope(track("ada", "Feedback Given", NOON, helpful="very")),
    "time_in_future": envelope(track("ada", "Product Added", NOON + timedelta(days=1))),
    "too_large": envelope(track("ada", "Product Added", NOON, notes="x" * 300_000)),
}


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON)


def ids(failed: list[str]) -> list[int]:
    return sorted(int(name.removeprefix("q-")) for name in failed)


@pytest.mark.parametrize(("reason", "body"), BAD.items(), ids=BAD)
def test_an_event_that_does_not_fit_is_kept_with_its_reason_and_goes_no_further(world, reason, body):
    assert world.deliver(body) == []

    [kept] = world.quarantine.messages
    assert (kept["reason"], kept["original"]) == (reason, body)
    assert len(kept["message"]) > 20
    assert kept["quarantined_at"] == NOON.isoformat()
    assert world.tally["quarantined"] == 1
    assert world.customers.load("ada") is None


def test_good_events_beside_bad_ones_go_through(world):
    assert world.deliver(*BAD.values(), *GOOD) == []

    assert [kept["reason"] for kept in world.quarantine.messages] == list(BAD)
    assert (world.tally["quarantined"], world.tally["accepted"], world.tally["failed"]) == (len(BAD), 2, 0)
    assert all(world.customers.load(name) is not None for name in ("ada", "eve"))


def test_the_sender_is_named_where_it_can_be_read(world):
    world.deliver(BAD["unknown_type"], BAD["malformed_json"], "[1]", "[" * 100_000)

    assert [kept["sender"] for kept in world.quarantine.messages] == ["shop", "unknown", "unknown", "unknown"]


def test_what_was_quarantined_can_be_delivered_again_once_it_is_mended(world):
    world.deliver(BAD["wrong_field"])
    original = json.loads(world.quarantine.messages[0]["original"])
    original["detail"]["properties"]["helpful"] = True

    assert world.deliver(json.dumps(original)) == []

    assert world.tally["accepted"] == 1


def test_an_event_of_300_kilobytes_fits_into_a_real_quarantine_queue(world):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="quarantine")["QueueUrl"]
    ingest = replace(world.ingest, quarantine_queue=Outbox(sqs, url))
    body = envelope(track("ada", "Product Added", NOON, notes='"ü' * 60_000))

    failed, tally = ingest.batch([{"messageId": "m", "body": body}])

    [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert (failed, tally["quarantined"]) == ([], 1)
    assert json.loads(message["Body"])["original"] == body


def test_an_event_too_large_for_quarantine_stays_on_its_own_queue_and_the_others_go_through(world):
    """One MB of text is several MB once quoted in JSON; after its retries it lies in the DLQ, whole."""
    sqs = boto3.client("sqs")
    ingest = replace(world.ingest, quarantine_queue=Outbox(sqs, sqs.create_queue(QueueName="quarantine")["QueueUrl"]))
    huge = envelope(track("ada", "Product Added", NOON, notes="\\" * 600_000))

    failed, tally = ingest.batch([{"messageId": "huge", "body": huge}, {"messageId": "good", "body": GOOD[1]}])

    assert failed == ["huge"]
    assert (tally["accepted"], tally["failed"]) == (1, 1)
    assert world.customers.load("eve") is not None


class Broken:
    """A customers table that fails for one customer."""

    def __init__(self, table: Any, customer_id: str, error: Exception) -> None:
        self.table, self.customer_id, self.error = table, customer_id, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)

    def save(self, customer_id: str, item: Any) -> Any:
        if customer_id == self.customer_id:
            raise self.error
        return self.table.save(customer_id, item)


@pytest.mark.parametrize(
    "error", [RuntimeError("broken"), ConflictError("again and again")], ids=["broken", "conflict"]
)
def test_a_customer_who_cannot_be_written_has_only_their_own_events_delivered_again(world, error):
    broken = Broken(world.customers, "ada", error)
    world.ingest = replace(world.ingest, tables=replace(world.ingest.tables, customers=broken))  # type: ignore[arg-type]
    again = envelope(track("ada", "Product Viewed", NOON))

    failed = world.deliver(GOOD[0], GOOD[1], BAD["unknown_type"], again)

    assert ids(failed) == [0, 3]
    assert (world.tally["accepted"], world.tally["failed"], world.tally["quarantined"]) == (1, 2, 1)
    assert world.customers.load("eve") is not None


def test_a_reader_that_breaks_has_only_its_event_delivered_again(world):
    def breaking(body: str, now: datetime) -> Any:
        if body == GOOD[0]:
            raise ZeroDivisionError
        return read_event(body, now)

    world.ingest = replace(world.ingest, read=breaking)

    assert ids(world.deliver(*GOOD)) == [0]
    assert world.customers.load("eve") is not None


def test_an_empty_batch_is_no_trouble(world):
    assert world.deliver() == []


def test_a_customer_id_of_every_allowed_length_is_stored(world):
    for name in ("x" * 256, "👋" * 64, "a#b/c d"):
        assert world.deliver(envelope(identify(name, NOON, firstName="Ada"))) == []
        assert world.customers.load(name).profile.first_name == "Ada"  # type: ignore[union-attr]


def test_the_quarantine_never_sees_what_was_understood(world):
    world.deliver(*GOOD, *GOOD)

    assert world.quarantine.messages == []
    assert world.tally["duplicate"] == 2
