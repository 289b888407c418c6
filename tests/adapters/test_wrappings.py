"""What may be around an event in the queue, and what AWS puts around things that are none."""

import json

import pytest

from attune.adapters.senders import read_event
from attune.domain.signals import SignalKind
from tests.support.builders import NOON
from tests.support.events import envelope, track
from tests.support.senders import event, fact_of, needs_real, real, refusal_of, sns

CALL = track("ada", "Product Added", NOON)


@needs_real
@pytest.mark.parametrize(
    "name",
    [
        "aws_envelopes_lambda_go/ses-sns-event",
        "aws_envelopes_lambda_go/sns-event",
        "aws_envelopes_powertools/dynamoStreamEvent",
        "aws_envelopes_powertools/kinesisStreamEvent",
        "aws_envelopes_powertools/sesEvent",
        "aws_envelopes_powertools/snsEvent",
        "aws_envelopes_powertools/snsSqsEvent",
        "aws_envelopes_powertools/sqsDlqTriggerEvent",
        "aws_envelopes_powertools/sqsEvent",
    ],
)
def test_what_aws_invokes_functions_with_is_no_event_and_the_reason_says_what_to_send(name):
    reason, message = refusal_of(json.dumps(real(name)))

    assert reason == "malformed_envelope"
    assert "put the contents of each record on the bus" in message


@needs_real
@pytest.mark.parametrize("name", ["apiGatewayProxyV2Event", "lambdaFunctionUrlEvent"])
def test_a_request_to_an_api_is_no_event(name):
    reason, message = refusal_of(json.dumps(real(f"aws_envelopes_powertools/{name}")))

    assert reason == "malformed_envelope"
    assert "no EventBridge event" in message


@needs_real
def test_an_event_of_a_service_that_is_no_sender_is_of_an_unknown_type():
    reason, message = refusal_of(json.dumps(real("aws_envelopes_powertools/eventBridgeEvent")))

    assert reason == "unknown_type"
    assert "aws.ec2" in message


@needs_real
@pytest.mark.parametrize(
    ("name", "reason"),
    [("snsSqsEvent", "unknown_type"), ("sqsEvent", "malformed_json"), ("sqsDlqTriggerEvent", "malformed_json")],
)
def test_the_messages_inside_come_as_they_would_from_the_queue(name, reason):
    for record in real(f"aws_envelopes_powertools/{name}")["Records"][:1]:
        assert refusal_of(record["body"])[0] == reason


@pytest.mark.parametrize(
    "wrap",
    [
        envelope,
        sns,
        json.dumps,
        lambda call: sns(envelope(call)),
        lambda call: event({"events": [call]}),
        lambda call: event({"batch": [call]}),
        lambda call: sns({"events": [call]}),
    ],
)
def test_a_call_is_the_same_in_every_wrapping(wrap):
    fact = fact_of(wrap(CALL))

    assert (fact.kind, fact.customer_id, fact.message_id) == (SignalKind.PRODUCT_ADDED, "ada", CALL["messageId"])


@pytest.mark.parametrize(
    ("body", "reason", "says"),
    [
        (
            sns("You have chosen to subscribe", Type="SubscriptionConfirmation"),
            "unknown_type",
            "confirm the subscription",
        ),
        (sns("Successfully validated SNS topic for Amazon SES event publishing."), "malformed_json", "not JSON"),
        (sns("[1]"), "malformed_envelope", "`Message` is no JSON object"),
        (sns("null"), "malformed_envelope", "`Message`"),
        (sns(CALL, Message=None), "malformed_envelope", "`Message`"),
        (sns({"hello": "world"}), "unknown_type", "use one of identify"),
        (sns("[" * 100_000), "malformed_json", "nested too deeply"),
        (event({"hello": "world"}), "unknown_type", "use one of identify"),
        (event({"events": []}), "unknown_type", "use one of identify"),
        (event({"events": [1]}), "malformed_envelope", "event 1 of the batch"),
        (event({"events": [CALL, {"hello": "world"}]}), "unknown_type", "event 2 of the batch"),
        (event({"events": [{"events": [CALL]}]}), "unknown_type", "event 1 of the batch"),
        (json.dumps({"source": 5, "detail": CALL}), "malformed_envelope", "`source`"),
        (json.dumps({"detail-type": ["track"], "detail": CALL}), "malformed_envelope", "`detail-type`"),
    ],
)
def test_what_is_wrapped_wrongly_is_refused_with_what_is_wrong(body, reason, says):
    code, message = refusal_of(body)

    assert code == reason
    assert says in message


def test_an_envelope_of_a_bus_may_lack_what_is_not_read():
    assert read_event(json.dumps({"detail": CALL, "source": None, "detail-type": None}), NOON)


def test_a_cut_off_emoji_inside_a_notification_does_no_harm():
    message = json.dumps({"originationNumber": "+447700900001", "messageBody": "help \ud83d", "inboundMessageId": "i"})

    assert fact_of(sns(message)).text.encode().startswith(b"help ")
