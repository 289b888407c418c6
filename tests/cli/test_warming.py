"""Before a story begins, what was deployed is seen to run; what does not is told with its reason."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from attune_cli.warming import REHEARSAL, RehearsalError, rehearse_journey, warm_up, why_stuck

JOURNEY = "arn:aws:states:us-east-1:000000000000:stateMachine:Journey"
ANSWER = {"StatusCode": 200}


def fails_with(message: str) -> dict[str, Any]:
    return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps({"errorMessage": message}).encode())}


@dataclass
class Functions:
    """Functions by name, with what each answers, time after time."""

    answers: dict[str, Iterator[dict[str, Any]]]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def get_paginator(self, _operation: str) -> "Functions":
        return self

    def paginate(self) -> list[dict[str, Any]]:
        return [{"Functions": [{"FunctionName": name} for name in self.answers]}]

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.asked.append((FunctionName, json.loads(Payload)))
        return next(self.answers[FunctionName])


@dataclass
class Journeys:
    """A state machine whose executions are in one state, with the events of their history, the latest first."""

    execution: dict[str, Any]
    history: tuple[dict[str, Any], ...] = ()
    started: list[str] = field(default_factory=list)

    def start_execution(self, stateMachineArn: str, name: str, input: str) -> dict[str, str]:  # noqa: A002, N803
        assert json.loads(input)["customer_id"] == REHEARSAL
        self.started.append(stateMachineArn)
        return {"executionArn": f"execution:{name}"}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        return {"executionArn": executionArn, **self.execution}

    def get_execution_history(self, *, maxResults: int, **_: object) -> dict[str, Any]:  # noqa: N803
        return {"events": self.history[:maxResults]}


def test_every_function_is_asked_about_nobody_in_as_many_copies_as_the_story_needs() -> None:
    functions = Functions({"x-PlanTouch-1": iter([ANSWER] * 2), "x-Escalate-2": iter([ANSWER])})

    warm_up(functions, {"PlanTouch": 2, "Escalate": 1})

    assert sorted(name for name, _ in functions.asked) == ["x-Escalate-2", "x-PlanTouch-1", "x-PlanTouch-1"]
    assert {payload.get("customer_id") for name, payload in functions.asked if "Plan" in name} == {REHEARSAL}
    assert [payload for name, payload in functions.asked if "Escalate" in name] == [{"Records": []}]


def test_a_function_that_failed_once_is_asked_again() -> None:
    functions = Functions({"x-Escalate-2": iter([fails_with("no layer"), ANSWER])})

    warm_up(functions, {"Escalate": 1})

    assert len(functions.asked) == 2


def test_a_function_that_fails_each_time_is_told_with_what_it_says() -> None:
    functions = Functions(
        {"x-Escalate-2": iter([fails_with("no layer"), fails_with("no layer"), fails_with("no disk")])}
    )

    with pytest.raises(RehearsalError, match=r"Escalate fails each time it is asked, last with .*no disk"):
        warm_up(functions, {"Escalate": 1})


def test_a_journey_of_nobody_that_ends_well_says_nothing() -> None:
    journeys = Journeys({"status": "SUCCEEDED"})

    rehearse_journey(journeys, JOURNEY)

    assert journeys.started == [JOURNEY]


def test_a_journey_of_nobody_that_fails_is_told_with_its_cause() -> None:
    journeys = Journeys({"status": "FAILED", "error": "States.QueryEvaluationError", "cause": "no evaluator"})

    with pytest.raises(RehearsalError, match=r"does not run: failed: States\.QueryEvaluationError no evaluator"):
        rehearse_journey(journeys, JOURNEY)


@pytest.mark.parametrize(
    ("latest", "told"),
    [
        ({"taskFailedEventDetails": {"error": "Runtime", "cause": "died"}}, "tries again after Runtime died"),
        ({"type": "WaitStateEntered"}, "still under way after 0 s"),
    ],
)
def test_a_journey_of_nobody_that_does_not_end_is_told_with_what_holds_it(latest: dict[str, Any], told: str) -> None:
    journeys = Journeys({"status": "RUNNING"}, (latest,))

    with pytest.raises(RehearsalError, match=told):
        rehearse_journey(journeys, JOURNEY, seconds=0)


@pytest.mark.parametrize(
    ("execution", "latest", "why"),
    [
        ({"status": "SUCCEEDED"}, {}, ""),
        ({"status": "RUNNING"}, {"type": "WaitStateEntered"}, ""),
        ({"status": "RUNNING"}, {"taskFailedEventDetails": {"error": "Sandbox.Timedout"}}, "tries again after Sandbox.Timedout"),
        ({"status": "TIMED_OUT"}, {}, "timed_out:"),
    ],
)  # fmt: skip
def test_who_waits_or_has_ended_well_is_not_stuck(execution: dict[str, Any], latest: dict[str, Any], why: str) -> None:
    assert why_stuck(Journeys(execution, (latest,)), {"executionArn": "one", **execution}) == why
