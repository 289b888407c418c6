"""Seals over real Parquet, by real SQL: what is written, tampered with, forgotten and verified on a local AWS."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from attune.domain.sealing import Verdict
from attune_cli.auditing.verifying import Verified, verify
from tests.support.history import history
from tests.support.lake import Lake, image, local_lake


@cache
def today() -> date:
    """Return the day on which this module's rows arrive: not the one on which the tests were collected."""
    return datetime.now(UTC).date()


def noon() -> datetime:
    """Return tomorrow's noon: then today is over."""
    return datetime.combine(today(), datetime.min.time(), UTC) + timedelta(days=1, hours=12)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with local_lake(tmp_path_factory.mktemp("sealed")) as running:
        yield running


@pytest.fixture(scope="module")
def sealed(lake: Lake) -> Lake:
    """Return a lake whose one day is sealed, with copies in it as the stream makes them."""
    decisions = history()
    lake.export(decisions)
    lake.export(decisions[:10])
    lake.sealer.seal(noon())
    return lake


@pytest.fixture
def restored(sealed: Lake) -> Iterator[Lake]:
    """Return the sealed lake, and put its objects back afterwards."""
    s3, bucket = sealed.client("s3"), sealed.outputs["LakeBucket"]
    kept = {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in sealed.objects()}
    yield sealed
    for key in sealed.objects():
        s3.delete_object(Bucket=bucket, Key=key)
    for key, body in kept.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)


def verified(lake: Lake) -> Verified:
    return verify(lake.rows, lake.store, first=None, last=None, head="", now=noon())


def differences(lake: Lake) -> Any:
    (day,) = [report for report in verified(lake).days if report.verdict is Verdict.DIFFERS]
    return day.differences


def test_what_the_stream_announced_is_what_the_lake_holds_and_what_is_sealed(sealed: Lake) -> None:
    (seal,) = sealed.store.seals()
    expected = {decision.decision_id for decision in history()}

    assert sealed.store.announced([today()]) == sealed.rows.by_day(today(), today())[today()]
    assert set(sealed.store.rows_of([seal])[seal.name]) == expected
    assert (seal.rows, seal.expected, seal.missing_rows, seal.unannounced_rows) == (len(expected), len(expected), 0, 0)
    assert verified(sealed).is_intact


def forged(**changes: dict[str, Any]) -> dict[str, Any]:
    return image(history()[0], **changes)


def other(_: Lake) -> list[dict[str, Any]]:
    """Return a copy of a true row that says something else."""
    return [forged(choice={"S": "withdrawn"})]


def invented(_: Lake) -> list[dict[str, Any]]:
    return [forged(decision_id={"S": "f" * 32})]


@pytest.mark.parametrize(("rows", "way"), [(other, "changed"), (invented, "added")])
def test_a_row_that_is_smuggled_into_the_lake_is_named(
    restored: Lake, rows: Callable[[Lake], list[dict[str, Any]]], way: str
) -> None:
    restored.export_rows(rows(restored), announce=False)

    found = differences(restored)

    assert len(getattr(found, way)) == 1
    assert restored.sealer.seal(noon()).tampered == 1


def test_rows_that_are_taken_out_of_the_lake_are_named(restored: Lake) -> None:
    s3, bucket = restored.client("s3"), restored.outputs["LakeBucket"]
    sizes = {key: s3.head_object(Bucket=bucket, Key=key)["ContentLength"] for key in restored.objects()}
    s3.delete_object(Bucket=bucket, Key=max(sizes, key=sizes.__getitem__))  # the others are copies of some of its rows

    found = differences(restored)

    assert len(sizes) > 1
    assert found.missing
    assert not found.changed
    assert not found.added


def test_the_whole_day_gone_is_no_expired_day(restored: Lake) -> None:
    yesterdays = date.fromisoformat("2026-11-01")
    restored.move_to(yesterdays)

    report = {day.day: day for day in verified(restored).days}

    assert report[today()].verdict is Verdict.DIFFERS
    assert len(report[today()].differences.missing) == len(history())
    assert report[yesterdays].verdict is Verdict.UNSEALED


def test_after_all_that_the_log_is_as_it_was(sealed: Lake) -> None:
    assert verified(sealed).is_intact
