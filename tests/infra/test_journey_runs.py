"""The journey runs, in moto, over steps that answer as told."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import jsonata
import moto.stepfunctions.parser.asl.jsonata.jsonata as moto_jsonata
import pytest
from moto import mock_aws
from moto.awslambda_simple.models import LambdaSimpleBackend

from infra.components.journey import DEFINITION

INPUT = {
    "journey_id": "j-1",
    "customer_id": "c-1",
    "playbook": "cart_help",
    "playbook_version": "1.0.0",
    "key": "cart-1",
    "touch": 1,
}
PLAN = {"message": "cart_help", "channel": "email", "locale": "en", "tone": "advisory", "text_hash": "h"}
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


def soon() -> str:
    """Return an instant that has just passed: a wait for it is over at once."""
    return (datetime.now(UTC) - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")


class Steps:
    """The functions behind the journey: each answers as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def invoke(self, name: str, payload: dict[str, Any]) -> Any:
        self.asked.append((name, payload))
        answers = self.answers[name]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    @property
    def order(self) -> list[str]:
        return [name for name, _ in self.asked]

    def payloads(self, name: str) -> list[dict[str, Any]]:
        return [payload for asked, payload in self.asked if asked == name]


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Answer the machine's Lambda calls in this process, and evaluate JSONata with the library that works."""
    answering = Steps()

    def invoke(_self: object, function_name: str, _qualifier: object, body: Any, *_: object) -> bytes:
        return json.dumps(answering.invoke(function_name.rpartition(":")[2], json.loads(body))).encode()

    def evaluate(expression: str) -> Any:
        return jsonata.Jsonata(expression).evaluate(None)

    monkeypatch.setattr(LambdaSimpleBackend, "invoke", invoke)
    monkeypatch.setattr(moto_jsonata, "_eval_jsonata", evaluate)
    with mock_aws(config={"lambda": {"use_docker": False}, "stepfunctions": {"execute_state_machine": True}}):
        yield answering


def run(steps: Steps, *, given: dict[str, Any] = INPUT, **answers: Any) -> dict[str, Any]:
    """Run one journey over these answers and return how it ended."""
    steps.answers = {name: found if isinstance(found, list) else [found] for name, found in answers.items()}
    definition = DEFINITION.read_text(encoding="utf-8")
    names = {"PlanTouch", "SendMessage", "ReviewJourney"}
    for name in names:
        definition = definition.replace(f"${{{name}Arn}}", f"{ARN}{name}")
    _functions(names)
    client = boto3.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/journey"
    machine = client.create_state_machine(name="journey", definition=definition, roleArn=role)["stateMachineArn"]
    execution = client.start_execution(stateMachineArn=machine, input=json.dumps(given))["executionArn"]
    deadline = time.monotonic() + 180
    while (found := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        assert time.monotonic() < deadline, steps.order
        time.sleep(0.02)
    return dict(found)


def _functions(names: set[str]) -> None:
    role = boto3.client("iam").create_role(RoleName="step", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    for name in names:
        boto3.client("lambda").create_function(
            FunctionName=name, Runtime="python3.13", Role=role, Handler="x.y", Code={"ZipFile": b"zip"}
        )


def told(outcome: str, **more: Any) -> dict[str, Any]:
    """Return a whole answer, as every step on the line gives one."""
    return {"outcome": outcome, "plan": PLAN, "trigger": "", "wait_until": soon(), **more}


END = {"outcome": "end"}


def test_a_message_is_sent_at_its_moment_and_looked_at_again(steps: Steps) -> None:
    ended = run(steps, PlanTouch=told("planned"), SendMessage=told("sent"), ReviewJourney=END)

    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"]) == END
    assert steps.order == ["PlanTouch", "SendMessage", "ReviewJourney"]
    (planned,), (sent,), (reviewed,) = (steps.payloads(name) for name in steps.order)
    for payload in (planned, sent, reviewed):
        assert {key: payload[key] for key in INPUT} == INPUT
        assert payload["attempt"] == 1
        assert datetime.fromisoformat(payload["entered_at"]).tzinfo is not None
    assert planned["plan"] == {}
    assert (sent["plan"], sent["told"]) == (PLAN, "planned")
    assert (reviewed["plan"], reviewed["told"]) == (PLAN, "sent")


def test_a_run_after_a_hold_has_its_plan_and_its_number(steps: Steps) -> None:
    again = {**INPUT, "touch": 2, "attempt": 3, "plan": PLAN}
    ended = run(steps, given=again, PlanTouch=told("planned"), SendMessage=told("held"), ReviewJourney=END)

    assert ended["status"] == "SUCCEEDED"
    assert steps.payloads("PlanTouch")[0]["plan"] == PLAN
    assert {(payload["touch"], payload["attempt"]) for _, payload in steps.asked} == {(2, 3)}
    assert steps.payloads("ReviewJourney")[0]["told"] == "held"


def test_what_is_not_planned_reaches_the_review_with_who_is_called(steps: Steps) -> None:
    asks = told("escalate", plan={}, trigger="no_approved_text")
    ended = run(steps, PlanTouch=asks, SendMessage=asks, ReviewJourney=END)

    assert ended["status"] == "SUCCEEDED"
    (reviewed,) = steps.payloads("ReviewJourney")
    assert (reviewed["told"], reviewed["trigger"], reviewed["plan"]) == ("escalate", "no_approved_text", {})


@pytest.mark.parametrize("step", ["PlanTouch", "SendMessage"])
@pytest.mark.parametrize("answer", [{"outcome": "planned"}, {}, None, "sent"], ids=str)
def test_a_wait_that_cannot_be_resolved_is_a_failure_and_no_message(steps: Steps, step: str, answer: Any) -> None:
    answers = {"PlanTouch": told("planned"), "SendMessage": told("sent"), "ReviewJourney": END, step: answer}
    ended = run(steps, **answers)

    assert ended["status"] == "FAILED"
    assert steps.order[-2:] == [step, "ReviewJourney"]
    assert steps.asked[-1][1]["failed"]["Error"]
    assert set(steps.asked[-1][1]["plan"]) == (set(PLAN) if step == "SendMessage" else set())
