"""What SES says of emails, in its three shapes: who bounces or complains is not written to any more."""

import json
from datetime import UTC, datetime

import pytest

from attune.domain.signals import ConsentChange, Signal, SignalKind
from tests.support.senders import event, fact_of, facts_of, identifiers_of, needs_real, real, refusal_of, sns

AT = datetime(2026, 11, 24, 11, tzinfo=UTC)
MAIL = {"messageId": "m-1", "timestamp": "2026-11-24T10:59:00Z", "destination": ["Ada <Ada@example.com>"]}


def bounce(kind="Permanent", *addresses):
    recipients = [{"emailAddress": address} for address in addresses or ("ada@example.com",)]
    return {
        "eventType": "Bounce",
        "mail": MAIL,
        "bounce": {"bounceType": kind, "bouncedRecipients": recipients, "timestamp": "2026-11-24T11:00:00Z"},
    }


def fate(kind, mail=MAIL, **details):
    name = kind[0].lower() + kind[1:]
    return {"eventType": kind, "mail": mail, name: {"timestamp": "2026-11-24T11:00:00Z", **details}}


@needs_real
@pytest.mark.parametrize("shape", ["firehose", "sns"])
@pytest.mark.parametrize(
    ("kind", "source"), [("Bounce", "ses_bounce"), ("Complaint", "ses_complaint"), ("Subscription", "ses_subscription")]
)
def test_ses_own_examples_withdraw_the_channel(shape, kind, source):
    payload = real(f"ses_event_publishing/{shape}_{kind}")
    bodies = [sns(payload), event(payload, "aws.ses", "Email Bounced"), event(payload)]

    changes = [fact_of(body) for body in bodies]

    assert all(isinstance(change, ConsentChange) for change in changes)
    assert {(c.customer_id, c.channels, c.granted, c.source) for c in changes} == {
        ("email:recipient@example.com", ("email",), False, source)
    }
    assert len({change.message_id for change in changes}) == 1


@needs_real
@pytest.mark.parametrize("shape", ["firehose", "sns"])
@pytest.mark.parametrize(
    ("kind", "name", "handle"),
    [
        ("Send", "Email Sent", "email:recipient@example.com"),
        ("Delivery", "Email Delivered", "email:recipient@example.com"),
        ("DeliveryDelay", "Email Delivery Delayed", "email:recipient@example.com"),
        ("Reject", "Email Rejected", "email:sender@example.com"),
        ("RenderingFailure", "Email Rendering Failed", "email:recipient@example.com"),
        ("Open", "Email Opened", "email:recipient@example.com"),
        ("Click", "Email Clicked", "email:recipient@example.com"),
    ],
)
def test_ses_own_examples_of_everything_else_are_noted_and_bring_no_surroundings(shape, kind, name, handle):
    fact = fact_of(sns(real(f"ses_event_publishing/{shape}_{kind}")))

    assert isinstance(fact, Signal)
    assert (fact.kind, fact.name, fact.customer_id, fact.context) == (SignalKind.NOTED, name, handle, {})


def test_a_notification_of_an_identity_says_the_same_under_another_name():
    notification = {**bounce(), "notificationType": "Bounce"}
    del notification["eventType"]

    for body in (sns(notification), event(notification, "aws.ses", "Email Bounced")):
        assert (fact_of(body).source, fact_of(body).time) == ("ses_bounce", AT)


def test_the_shape_without_an_envelope_is_what_sns_delivers_raw():
    assert fact_of(json.dumps(bounce())).source == "ses_bounce"


def test_the_detail_type_tells_the_kind_where_the_event_does_not():
    detail = {name: value for name, value in bounce().items() if name != "eventType"}

    assert fact_of(event(detail, "aws.ses", "Email Bounced")).source == "ses_bounce"


@pytest.mark.parametrize("kind", ["Transient", "Undetermined", None, 5])
def test_a_bounce_that_may_pass_is_only_noted(kind):
    assert fact_of(sns(bounce(kind))).kind is SignalKind.NOTED


@pytest.mark.parametrize("kind", ["Permanent", "permanent", "PERMANENT"])
def test_a_bounce_for_good_withdraws_each_recipient_it_names(kind):
    facts = facts_of(sns(bounce(kind, "ada@example.com", "Eve@Example.com", "ada@example.com", "nonsense")))

    assert [(fact.customer_id, fact.granted) for fact in facts] == [
        ("email:ada@example.com", False),
        ("email:eve@example.com", False),
    ]
    assert len({fact.message_id for fact in facts}) == 2


def test_a_complaint_withdraws_at_once_and_taking_a_mail_out_of_spam_does_not():
    recipients = [{"emailAddress": "ada@example.com"}]
    complaint = fact_of(sns(fate("Complaint", complainedRecipients=recipients)))
    nice = fact_of(sns(fate("Complaint", complainedRecipients=recipients, complaintFeedbackType="not-spam")))

    assert (complaint.granted, complaint.source, complaint.time) == (False, "ses_complaint", AT)
    assert nice.kind is SignalKind.NOTED


@pytest.mark.parametrize(
    ("preferences", "withdrawn"),
    [
        ({"unsubscribeAll": True}, True),
        ({"unsubscribeAll": "true"}, True),
        ({"unsubscribeAll": False, "topicSubscriptionStatus": [{"subscriptionStatus": "OptOut"}]}, True),
        (
            {
                "unsubscribeAll": False,
                "topicSubscriptionStatus": [{"subscriptionStatus": "OptOut"}, {"subscriptionStatus": "OptIn"}],
            },
            False,
        ),
        ({"unsubscribeAll": False, "topicSubscriptionStatus": []}, False),
        ({}, False),
        (None, False),
    ],
)
def test_only_giving_up_everything_withdraws_the_channel_and_coming_back_grants_nothing(preferences, withdrawn):
    fact = fact_of(sns(fate("Subscription", newTopicPreferences=preferences)))

    assert isinstance(fact, ConsentChange) is withdrawn


def test_a_link_clicked_twice_is_two_clicks_and_a_delivery_told_twice_is_one():
    first, second = (fate("Click", timestamp=f"2026-11-24T11:0{minute}:00Z") for minute in (0, 1))

    assert fact_of(sns(first)).message_id != fact_of(sns(second)).message_id
    assert fact_of(sns(fate("Delivery"))).message_id == fact_of(event(fate("Delivery"), "aws.ses")).message_id


def test_whom_it_is_about_is_known_by_the_address():
    assert identifiers_of(sns(fate("Open"))) == ["email:ada@example.com"]


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ({"notificationType": "AmazonSnsSubscriptionSucceeded", "message": "You have subscribed"}, "unknown_topic"),
        ({"notificationType": "Received", "mail": {"messageId": "in-1", "source": "nobody"}}, "missing_id"),
        ({"eventType": "Something New", "mail": MAIL}, "unknown_topic"),
        ({"eventType": "Bounce", "mail": None, "bounce": {}}, "unknown_topic"),
        ({"eventType": "Send", "mail": {**MAIL, "destination": []}}, "missing_id"),
        ({"eventType": "Send", "mail": {**MAIL, "destination": ["nobody"]}}, "missing_id"),
    ],
)
def test_what_says_nothing_of_an_emails_fate_is_refused(detail, reason):
    assert refusal_of(sns(detail))[0] == reason


def test_news_of_the_account_is_refused():
    assert refusal_of(event({"data": {}}, "aws.ses", "Advisor Recommendation Status Open"))[0] == "unknown_topic"
