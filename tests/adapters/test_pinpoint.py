"""Pinpoint's event stream: its emails, its SMS and its apps."""

from datetime import UTC, datetime

import pytest

from attune.domain.signals import SignalKind
from tests.support.senders import event, fact_of, identifiers_of, needs_real, real, refusal_of, sns

AT = 1_795_500_000_000


def email(kind, **details):
    mail_event = {"mail": {"message_id": "m-1", "destination": ["ada@example.com"]}, kind: details}
    return event(
        {"event_type": f"_email.{kind}", "event_timestamp": AT, "facets": {"email_channel": {"mail_event": mail_event}}}
    )


def sms(kind, status="DELIVERED"):
    attributes = {"destination_phone_number": "+447700900001", "record_status": status, "message_id": "out-1"}
    return event({"event_type": f"_SMS.{kind}", "event_timestamp": AT, "attributes": attributes})


def app(kind, **fields):
    return event(
        {
            "event_type": kind,
            "event_timestamp": AT,
            "client": {"client_id": "endpoint-1"},
            "session": {"session_id": "s-1"},
            "device": {"locale": {"code": "en_GB"}, "platform": {"name": "iOS"}},
            **fields,
        }
    )


@needs_real
@pytest.mark.parametrize(
    ("name", "said", "handle"),
    [
        ("email_0", "Email Sent", "email:recipient@example.com"),
        ("email_1", "Email Delivered", "email:recipient@example.com"),
        ("email_2", "Email Clicked", "email:recipient@example.com"),
        ("email_3", "Email Opened", "email:recipient@example.com"),
        ("sms_0", "SMS delivered", "phone:+14255550199"),
    ],
)
@pytest.mark.parametrize("wrap", [sns, event])
def test_the_documented_emails_and_sms_are_noted(wrap, name, said, handle):
    fact = fact_of(wrap(real(f"sms/pinpoint_event_stream_{name}")))

    assert (fact.kind, fact.name, fact.customer_id) == (SignalKind.NOTED, said, handle)


@needs_real
def test_the_documented_app_event_is_something_that_happened_on_a_device():
    fact = fact_of(sns(real("sms/pinpoint_event_stream_app_0")))

    assert (fact.kind, fact.name) == (SignalKind.OTHER, "session.stop")
    assert fact.customer_id == "anon:pinpoint:m3n4o5p6-a1b2-c3d4-e5f6-g7h8i9j0k1l2"
    assert fact.session_id == "f549dea9-1090-945d-c3d1-e4967example"
    assert fact.context == {"device": "phone", "locale": "en_US"}


@pytest.mark.parametrize(
    ("kind", "source"), [("hardbounce", "ses_bounce"), ("complaint", "ses_complaint"), ("unsubscribe", "ses_complaint")]
)
def test_emails_that_must_not_be_repeated_withdraw_the_channel(kind, source):
    change = fact_of(email(kind))

    assert (change.channels, change.granted, change.source) == (("email",), False, source)


@pytest.mark.parametrize("kind", ["softbounce", "rejected", "rendering_failure", "something_new"])
def test_other_emails_are_noted(kind):
    assert fact_of(email(kind)).kind is SignalKind.NOTED


@pytest.mark.parametrize(("kind", "status"), [("OPTOUT", "OPTED_OUT"), ("OPTOUT", ""), ("FAILURE", "OPTED_OUT")])
def test_whoever_opted_out_of_sms_is_not_written_to_by_sms(kind, status):
    change = fact_of(sms(kind, status))

    assert (change.channels, change.granted, change.source) == (("sms",), False, "sms_optout")
    assert change.customer_id == "phone:+447700900001"


@pytest.mark.parametrize(
    ("kind", "status"),
    [("SUCCESS", "DELIVERED"), ("FAILURE", "INVALID"), ("BUFFERED", "SUCCESSFUL"), ("FAILURE", "BLOCKED")],
)
def test_other_sms_are_noted(kind, status):
    fact = fact_of(sms(kind, status))

    assert (fact.kind, fact.time) == (SignalKind.NOTED, datetime.fromtimestamp(AT // 1000, UTC))


def test_what_an_app_records_under_a_name_of_the_catalogue_is_that_event():
    body = app("Product Added", attributes={"cart_id": "cart-9", "userId": "c-1"}, metrics={"value": 119.0})

    fact = fact_of(body)

    assert (fact.kind, fact.reference, fact.customer_id, fact.session_id) == (
        SignalKind.PRODUCT_ADDED,
        "cart-9",
        "c-1",
        "s-1",
    )
    assert fact.context == {"device": "phone", "locale": "en_GB", "cart_value": "119"}
    assert identifiers_of(body) == ["user:c-1", "anon:pinpoint:endpoint-1"]


def test_events_that_name_nobody_are_refused():
    assert refusal_of(event({"event_type": "_email.send", "event_timestamp": AT}))[0] == "missing_id"
    assert refusal_of(event({"event_type": "_SMS.SUCCESS", "event_timestamp": AT}))[0] == "missing_id"
    assert refusal_of(event({"event_type": "custom", "event_timestamp": AT}))[0] == "missing_id"
