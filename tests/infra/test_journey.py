"""The journey's definition: complete, and unable to fall through."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from infra.components.journey import DEFINITION, HARD_END
from tests.infra.templates import Synthesised

ASL = json.loads(DEFINITION.read_text(encoding="utf-8"))
STATES: dict[str, dict[str, Any]] = ASL["States"]
TRANSIENT = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
}
STEP = {"journey_id", "customer_id", "playbook", "playbook_version", "key", "touch", "attempt", "entered_at", "plan"}
PAYLOADS = {
    "PlanTouch": STEP,
    "SendMessage": STEP | {"told", "trigger"},
    "ReviewJourney": STEP | {"told", "trigger"},
    "RecordFailure": STEP | {"failed"},
}
LINE = ["PlanTouch", "WaitUntil", "SendMessage", "WaitForResponse", "ReviewJourney"]
"""Each state that is entered is a transition, and transitions are most of what a journey costs."""


def of_type(type_: str) -> list[str]:
    return [name for name, state in STATES.items() if state["Type"] == type_]


def targets(state: Mapping[str, Any]) -> Iterator[str]:
    """Yield every state that can follow."""
    for key in ("Next", "Default"):
        if key in state:
            yield state[key]
    for branch in [*state.get("Choices", []), *state.get("Catch", [])]:
        yield branch["Next"]


def test_a_touch_is_a_straight_line_of_five_states_and_nothing_branches() -> None:
    walked = [ASL["StartAt"]]
    while "Next" in STATES[walked[-1]]:
        walked.append(STATES[walked[-1]]["Next"])

    assert walked == LINE
    assert STATES[walked[-1]]["End"] is True
    assert of_type("Choice") == []


def test_a_recorded_failure_ends_the_journey_as_failed() -> None:
    assert set(targets(STATES["RecordFailure"])) == {"JourneyFailed"}
    assert STATES["JourneyFailed"]["Type"] == "Fail"


@pytest.mark.parametrize("name", of_type("Task"))
def test_every_step_is_tried_again_when_lambda_had_a_problem_and_caught_when_it_failed(name: str) -> None:
    retry, again = STATES[name]["Retry"]
    (catch,) = STATES[name]["Catch"]

    assert set(retry["ErrorEquals"]) == TRANSIENT
    assert 0 < retry["MaxAttempts"] <= 10
    assert retry["JitterStrategy"] == "FULL"
    assert again["ErrorEquals"] == ["States.TaskFailed", "States.Timeout"]
    assert again["IntervalSeconds"] * sum(again["BackoffRate"] ** n for n in range(again["MaxAttempts"])) > 30
    assert catch["ErrorEquals"] == ["States.ALL"]
    assert catch["Next"] == ("JourneyFailed" if name == "RecordFailure" else "RecordFailure")


@pytest.mark.parametrize("name", ["PlanTouch", "SendMessage"])
def test_a_step_must_say_until_when_to_wait_or_it_has_failed(name: str) -> None:
    """What is not there to be assigned is an error of the task itself, which catches it: no wait falls through."""
    assert STATES[name]["Assign"]["wait_until"] == "{% $states.result.Payload.wait_until %}"
    assert STATES[name]["Assign"]["told"] == "{% $states.result.Payload %}"
    assert STATES[STATES[name]["Next"]]["Type"] == "Wait"


@pytest.mark.parametrize(("name", "payload"), PAYLOADS.items())
def test_a_step_is_told_ids_and_small_decisions_only(name: str, payload: set[str]) -> None:
    assert set(STATES[name]["Arguments"]["Payload"]) == payload


def test_no_step_is_unknown_to_the_payload_table() -> None:
    assert set(of_type("Task")) == set(PAYLOADS)


def test_a_wait_ends_at_the_instant_that_the_step_before_told() -> None:
    assert {STATES[name]["Timestamp"] for name in of_type("Wait")} == {"{% $wait_until %}"}


def test_every_state_exists_and_can_be_reached() -> None:
    reached, open_ = set(), [ASL["StartAt"]]
    while open_:
        name = open_.pop()
        if name not in reached:
            reached.add(name)
            open_.extend(targets(STATES[name]))

    assert reached == set(STATES)


def test_every_state_says_what_it_is_for() -> None:
    assert all(state["Comment"] for state in STATES.values())


def test_the_whole_definition_is_jsonata() -> None:
    assert ASL["QueryLanguage"] == "JSONata"
    assert not {"Parameters", "ResultPath", "InputPath", "OutputPath"} & {
        key for state in STATES.values() for key in state
    }


def test_a_journey_has_a_hard_end() -> None:
    assert ASL["TimeoutSeconds"] == HARD_END.to_seconds()


def test_every_function_the_definition_names_is_filled_in_and_may_be_called(every_stage: Synthesised) -> None:
    named = set(re.findall(r"\$\{(\w+)\}", DEFINITION.read_text(encoding="utf-8")))
    machine = every_stage.one("AWS::StepFunctions::StateMachine")["Properties"]
    (role,) = machine["RoleArn"]["Fn::GetAtt"][:1]
    called = [
        statement
        for _, policy in every_stage.resources("AWS::IAM::Policy", stack="service")
        if {"Ref": role} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "lambda:InvokeFunction" in str(statement["Action"])
    ]
    filled = machine["DefinitionSubstitutions"]

    assert set(filled) == named
    assert len(called) == 1
    assert set(map(str, filled.values())) <= set(map(str, called[0]["Resource"]))


def test_journeys_of_the_definition_before_may_still_call_their_functions(every_stage: Synthesised) -> None:
    machine = every_stage.one("AWS::StepFunctions::StateMachine")["Properties"]
    (role,) = machine["RoleArn"]["Fn::GetAtt"][:1]
    policies = [
        str(policy)
        for _, policy in every_stage.resources("AWS::IAM::Policy", stack="service")
        if {"Ref": role} in policy["Properties"]["Roles"]
    ]

    for name in ("ChooseTone", "ChooseDelay", "Escalate"):
        assert f"'{name}" in str(policies), name


def test_journeys_are_traced_and_their_logs_hold_no_customer_data(every_stage: Synthesised) -> None:
    machine = every_stage.one("AWS::StepFunctions::StateMachine")["Properties"]

    assert machine["StateMachineType"] == "STANDARD"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["Level"] == "ERROR"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
