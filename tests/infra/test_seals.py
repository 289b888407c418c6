"""What bears witness to the log: locked where the stage says so, written by two functions, read by the daily run."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from infra.config import STAGES
from infra.stacks.state import StateStack
from tests.infra.templates import Synthesised, app


def evidence_bucket(template: dict[str, Any]) -> dict[str, Any]:
    (bucket,) = [
        resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == s3.CfnBucket.CFN_RESOURCE_TYPE_NAME and name.startswith("Evidence")
    ]
    return bucket


@pytest.fixture(scope="module")
def locked() -> dict[str, Any]:
    stage = replace(STAGES["prod"], evidence_lock=True, lake_days=500)
    return Template.from_stack(StateStack(app(), "state", stage=stage, termination_protection=True)).to_json()


def test_evidence_is_locked_in_compliance_mode_for_as_long_as_the_lake_where_the_stage_says_so(locked) -> None:
    bucket = evidence_bucket(locked)

    assert bucket["ObjectLockEnabled"] is True
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    rule = bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert rule == {"Mode": "COMPLIANCE", "Days": 500}


def test_no_stage_locks_evidence_unasked(every_stage: Synthesised) -> None:
    bucket = evidence_bucket(dict(every_stage.templates["state"]))

    assert "ObjectLockConfiguration" not in bucket


def test_seals_never_expire_and_their_rows_outlive_the_lakes(prod: Synthesised) -> None:
    rules = evidence_bucket(dict(prod.templates["state"]))["LifecycleConfiguration"]["Rules"]
    days = {rule.get("Prefix"): rule.get("ExpirationInDays") for rule in rules}

    assert days["rows/"] > STAGES["prod"].lake_days
    assert days["announced/"] > 7
    assert "seals/" not in days


def test_days_are_sealed_after_firehose_has_delivered_them(every_stage: Synthesised) -> None:
    (rule,) = [
        resource["Properties"]
        for name, resource in every_stage.resources("AWS::Events::Rule", stack="service")
        if name.startswith("DailySeal")
    ]
    minute, hour = rule["ScheduleExpression"].removeprefix("cron(").split()[:2]

    assert 1 <= int(hour) <= 8
    assert minute.isdigit()


def test_a_lag_a_gap_and_a_night_without_a_seal_are_heard_of(prod: Synthesised) -> None:
    alarms = {
        name: next(a["Properties"] for logical, a in prod.resources("AWS::CloudWatch::Alarm") if name in logical)
        for name in ("ExportLag", "DecisionsMissing", "DecisionsTampered", "DaysUnsealed", "DefectiveDecisions")
    }

    assert alarms["ExportLag"]["MetricName"] == "IteratorAge"
    assert alarms["ExportLag"]["Threshold"] == 15 * 60 * 1000
    assert "ExportDecisions" in str(alarms["ExportLag"]["Dimensions"])
    assert alarms["DaysUnsealed"]["TreatMissingData"] == "breaching"
    assert {name: alarm["MetricName"] for name, alarm in alarms.items() if name != "ExportLag"} == {
        name: name for name in alarms if name != "ExportLag"
    }
