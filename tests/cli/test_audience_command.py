"""`attune audience`: what the last lists hold, and a clear word where there are none."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from attune.adapters.audience_store import AudienceStore
from attune_cli.commands import audience
from attune_cli.main import app

DAY = datetime.now(UTC).date()


def manifest(**changes: Any) -> dict[str, Any]:
    """Return the manifest of a day with one list that is written and one that is too small."""
    reasons = {"opted_out": 1200, "in_journey": 34}
    lists = [
        {"platform": "google", "list": "keep_away", "state": "written", "rows": 1234, "reasons": reasons},
        {"platform": "meta", "list": "keep_away", "state": "too_small", "rows": 7, "reasons": {"open_case": 7}},
    ]
    plain = {
        "day": DAY.isoformat(),
        "as_of": datetime.now(UTC).isoformat(),
        "stage": "prod",
        "rules": "audience-1",
        "people": 1234,
        "left_out": {"country_off": 3, "regulatory_flag": 12},
        "lists": lists,
    }
    return {**plain, **changes}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[AudienceStore]:
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="lists")
        stage = SimpleNamespace(session=boto3.Session(), output={"AudienceBucket": "lists"}.__getitem__, is_local=False)
        monkeypatch.setattr(audience, "chosen_stage", lambda *_: stage)
        yield AudienceStore(s3, "lists")


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["audience", *words])
    return result.exit_code, result.stdout, result.stderr


def test_it_tells_how_many_on_which_list_and_why(store):
    store.put_manifest(DAY, manifest())

    code, text, errors = run()

    assert (code, errors) == (0, "")
    assert "1,234 people kept away" in text
    assert "1,200 opted out, 34 in journey" in text
    assert "too few: no file" in text
    assert "left out: 12 regulatory flag, 3 country off" in text


def test_as_json_it_is_the_manifest_itself(store):
    store.put_manifest(DAY, manifest())

    code, text, _ = run("--json")

    assert code == 0
    assert json.loads(text)["people"] == 1234


def test_the_last_day_is_shown_unless_another_is_asked_for(store):
    store.put_manifest(DAY, manifest())
    store.put_manifest(DAY - timedelta(days=1), manifest(people=1))

    assert "1 person kept away" in run("--day", (DAY - timedelta(days=1)).isoformat())[1]
    assert "1,234 people" in run()[1]


def test_a_day_without_lists_names_the_last_one(store):
    store.put_manifest(DAY, manifest())

    code, _, errors = run("--day", "2026-01-01")

    assert code == 1
    assert "no lists of 2026-01-01" in errors
    assert f"--day {DAY}" in errors


@pytest.mark.usefixtures("store")
def test_what_is_no_day_and_a_stage_without_lists_get_a_clear_answer():
    assert run("--day", "tomorrow")[0] == 2
    code, _, errors = run()
    assert code == 1
    assert "no lists have been made yet" in errors


def test_a_missing_run_is_noticed(store):
    long_ago = datetime.now(UTC) - timedelta(days=2)
    store.put_manifest(long_ago.date(), manifest(as_of=long_ago.isoformat()))

    assert "these lists are old" in run()[2]


def test_where_nothing_is_switched_on_it_says_where_to_do_so(store):
    store.put_manifest(DAY, manifest(lists=[], people=0, left_out={}))

    assert "no platform is switched on for the stage prod: templates/audience.yaml" in run()[1].replace("\n", " ")


def test_days_are_told_in_order(store):
    for day in (DAY, DAY - timedelta(days=3), DAY - timedelta(days=1)):
        store.put_manifest(day, manifest())

    assert store.days() == sorted({DAY, DAY - timedelta(days=3), DAY - timedelta(days=1)})
    assert isinstance(store.days()[0], date)
