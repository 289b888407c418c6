"""The log as it is deployed: announced, exported, sealed by the function itself, verified, and whole after forgetting."""

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from typer.testing import CliRunner

from attune.adapters.lake_rows import LakeRows
from attune.adapters.seal_store import SealStore
from attune_cli.auditing.verifying import Verified, verify
from attune_cli.main import app
from tests.e2e.conftest import PATIENCE, Deployed, eventually
from tests.support.events import identify, track

WHO = "audited-1"


@cache
def today() -> date:
    """Return the day of this module's story: the one it begins on, not the one on which the tests were collected."""
    return datetime.now(UTC).date()


def tomorrow() -> datetime:
    """Return noon of the day after, when today is over."""
    return datetime.combine(today() + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=12)


def run(deployed: Deployed, *arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments, "--endpoint-url", deployed.aws.endpoint])


def lake(deployed: Deployed) -> LakeRows:
    return LakeRows(deployed.aws.stage().athena())


def store(deployed: Deployed) -> SealStore:
    return SealStore(deployed.client("s3"), deployed.outputs["EvidenceBucket"])


def verified(deployed: Deployed) -> Verified:
    return verify(lake(deployed), store(deployed), first=today(), last=today(), head="", now=tomorrow())


@pytest.fixture(scope="module")
def told(deployed: Deployed) -> set[str]:
    """Let a customer say something; return which decisions about them are in the lake, and sealed."""
    now = datetime.now(UTC)
    deployed.publish(
        identify(WHO, now, email="audited@example.com", locale="de-AT", segment="vip"),
        track(WHO, "Consent Granted", now, channels=["email", "sms"], source="checkout"),
        track(WHO, "Consent Withdrawn", now + timedelta(seconds=2), channels=["sms"], source="preferences"),
    )
    written = eventually(lambda: len(deployed.decisions(WHO)) >= 2, seconds=PATIENCE)
    assert written, deployed.decisions(WHO)
    ids = {row["decision_id"] for row in deployed.decisions(WHO)}
    arrived = eventually(lambda: ids <= set(lake(deployed).by_day(today(), today()).get(today(), {})), seconds=PATIENCE)
    assert arrived
    asked = json.dumps({"time": tomorrow().isoformat()})
    deployed.client("sqs").send_message(QueueUrl=deployed.outputs["SealRunsQueueUrl"], MessageBody=asked)
    assert eventually(lambda: store(deployed).seals(), seconds=PATIENCE)
    return ids


def test_the_deployed_functions_announce_export_and_seal(deployed: Deployed, told: set[str]) -> None:
    seal = store(deployed).seals()[0]

    assert (seal.day, seal.missing_rows, seal.unannounced_rows) == (today().isoformat(), 0, 0)
    assert told <= set(store(deployed).rows_of([seal])[seal.name])


def test_one_customer_is_answered_in_a_table_in_sentences_and_as_csv(deployed: Deployed, told: set[str]) -> None:
    table = run(deployed, "audit", "why_customer", "--customer", WHO)
    plain = run(deployed, "audit", "why_customer", "--customer", WHO, "--plain")
    csv = run(deployed, "audit", "consent_changes", "--csv")

    assert (table.exit_code, plain.exit_code, csv.exit_code) == (0, 0, 0)
    assert "withdrawn" in table.stdout
    assert "consent withdrawn" in plain.stdout
    assert csv.stdout.splitlines()[0] == "day,channel,choice,source,changes,customers"


def test_forgetting_a_customer_leaves_the_log_verifiable(deployed: Deployed, told: set[str]) -> None:
    before = verified(deployed)
    forgotten = run(deployed, "forget", WHO, "--yes")
    assert forgotten.exit_code == 0, forgotten.output
    assert deployed.decisions(WHO) == []

    after = verified(deployed)

    # Other tests of this session go on deciding: what they add since is in no seal yet, and says nothing here.
    for found in (before, after):
        assert found.chain.problems == ()
        assert (found.days[0].differences.missing, found.days[0].differences.changed) == ((), ())
    assert told <= set(lake(deployed).by_day(today(), today())[today()])


def test_verify_ends_with_1_and_the_day_where_a_seal_is_missing(deployed: Deployed, told: set[str]) -> None:
    yesterday = (today() - timedelta(days=1)).isoformat()
    result = run(deployed, "audit", "verify", "--from", (today() - timedelta(days=9)).isoformat(), "--to", yesterday)

    assert result.exit_code == 1
    assert "NO SEAL" in result.stdout
    assert store(deployed).seals()[-1].hash in result.stdout
