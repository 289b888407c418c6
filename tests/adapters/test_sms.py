"""What customers write by SMS, and what became of what was sent to them."""

import json
from datetime import UTC, datetime

import pytest

from attune.domain.replies import Intent, read_reply
from attune.domain.signals import ConsentChange, Reply, SignalKind
from tests.support.senders import event, fact_of, facts_of, identifiers_of, needs_real, real, refusal_of, sns

INBOUND = {
    "originationNumber": "+447700900001",
    "destinationNumber": "+447700900999",
    "messageKeyword": "KEYWORD_111122223333_447700900999",
    "messageBody": "I need help with my order",
    "inboundMessageId": "in-1",
    "previousPublishedMessageId": "out-1",
}
REPORT = {
    "eventType": "TEXT_DELIVERED",
    "eventVersion": "1.0",
    "eventTimestamp": 1_795_500_000_000,
    "destinationPhoneNumber": "+447700900001",
    "isoCountryCode": "GB",
    "messageId": "out-1",
    "messageStatus": "DELIVERED",
}


@needs_real
def test_the_documented_inbound_message_is_a_reply():
    fact = fact_of(sns(real("sms/two_way_inbound_message")))

    assert fact == Reply(
        message_id="cae173d2-66b9-564c-8309-21f858e9fb84",
        customer_id="phone:+14255550182",
        session_id="main",
        time=datetime(2026, 11, 24, 11, 59, tzinfo=UTC),
        text="EXAMPLE",
        channel="sms",
    )


@pytest.mark.parametrize("wrap", [sns, event, json.dumps])
def test_a_message_is_understood_in_any_wrapping_that_has_a_time(wrap):
    body = wrap(INBOUND | ({"timestamp": "2026-11-24T11:59:00Z"} if wrap is json.dumps else {}))

    assert (fact_of(body).text, fact_of(body).channel) == ("I need help with my order", "sms")
    assert identifiers_of(body) == ["phone:+447700900001"]


@pytest.mark.parametrize(
    ("words", "intent"),
    [("STOP", Intent.STOP), ("please stop", Intent.STOP), ("HELP", Intent.HELP), ("ok", Intent.OTHER)],
)
def test_the_words_are_kept_as_they_are_and_decide_what_follows(words, intent):
    fact = fact_of(sns(INBOUND | {"messageBody": words}))

    assert fact.text == words
    assert read_reply(fact.text) is intent


def test_the_keyword_stands_in_for_words_that_are_missing():
    assert fact_of(sns(INBOUND | {"messageBody": "", "messageKeyword": "HELP"})).text == "HELP"


def test_a_stop_that_only_the_keyword_tells_is_a_stop():
    reply, change = facts_of(sns(INBOUND | {"messageBody": "ΣΤΟΠ", "messageKeyword": "STOP"}))

    assert isinstance(reply, Reply)
    assert isinstance(change, ConsentChange)
    assert (change.channels, change.granted, change.source) == (("sms",), False, "sms_keyword")


@pytest.mark.parametrize("number", ["447700900001", 447700900001, "+44 7700 900001"])
def test_a_number_without_its_plus_is_the_same_number(number):
    assert identifiers_of(sns(INBOUND | {"originationNumber": number})) == ["phone:+447700900001"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"originationNumber": "Bank"}, "missing_id"),
        ({"originationNumber": None}, "missing_id"),
        ({"originationNumber": "+00000000000"}, "missing_id"),
        ({"messageBody": None, "messageKeyword": None}, "wrong_field"),
    ],
)
def test_a_message_from_nobody_or_without_words_is_refused(changes, reason):
    assert refusal_of(sns(INBOUND | changes))[0] == reason


def test_a_message_without_any_time_is_refused():
    assert refusal_of(json.dumps(INBOUND))[0] == "missing_time"


def test_a_delivery_report_is_noted():
    fact = fact_of(sns(REPORT))

    assert (fact.kind, fact.name, fact.message_id) == (SignalKind.NOTED, "SMS text_delivered", "out-1:text_delivered")
    assert fact.time == datetime.fromtimestamp(1_795_500_000, UTC)
    assert fact_of(event(REPORT, "aws.sms-voice", "Text Message Delivery Status Updated")) == fact


def test_a_report_that_the_number_opted_out_withdraws_sms():
    change = fact_of(sns(REPORT | {"eventType": "TEXT_BLOCKED", "messageStatus": "OPTED_OUT"}))

    assert (change.channels, change.granted, change.source) == (("sms",), False, "sms_optout")
