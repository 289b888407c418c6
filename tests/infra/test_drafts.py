"""Drafts by a model: nothing of them anywhere unless a stage names a model, and then no more than they need."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from infra.components.drafts import model_arns
from infra.config import STAGES
from infra.stage_checks import ConfigError, checked
from tests.infra.everything_on import synthesised
from tests.infra.templates import Synthesised


def test_by_default_there_is_neither_function_nor_queue_nor_permission(every_stage: Synthesised):
    assert "bedrock" not in str(
        [dict(every_stage.resources(type_)) for type_ in ("AWS::IAM::Policy", "AWS::IAM::Role")]
    )
    assert "draft_reply" not in str(dict(every_stage.resources("AWS::Lambda::Function")))
    assert not [name for name, _ in every_stage.resources("AWS::SQS::Queue") if "Draft" in name]


def test_a_stage_with_a_model_may_ask_that_model_through_its_guardrail_and_nothing_else():
    service = synthesised()["service"]
    functions = {name: found for name, found in service.items() if found["Type"] == "AWS::Lambda::Function"}
    statements = [
        (found["Properties"]["Roles"], statement)
        for found in service.values()
        if found["Type"] == "AWS::IAM::Policy"
        for statement in found["Properties"]["PolicyDocument"]["Statement"]
        if "bedrock" in str(statement["Action"])
    ]

    [drafter] = [one for one in functions.values() if "draft_reply" in one["Properties"].get("Handler", "")]
    [escalate] = [one for one in functions.values() if ".escalate." in one["Properties"].get("Handler", "")]
    assert drafter["Properties"]["Environment"]["Variables"]["DRAFT_MODEL"] == "eu.amazon.nova-lite-v1:0"
    assert escalate["Properties"]["Environment"]["Variables"]["DRAFTS_QUEUE_URL"] != ""
    assert {role["Ref"] for roles, _ in statements for role in roles} == {
        drafter["Properties"]["Role"]["Fn::GetAtt"][0]
    }
    assert sorted(statement["Action"] for _, statement in statements) == [
        "bedrock:ApplyGuardrail",
        "bedrock:InvokeModel",
    ]
    assert _resources(statements, "bedrock:InvokeModel") == [
        ":inference-profile/eu.amazon.nova-lite-v1:0",
        ":bedrock:*::foundation-model/amazon.nova-lite-v1:0",
    ]
    assert _resources(statements, "bedrock:ApplyGuardrail") == [":guardrail/ab12cd34"]
    # What customers wrote is nowhere for longer than a day.
    kept = [
        one["Properties"]["MessageRetentionPeriod"]
        for name, one in service.items()
        if name.startswith("Drafts") and one["Type"] == "AWS::SQS::Queue"
    ]
    assert kept == [86400, 86400]


def _resources(statements: list[tuple[Any, Mapping[str, Any]]], action: str) -> list[str]:
    [resource] = [statement["Resource"] for _, statement in statements if statement["Action"] == action]
    return [one["Fn::Join"][1][-1] for one in (resource if isinstance(resource, list) else [resource])]


def test_a_model_without_a_profile_is_allowed_in_this_region_alone():
    [arn] = model_arns("amazon.nova-lite-v1:0")

    assert arn.endswith("::foundation-model/amazon.nova-lite-v1:0")
    assert "*" not in arn


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"draft_model": "arn:aws:bedrock:eu-central-1::foundation-model/x"}, "write the id of a model"),
        ({"draft_model": "*"}, "write the id of a model"),
        ({"draft_model": "amazon.nova-lite-v1:0", "draft_guardrail": "ab12"}, "its id and version"),
        ({"draft_guardrail": "ab12:1"}, "no draft_model"),
    ],
)
def test_a_switch_that_cannot_work_is_refused_in_plain_words(change, said):
    with pytest.raises(ConfigError, match=said):
        checked(replace(STAGES["dev"], **change))
