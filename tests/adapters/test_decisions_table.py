"""The decision log: what was first decided stays, for ninety days, without a word about who it was."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from attune.adapters.decisions_table import DecisionsTable
from attune.domain.decisions import Decision, DecisionKind, Option, Reason, decision_id
from tests.support.builders import NOON
from tests.support.tables import create_tables
from tests.support.time import Hands

DECISION = Decision(
    decision_id=decision_id("cart-1#1#delay"),
    time=NOON,
    kind=DecisionKind.DELAY,
    subject_key="0f" * 16,
    choice="24h",
    reasons=(Reason("policy", "Drawn with probability 0.40."), Reason("quiet_hours", "Held until morning.")),
    journey_id="cart-1",
    playbook="cart",
    playbook_version="1.0.0",
    touch=1,
    inputs={"friction": 0.75, "zone_known": True, "device": "phone"},
    options=(Option("24h", probability=0.4), Option("48h", permitted=False, note="too late")),
    model_version="thompson",
)
COLUMNS = {
    "decision_id",
    "time",
    "kind",
    "subject_key",
    "journey_id",
    "playbook",
    "playbook_version",
    "touch",
    "choice",
    "reason_code",
    "reasons",
    "inputs",
    "options",
    "automated",
    "dry_run",
    "model_version",
    "code_version",
    "expires_at",
    "schema_version",
    "defects",
}


@pytest.fixture
def hands() -> Hands:
    return Hands(NOON)


@pytest.fixture
def dynamodb() -> Iterator[object]:
    with mock_aws():
        client = boto3.client("dynamodb")
        create_tables(client)
        yield client


@pytest.fixture
def table(dynamodb, hands) -> DecisionsTable:
    return DecisionsTable(dynamodb, "decisions", hands.clock, "abc123")


def rows(dynamodb) -> list[dict]:
    items = dynamodb.scan(TableName="decisions")["Items"]
    return [{name: next(iter(value.values())) for name, value in item.items()} for item in items]


def test_a_decision_is_written_with_everything_that_was_known_possible_and_chosen(dynamodb, table):
    table.record(DECISION)

    [row] = rows(dynamodb)
    assert (row["pk"], row["sk"]) == ("0f" * 16, f"2026-11-24T12:00:00.000Z#{DECISION.decision_id}")
    assert (row["kind"], row["choice"], row["reason_code"], row["touch"]) == ("delay", "24h", "policy", "1")
    assert json.loads(row["reasons"])[1] == {"code": "quiet_hours", "text": "Held until morning."}
    assert json.loads(row["inputs"]) == {"friction": 0.75, "zone_known": True, "device": "phone"}
    assert json.loads(row["options"]) == [
        {"name": "24h", "probability": 0.4, "permitted": True, "note": ""},
        {"name": "48h", "probability": None, "permitted": False, "note": "too late"},
    ]
    assert (row["automated"], row["dry_run"], row["code_version"]) == (True, False, "abc123")


def test_what_was_first_decided_stays(dynamodb, table):
    table.record(DECISION)
    table.record(replace(DECISION, choice="48h"))

    assert [row["choice"] for row in rows(dynamodb)] == ["24h"]


def test_decisions_of_one_subject_sort_by_time(dynamodb, table):
    for minutes in (5, 1, 3):
        time = NOON + timedelta(minutes=minutes)
        table.record(replace(DECISION, decision_id=decision_id(str(minutes)), time=time))

    found = dynamodb.query(
        TableName="decisions",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "0f" * 16}},
    )["Items"]
    assert [row["time"]["S"][14:16] for row in found] == ["01", "03", "05"]


@pytest.mark.parametrize("late_by", [timedelta(0), timedelta(days=40)])
def test_a_decision_is_kept_for_ninety_days_from_when_it_was_written(dynamodb, table, hands, late_by):
    hands.move(late_by)
    table.record(DECISION)

    expires = datetime.fromtimestamp(int(rows(dynamodb)[0]["expires_at"]), UTC)
    assert expires == NOON + late_by + timedelta(days=90)


def test_a_row_has_the_columns_of_the_lake_and_no_place_for_personal_data(dynamodb, table):
    table.record(DECISION)

    assert set(rows(dynamodb)[0]) == COLUMNS | {"pk", "sk"}


def test_a_decision_that_knows_its_code_keeps_it(dynamodb, table):
    table.record(replace(DECISION, code_version="older"))

    assert rows(dynamodb)[0]["code_version"] == "older"


def test_a_table_that_is_not_there_is_no_silent_success():
    with mock_aws():
        lost = DecisionsTable(boto3.client("dynamodb"), "decisions", Hands().clock, "v")

        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            lost.record(DECISION)


def test_a_record_that_breaks_its_rules_is_kept_and_says_what_is_wrong(dynamodb, table):
    table.record(replace(DECISION, reasons=()))

    [row] = rows(dynamodb)
    assert row["choice"] == "24h"
    assert "there is no reason" in row["defects"]


def test_an_address_in_a_providers_error_never_reaches_the_table(dynamodb, table):
    told = Reason("refused_InvalidParameter", "Invalid parameter: +447700900777 or ada@shop.example is no number.")
    table.record(replace(DECISION, reasons=(told,)))

    [row] = rows(dynamodb)
    assert "7700900777" not in str(row)
    assert "ada@" not in str(row)
    assert "it holds an address or a telephone number" in row["defects"]
