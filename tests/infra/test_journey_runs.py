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


def run(steps: Steps, **answers: Any) -> dict[str, Any]:
    """Run one journey over these answers and return how it ended."""
    steps.answers = {name: found if isinstance(found, list) else [found] for name, found in answers.items()}
    definition = DEFINITION.read_text(encoding="utf-8")
    names = {"ChooseTone", "ChooseDelay", "SendMessage", "ReviewJourney", "Escalate"}
    for name in names:
        definition = definition.replace(f"${{{name}Arn}}", f"{ARN}{name}")
    _functions(names)
    client = boto3.client("stepfunctions")
    role = "arn:aws:iam::123456789012:role/journey"
    machine = client.create_state_machine(name="journey", definition=definition, roleArn=role)["stateMachineArn"]
    execution = client.start_execution(stateMachineArn=machine, input=json.dumps(INPUT))["executionArn"]
    deadline = time.monotonic() + 20
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


CHOSEN = {"outcome": "chosen", "plan": PLAN}
END = {"outcome": "end"}


def test_a_message_is_sent_at_its_moment_and_the_journey_ends(steps: Steps) -> None:
    ended = run(
        steps,
        ChooseTone=CHOSEN,
        ChooseDelay={"outcome": "wait", "wait_until": soon()},
        SendMessage={"outcome": "sent", "wait_until": soon()},
        ReviewJourney=END,
    )

    assert ended["status"] == "SUCCEEDED"
    assert steps.order == ["ChooseTone", "ChooseDelay", "SendMessage", "ReviewJourney"]
    (sent,) = steps.payloads("SendMessage")
    assert {key: sent[key] for key in INPUT} == INPUT
    assert sent["plan"] == PLAN
    assert sent["attempt"] == 1
    assert datetime.fromisoformat(sent["entered_at"]).tzinfo is not None


def test_a_held_message_is_tried_again_and_counted(steps: Steps) -> None:
    held = {"outcome": "held", "wait_until": soon()}
    ended = run(
        steps,
        ChooseTone=CHOSEN,
        ChooseDelay={"outcome": "wait", "wait_until": soon()},
        SendMessage=[held, held, {"outcome": "sent", "wait_until": soon()}],
        ReviewJourney=END,
    )

    assert ended["status"] == "SUCCEEDED"
    assert [payload["attempt"] for payload in steps.payloads("SendMessage")] == [1, 2, 3]


def test_the_next_touch_starts_afresh(steps: Steps) -> None:
    ended = run(
        steps,
        ChooseTone=[CHOSEN, {"outcome": "skip"}],
        ChooseDelay={"outcome": "wait", "wait_until": soon()},
        SendMessage=[{"outcome": "held", "wait_until": soon()}, {"outcome": "withheld"}],
        ReviewJourney=[{"outcome": "next_touch", "touch": 2}, END],
    )

    assert ended["status"] == "SUCCEEDED"
    assert [payload["touch"] for payload in steps.payloads("ChooseTone")] == [1, 2]
    assert [payload["plan"] for payload in steps.payloads("ReviewJourney")] == [PLAN, {}]


def test_a_touch_that_is_left_out_is_followed_by_a_review(steps: Steps) -> None:
    ended = run(steps, ChooseTone=CHOSEN, ChooseDelay={"outcome": "skip", "reason": "fatigue"}, ReviewJourney=END)

    assert ended["status"] == "SUCCEEDED"
    assert steps.order == ["ChooseTone", "ChooseDelay", "ReviewJourney"]


@pytest.mark.parametrize("asking", ["ChooseTone", "SendMessage", "ReviewJourney"])
def test_a_person_takes_over_wherever_a_step_asks_for_one(steps: Steps, asking: str) -> None:
    answers: dict[str, Any] = {
        "ChooseTone": CHOSEN,
        "ChooseDelay": {"outcome": "wait", "wait_until": soon()},
        "SendMessage": {"outcome": "withheld"},
        "Escalate": {"outcome": "joined"},
        asking: {"outcome": "escalate", "trigger": "no_approved_text"},
    }
    ended = run(steps, **answers)

    assert ended["status"] == "SUCCEEDED"
    assert steps.order[-2:] == [asking, "Escalate"]
    assert steps.payloads("Escalate")[0]["trigger"] == "no_approved_text"


@pytest.mark.parametrize("ending", ["ChooseTone", "ChooseDelay", "SendMessage"])
def test_the_journey_ends_wherever_a_step_says_so(steps: Steps, ending: str) -> None:
    answers: dict[str, Any] = {
        "ChooseTone": CHOSEN,
        "ChooseDelay": {"outcome": "wait", "wait_until": soon()},
        ending: END,
    }
    ended = run(steps, **answers)

    assert ended["status"] == "SUCCEEDED"
    assert steps.order[-1] == ending


@pytest.mark.parametrize("step", ["ChooseTone", "ChooseDelay", "SendMessage", "ReviewJourney", "Escalate"])
@pytest.mark.parametrize("answer", [{"outcome": "surprise"}, {}, None, "sent"], ids=str)
def test_an_answer_nobody_knows_is_recorded_and_fails_the_journey(steps: Steps, step: str, answer: Any) -> None:
    answers: dict[str, Any] = {
        "ChooseTone": CHOSEN,
        "ChooseDelay": {"outcome": "wait", "wait_until": soon()},
        "SendMessage": {"outcome": "withheld"},
        "ReviewJourney": [{"outcome": "escalate", "trigger": "vip"}, END] if step == "Escalate" else END,
        step: [answer, END] if step == "ReviewJourney" else answer,
    }
    ended = run(steps, **answers)

    assert ended["status"] == "FAILED"
    assert ended["error"] == "Attune.UnknownOutcome"
    name, payload = steps.asked[-1]
    assert name == "ReviewJourney"
    assert payload["failed"]["Cause"].startswith(f"{step} answered: ")


@pytest.mark.parametrize("incomplete", [("ChooseDelay", "wait"), ("SendMessage", "sent"), ("SendMessage", "held")])
def test_a_wait_that_cannot_be_resolved_is_a_failure_and_no_message(steps: Steps, incomplete: tuple[str, str]) -> None:
    step, outcome = incomplete
    answers: dict[str, Any] = {
        "ChooseTone": CHOSEN,
        "ChooseDelay": {"outcome": "wait", "wait_until": soon()},
        "ReviewJourney": END,
        step: {"outcome": outcome},
    }
    ended = run(steps, **answers)

    assert ended["status"] == "FAILED"
    assert steps.order[-2:] == [step, "ReviewJourney"]
    assert "failed" in steps.asked[-1][1]
