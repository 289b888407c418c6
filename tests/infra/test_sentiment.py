"""Who reads how replies sound is a switch of the stage, and only the stage that asks Comprehend may."""

from dataclasses import replace

import pytest
from aws_cdk.assertions import Template

from infra.app import build
from infra.config import STAGES, load_stage
from infra.stage_checks import ConfigError
from tests.infra.templates import app


def service_of(monkeypatch: pytest.MonkeyPatch, **changes: str) -> dict:
    monkeypatch.setitem(STAGES, "dev", replace(STAGES["dev"], **changes))
    checked = app(stage="dev")
    service = build(checked).service
    checked.synth()  # raises on a finding of cdk-nag
    return Template.from_stack(service).to_json()["Resources"]


def sentiments_of(resources: dict) -> set[str]:
    functions = (found["Properties"] for found in resources.values() if found["Type"] == "AWS::Lambda::Function")
    variables = (function.get("Environment", {}).get("Variables", {}) for function in functions)
    return {names["SENTIMENT"] for names in variables if "SENTIMENT" in names}


def who_may_ask_comprehend(resources: dict) -> list[tuple[str, object]]:
    return [
        (statement["Action"], policy["Properties"]["Roles"][0]["Ref"].startswith("IngestEvents"))
        for policy in resources.values()
        if policy["Type"] == "AWS::IAM::Policy"
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "comprehend" in str(statement["Action"])
    ]


def test_a_stage_reads_replies_itself_unless_it_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    resources = service_of(monkeypatch)

    assert sentiments_of(resources) == {"embedded"}
    assert who_may_ask_comprehend(resources) == []


def test_a_stage_that_is_switched_to_comprehend_lets_ingest_ask_it_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resources = service_of(monkeypatch, sentiment="comprehend")

    assert sentiments_of(resources) == {"comprehend"}
    assert who_may_ask_comprehend(resources) == [("comprehend:DetectSentiment", True)]


def test_an_unknown_reader_is_answered_with_the_known_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STAGES, "dev", replace(STAGES["dev"], sentiment="crystal_ball"))

    with pytest.raises(ConfigError, match="use embedded or comprehend"):
        load_stage("dev")
