"""Every handler as Lambda calls it: imported by name, wired from its environment, answering from moto's AWS."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.links import LinkClaim, LinkPurpose, Links
from attune.adapters.playbook_files import load_playbooks
from attune.adapters.queues import EscalationRequest, Watch
from attune.domain.clock import parse_scale
from attune.domain.customers import Customer
from attune.domain.sessions import open_moments, state_of
from attune.settings import SettingsError
from tests.support.events import envelope, identify, track
from tests.support.stage import FUNCTIONS, QUEUES, ROOT, Stage, a_stage, environment, exported, handler

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with a_stage(monkeypatch) as made:
        yield made


def call(function: str, event: dict[str, Any]) -> Any:
    return import_module(f"functions.{function}.handler").lambda_handler(event, None)


def records(*bodies: str) -> dict[str, Any]:
    return {"Records": [{"messageId": f"q{n}", "body": body} for n, body in enumerate(bodies)]}


def ada(stage: Stage) -> Customer:
    clock = Clock(parse_scale(1, f"{datetime.now(UTC).isoformat()}/{NOON.isoformat()}"))
    found = CustomersTable(stage.dynamodb, "customers", clock).load("ada")
    assert found is not None
    return found


def ingest_trouble() -> dict[str, Any]:
    then = NOON - timedelta(minutes=15)
    traits = {"firstName": "Ada", "email": "ada@example.com", "phone": "+447700900001", "timezone": "Europe/London"}
    calls = [
        identify("ada", then, **traits),
        track("ada", "Consent Granted", then, channels=["sms", "email"]),
        track("ada", "Product Added", then),
        *(track("ada", "Form Failed", then) for _ in range(3)),
        *(track("ada", "Page Reloaded", then) for _ in range(4)),
        *(track("ada", "Rage Clicked", then) for _ in range(2)),
    ]
    return call("ingest_events", records(*(envelope(one) for one in calls)))


def start_journey(stage: Stage) -> dict[str, Any]:
    """Take trouble in, look at it, and return the payload of the journey's steps."""
    ingest_trouble()
    trigger = load_playbooks(ROOT / "templates")["cart_abandonment"].watched()
    session = ada(stage).sessions["main"]
    [moment] = open_moments(state_of(session, [trigger]), [trigger])
    watch = Watch(customer_id="ada", session_id="main", playbook=moment.playbook, key=moment.key, due_at=moment.due_at)
    assert call("score_friction", records(watch.model_dump_json())) == {"batchItemFailures": []}
    [name] = stage.executions()
    found = stage.states.list_executions(stateMachineArn=stage.journey_arn)["executions"][0]["executionArn"]
    payload = json.loads(stage.states.describe_execution(executionArn=found)["input"])
    assert payload["journey_id"] == name
    return {**payload, "entered_at": datetime.now(UTC).isoformat()}


def test_events_go_in_and_their_numbers_become_metrics(stage, capsys):
    assert ingest_trouble() == {"batchItemFailures": []}

    assert ada(stage).profile.first_name == "Ada"
    assert ada(stage).consent.allows("sms")
    assert stage.waiting("watch") >= 1
    metrics = json.loads(next(line for line in capsys.readouterr().out.splitlines() if "_aws" in line))
    assert metrics["EventsAccepted"] == [12.0]
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Attune"


def test_a_call_for_help_goes_on_at_once(stage):
    help_me = track("ada", "Message Replied", NOON, text="I need help", channel="sms")

    call("ingest_events", records(envelope(help_me)))

    [asked] = stage.received("escalations")
    assert (asked["customer_id"], asked["text"]) == ("ada", "I need help")


def test_a_silence_starts_a_journey_under_a_name_that_says_nothing_of_the_customer(stage):
    payload = start_journey(stage)

    assert payload["journey_id"].startswith("cart_abandonment-")
    assert (payload["customer_id"], payload["touch"]) == ("ada", 1)
    assert re.fullmatch(r"cart_abandonment-[0-9a-f]{32}", payload["journey_id"])


def test_a_watch_that_cannot_be_read_comes_again_and_the_others_do_not(stage):
    watch = Watch(customer_id="nobody", session_id="s", playbook="cart_abandonment", key="k", due_at=NOON)

    answer = call("score_friction", records("garbage", watch.model_dump_json()))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "q0"}]}


def test_a_journey_runs_through_its_functions_to_a_message_and_beyond(stage):
    event = start_journey(stage)

    tone = call("choose_tone", event)
    assert tone["outcome"] == "chosen"
    event["plan"] = tone["plan"]
    delay = call("choose_delay", event)
    assert delay["outcome"] == "wait"
    wait = datetime.fromisoformat(delay["wait_until"]) - datetime.now(UTC)
    assert timedelta(hours=20) < wait < timedelta(hours=75)
    sent = call("send_message", event)
    assert sent["outcome"] == "sent"
    [(phone, words)] = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages.values()
    assert (phone, "cart is kept" in words) == ("+447700900001", True)
    assert call("review_journey", event) == {"outcome": "next_touch", "touch": 2}
    kinds = [row["kind"]["S"] for row in stage.rows("decisions")]
    assert sorted(kinds) == ["consent", "contact", "delay", "moment", "review", "tone"]


def test_an_email_carries_links_that_the_pages_understand(stage):
    event = start_journey(stage)
    event["plan"] = {"message": "cart_help_offer", "channel": "email", "locale": "en", "tone": "informal"}

    assert call("send_message", event)["outcome"] == "sent"

    [letter] = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    token = letter.body.partition("https://pages.example/unsubscribe/")[2].partition('"')[0]
    page = call(
        "record_feedback", {"routeKey": "POST /unsubscribe/{token}", "pathParameters": {"token": token}, "body": ""}
    )
    assert page["statusCode"] == 200
    assert ada(stage).consent.refused("email")


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"SENDING_ENABLED": "false"}, "end", "kill_switch"),
        ({"DRY_RUN": "true"}, "sent", "dry_run"),
    ],
)
def test_a_stage_that_may_not_send_does_not(monkeypatch, changes, outcome, reason):
    with a_stage(monkeypatch, **changes) as stage:
        event = start_journey(stage)
        event["plan"] = call("choose_tone", event)["plan"]

        answer = call("send_message", event)

        assert (answer["outcome"], answer["reason"]) == (outcome, reason)
        assert sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages == {}
        [contact] = [row for row in stage.rows("decisions") if row["kind"]["S"] == "contact"]
        assert contact["reason_code"]["S"] == reason


@pytest.mark.parametrize("function", ["choose_tone", "choose_delay", "send_message", "review_journey", "escalate"])
def test_a_step_about_a_customer_who_was_forgotten_ends_in_peace(stage, function):
    event = {
        "journey_id": "gone",
        "customer_id": "gone",
        "playbook": "cart_abandonment",
        "playbook_version": "1.0.0",
        "key": "k",
        "touch": 1,
        "entered_at": NOON.isoformat(),
        "plan": {"message": "m", "channel": "sms", "locale": "en"},
    }

    assert call(function, event)["reason"] == "gone"
    assert stage.rows("decisions") == []


def test_a_person_takes_over_for_a_journey_and_for_a_message_on_the_queue(stage):
    event = start_journey(stage)
    request = EscalationRequest(
        customer_id="ada", trigger="asked_for_help", at=NOON, message_id="m1", text="help", channel="sms"
    )

    assert call("escalate", {**event, "trigger": "no_approved_text"}) == {"outcome": "opened"}
    assert call("escalate", records(request.model_dump_json(), "garbage")) == {
        "batchItemFailures": [{"itemIdentifier": "q1"}]
    }

    triggers = sorted(case["trigger"] for case in stage.received("support"))
    assert triggers == ["asked_for_help", "no_approved_text"]
    assert stage.received("support_urgent") == []


def test_a_vip_is_put_on_the_urgent_queue(stage):
    call("ingest_events", records(envelope(identify("ada", NOON, vip=True))))
    request = EscalationRequest(customer_id="ada", trigger="asked_for_help", at=NOON, message_id="m1")

    call("escalate", records(request.model_dump_json()))

    assert [case["priority"] for case in stage.received("support_urgent")] == ["urgent"]


def test_pages_answer(stage):
    ingest_trouble()
    token = Links("a key for tests").make(LinkPurpose.FEEDBACK, LinkClaim("ada", "j", "email", "en"))

    answer = call("record_feedback", {"routeKey": "GET /feedback/{token}", "pathParameters": {"token": token}})

    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"].startswith("text/html")


def test_decisions_of_the_stream_end_in_the_lake(stage):
    start_journey(stage)
    images = [{"eventName": "INSERT", "dynamodb": {"NewImage": row}} for row in stage.rows("decisions")]

    assert call("export_decisions", {"Records": images}) == {"exported": len(images)}

    lines = [json.loads(line) for line in exported().splitlines()]
    assert sorted(line["kind"] for line in lines) == ["consent", "moment"]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the environment of a stage that need not exist: settings are read before anything is asked for."""
    for name, value in environment(dict.fromkeys(QUEUES, "url"), "arn").items():
        monkeypatch.setenv(name, value)


def required() -> list[tuple[str, str]]:
    found = []
    for function in FUNCTIONS:
        fields = import_module(f"functions.{function}.settings").Settings.model_fields
        found += [(function, name.upper()) for name, info in fields.items() if info.is_required()]
    return found


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize(("function", "variable"), required())
def test_without_a_setting_a_function_says_which_one_and_does_not_start(told, monkeypatch, function, variable):
    monkeypatch.delenv(variable)
    handler(function)

    with pytest.raises(SettingsError, match=rf"{function}.*{variable}: Field required"):
        call(function, records("{}"))


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize(
    ("function", "variable", "value"),
    [
        ("ingest_events", "ATTUNE_CLOCK_SPEED", "fast"),
        ("send_message", "DRY_RUN", "perhaps"),
        ("send_message", "SENDING_ENABLED", ""),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(told, monkeypatch, function, variable, value):
    monkeypatch.setenv(variable, value)
    handler(function)

    with pytest.raises(SettingsError, match=variable):
        call(function, records("{}"))


def test_every_function_folder_is_tried_here():
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}

    # What CloudFormation asks has a file of its own: test_announce_deployment.
    assert folders == {*FUNCTIONS, "announce_deployment"}


def test_clients_are_made_once_per_process(stage):
    module = handler("choose_tone")

    assert module.wire() is module.wire()


def test_the_sending_clients_try_once_and_the_others_again(stage):
    sending = import_module("functions.send_message.handler").wire()

    for client in (sending.delivery.email.client, sending.delivery.sms.client):
        assert client.meta.config.retries["total_max_attempts"] == 1
    assert boto3.client("dynamodb").meta.config.retries is not None
    assert sending.steps.customers._client.meta.config.retries["total_max_attempts"] > 1
