"""The weekly report: one page that loads nothing, by its day and as the latest; a report that failed is asked for again."""

import json

import boto3
import pytest

from attune.adapters.athena import LakeUnreadableError
from attune.adapters.clock import Clock
from attune.domain.clock import ClockScale
from tests.support.report_history import SINCE, UNTIL, Quarter
from tests.support.stage import a_stage, handler

QUARTER = Quarter(3, 400, holdout=0.3)


class FakeLake:
    """Answers as the lake does: everything as text."""

    def __init__(self):
        self.asked = []

    def rows(self, since):
        self.asked.append(since)
        return (
            {name: str(value).lower() if name == "dry_run" else str(value) for name, value in row.items()}
            for row in QUARTER.rows
        )

    def cells(self, since, until):
        return ()


@pytest.fixture
def function(monkeypatch):
    with a_stage(monkeypatch):
        boto3.client("s3").create_bucket(Bucket="lake")
        found = handler("report")
        writer = found.wire()
        lake = FakeLake()
        object.__setattr__(writer, "rows", lake)
        object.__setattr__(writer, "people", lake)
        object.__setattr__(writer, "clock", Clock(ClockScale(), lambda: UNTIL))
        found.lake = lake
        yield found


def ask(function, **body):
    return function.lambda_handler({"Records": [{"messageId": "m", "body": json.dumps(body)}]}, None)


def pages():
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket="lake").get("Contents", [])
    return {one["Key"]: s3.get_object(Bucket="lake", Key=one["Key"]) for one in found}


def test_the_page_lies_under_its_day_and_as_the_latest(function):
    assert ask(function, time=UNTIL.isoformat()) == {"batchItemFailures": []}

    found = pages()
    assert set(found) == {"reports/2026-11-22.html", "reports/latest.html"}
    assert {one["ContentType"] for one in found.values()} == {"text/html; charset=utf-8"}
    text, latest = (one["Body"].read().decode() for one in found.values())
    assert text == latest
    assert "400 people in the log" in text
    assert "friction-adjusted conversion" in text
    assert function.lake.asked == [SINCE]


def test_the_same_message_again_writes_the_same_page(function):
    ask(function, time=UNTIL.isoformat())
    first = pages()["reports/latest.html"]["Body"].read()
    ask(function, time=UNTIL.isoformat())

    assert pages()["reports/latest.html"]["Body"].read() == first


def test_a_report_that_failed_is_given_back_and_leaves_no_page(function):
    def fails(since):
        raise LakeUnreadableError("Athena says: TABLE_NOT_FOUND")

    function.lake.rows = fails

    assert ask(function) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert not pages()
