"""Mail to the address of List-Unsubscribe: who asks to stop is not written to any more; nothing else of it is read."""

from datetime import UTC, datetime

import pytest

from attune.adapters.email_headers import unsubscribe_mailto
from attune.domain.signals import ConsentChange, SignalKind
from tests.support.senders import fact_of, identifiers_of, refusal_of, sns


def received(subject="unsubscribe cart-1", sender="Ada <Ada@example.com>", **verdicts):
    mail = {
        "messageId": "in-1",
        "timestamp": "2026-11-24T11:58:00.000Z",
        "source": "bounce@example.com",
        "destination": ["unsubscribe@in.shop.example"],
        "commonHeaders": {"from": [sender], "subject": subject},
    }
    status = {f"{name}Verdict": {"status": verdict} for name, verdict in verdicts.items()}
    return sns({"notificationType": "Received", "mail": mail, "receipt": {"recipients": mail["destination"], **status}})


@pytest.mark.parametrize(
    "subject",
    [
        "unsubscribe",
        "unsubscribe cart_abandonment-0123456789abcdef0123456789abcdef",
        "UNSUBSCRIBE",
        "Please stop",
        "Abmelden",
        "=?utf-8?b?dW5zdWJzY3JpYmU=?=",
        "=?utf-8?q?unsubscribe?= cart-1",
    ],
)
def test_who_asks_to_stop_in_the_subject_gets_no_more_email(subject):
    change = fact_of(received(subject))

    assert isinstance(change, ConsentChange)
    assert (change.customer_id, change.channels, change.granted, change.source) == (
        "email:ada@example.com",
        ("email",),
        False,
        "unsubscribe_mail",
    )
    assert change.time == datetime(2026, 11, 24, 11, 58, tzinfo=UTC)


def test_what_our_own_mailto_link_writes_is_understood():
    link = unsubscribe_mailto("unsubscribe@in.shop.example", "cart_abandonment-00ff")
    subject = link.partition("subject=")[2].partition("&")[0].replace("%20", " ")

    assert isinstance(fact_of(received(subject)), ConsentChange)


@pytest.mark.parametrize(
    "subject",
    ["Re: Can we help?", "", None, 5, "=?utf-8?b?broken", "Cancel my order", "End of the week", "Stop by", "x" * 5000],
)
def test_anything_else_is_noted_and_changes_nothing(subject):
    fact = fact_of(received(subject))

    assert (fact.kind, fact.name) == (SignalKind.NOTED, "Email Received")


@pytest.mark.parametrize(
    ("verdict", "taken"), [("PASS", True), ("GRAY", True), ("PROCESSING_FAILED", True), ("FAIL", False)]
)
def test_mail_that_its_own_domain_disowns_opts_nobody_out(verdict, taken):
    assert isinstance(fact_of(received(dmarc=verdict)), ConsentChange) is taken


def test_the_address_in_the_mail_counts_and_not_the_one_bounces_go_to():
    assert identifiers_of(received()) == ["email:ada@example.com"]


def test_the_same_mail_twice_is_one_word():
    assert fact_of(received()).message_id == fact_of(received()).message_id == "received:in-1"


def test_mail_from_nobody_is_refused_with_what_is_missing():
    reason, message = refusal_of(received(sender="nobody"))

    assert reason == "missing_id"
    assert "commonHeaders.from" in message
