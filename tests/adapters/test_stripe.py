"""Stripe's events: failed payments, checkouts given up, purchases, customers, and events without an object."""

import json
from datetime import UTC, datetime

import pytest

from attune.domain.signals import ProfileChange, Signal, SignalKind
from tests.support.senders import (
    claim_of,
    event,
    fact_of,
    identifiers_of,
    kind_of,
    needs_real,
    real,
    refusal_of,
    stripe,
)

SIX = datetime.fromtimestamp(1_795_500_000, UTC)
PAYMENT = {
    "object": "payment_intent",
    "id": "pi_1",
    "amount": 1099,
    "currency": "usd",
    "customer": "cus_1",
    "receipt_email": "Ada@example.com",
    "invoice": None,
    "metadata": {"cart_id": "cart-9"},
}
SESSION = {
    "object": "checkout.session",
    "id": "cs_1",
    "created": 1_795_400_000,
    "client_reference_id": "c-1",
    "customer": None,
    "mode": "payment",
    "amount_total": 2500,
    "currency": "eur",
    "locale": "auto",
    "customer_details": {"email": "ada@example.com", "phone": "+447700900001", "name": "Ada Lovelace"},
    "after_expiration": {"recovery": {"enabled": True, "url": "https://buy.stripe.com/r/1"}},
    "metadata": {},
}


@needs_real
@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("charge", "charge.failed", "missing_id"),
        ("payment_intent", "payment_intent.payment_failed", "missing_id"),
        ("charge", "charge.updated", "unknown_topic"),
    ],
)
def test_stripes_own_payments_name_nobody_and_are_refused_with_what_to_set(name, kind, reason):
    code, message = refusal_of(stripe(kind, real(f"stripe_objects_mit/{name}")))

    assert code == reason
    assert "metadata.user_id" in message or "leave them out" in message


@needs_real
@pytest.mark.parametrize(
    ("name", "kind"), [("charge", "charge.failed"), ("payment_intent", "payment_intent.payment_failed")]
)
def test_stripes_own_payments_are_understood_once_they_name_a_customer(name, kind):
    fact = fact_of(stripe(kind, real(f"stripe_objects_mit/{name}") | {"customer": "cus_1"}))

    assert isinstance(fact, Signal)
    assert (fact.kind, fact.customer_id, fact.time) == (SignalKind.PAYMENT_FAILED, "ext:stripe:cus_1", SIX)


@needs_real
def test_stripes_own_checkout_session_is_a_checkout_given_up_or_an_order():
    session = real("stripe_objects_mit/checkout.session")

    expired, completed = (fact_of(stripe(f"checkout.session.{kind}", session)) for kind in ("expired", "completed"))

    assert (expired.kind, expired.customer_id) == (SignalKind.CHECKOUT_STARTED, "email:example@example.com")
    assert expired.time == datetime(2009, 2, 13, 23, 31, 30, tzinfo=UTC)
    assert (completed.kind, completed.reference) == (SignalKind.ORDERED, session["id"])


@needs_real
def test_stripes_own_customer_and_plan():
    customer = fact_of(stripe("customer.updated", real("stripe_objects_mit/customer")))
    plan = json.dumps({"id": "e", "source": "aws.partner/stripe.com/ed_1", "detail": real("stripe_objects_mit/event")})

    assert isinstance(customer, ProfileChange)
    assert (customer.customer_id, customer.traits) == ("ext:stripe:cus_QXg1o8vcGmoR32", {})
    assert refusal_of(plan)[0] == "unknown_topic"


@pytest.mark.parametrize(
    "kind",
    [
        "payment_intent.payment_failed",
        "charge.failed",
        "invoice.payment_failed",
        "checkout.session.async_payment_failed",
        "Payment_Intent.Payment_Failed",
    ],
)
def test_a_failed_payment_is_one_of_the_cart_the_shop_named(kind):
    fact = fact_of(stripe(kind, PAYMENT))

    assert (fact.kind, fact.reference, fact.message_id) == (SignalKind.PAYMENT_FAILED, "cart-9", "evt_1")
    assert fact.context == {"currency": "USD", "cart_value": "10.99"}


@pytest.mark.parametrize(
    ("currency", "amount", "value"),
    [("jpy", 1099, "1099"), ("kwd", 1099, "1.099"), ("eur", 100, "1.00"), ("usd", None, None)],
)
def test_amounts_are_in_major_units(currency, amount, value):
    fact = fact_of(stripe("charge.failed", PAYMENT | {"currency": currency, "amount": amount}))

    assert fact.context.get("cart_value") == value


def test_a_session_that_expired_was_begun_when_it_was_created():
    body = stripe("checkout.session.expired", SESSION)

    fact = fact_of(body)

    assert (fact.kind, fact.reference) == (SignalKind.CHECKOUT_STARTED, "cs_1")
    assert fact.time == datetime.fromtimestamp(1_795_400_000, UTC)
    assert fact.context["cart_url"] == "https://buy.stripe.com/r/1"
    assert "locale" not in fact.context
    assert identifiers_of(body) == ["user:c-1", "email:ada@example.com", "phone:+447700900001"]
    assert claim_of(body).name == "ada lovelace"


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        ("checkout.session.completed", {}, SignalKind.ORDERED),
        ("checkout.session.completed", {"mode": "setup"}, SignalKind.NOTED),
        ("payment_intent.succeeded", {}, SignalKind.ORDERED),
        ("payment_intent.succeeded", {"invoice": "in_1"}, SignalKind.NOTED),
        ("customer.subscription.created", {}, SignalKind.NOTED),
        ("customer.subscription.deleted", {}, SignalKind.NOTED),
        ("customer.subscription.trial_will_end", {}, SignalKind.NOTED),
        ("invoice.paid", {}, SignalKind.NOTED),
        ("charge.dispute.created", {}, SignalKind.NOTED),
        ("some.newer.type", {}, SignalKind.NOTED),
    ],
)
def test_what_is_no_struggle_is_a_purchase_or_a_note(kind, changes, expected):
    thing = SESSION if kind.startswith("checkout") else PAYMENT

    assert kind_of(stripe(kind, thing | changes)) is expected


def test_a_customer_record_becomes_traits():
    customer = {
        "object": "customer",
        "id": "cus_1",
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "phone": "07700 900001",
        "address": {"country": "GB"},
        "preferred_locales": ["en-GB", "de"],
        "metadata": {"user_id": 7, "anonymous_id": "cookie"},
    }
    body = stripe("customer.created", customer)

    assert fact_of(body).traits == {
        "first_name": "Ada",
        "email": "ada@example.com",
        "phone": "+447700900001",
        "country": "GB",
        "locale": "en-GB",
    }
    assert identifiers_of(body) == [
        "user:7",
        "ext:stripe:cus_1",
        "email:ada@example.com",
        "phone:+447700900001",
        "anon:cookie",
    ]


@pytest.mark.parametrize(
    "guest",
    [
        {"billing_details": {"email": "ada@example.com"}},
        {"last_payment_error": {"payment_method": {"billing_details": {"email": "ada@example.com"}}}},
        {"receipt_email": "ada@example.com"},
        {"customer_email": "ada@example.com"},
        {"customer_details": {"email": "ada@example.com"}},
    ],
)
@pytest.mark.parametrize("kind", ["payment_intent.payment_failed", "charge.refunded"])
def test_a_guest_is_known_by_the_email_they_gave(kind, guest):
    body = stripe(kind, {"object": "charge", "id": "ch_1", "customer": None, **guest})

    assert identifiers_of(body) == ["email:ada@example.com"]


def test_an_expanded_customer_is_read_as_one():
    body = stripe(
        "charge.failed", PAYMENT | {"customer": {"object": "customer", "id": "cus_2", "email": "eve@example.com"}}
    )

    assert identifiers_of(body) == ["ext:stripe:cus_2", "email:eve@example.com"]


def test_a_thin_event_is_noted_about_a_customer_and_else_refused_with_what_to_do():
    thin = {
        "object": "v2.core.event",
        "id": "evt_9",
        "type": "v1.billing.meter.error",
        "created": "2026-11-24T11:00:00Z",
    }
    source = "aws.partner/stripe.com/ed_1"

    about_customer = event(thin | {"related_object": {"id": "cus_1", "type": "customer"}}, source)
    about_meter = event(thin | {"related_object": {"id": "mtr_1"}}, source)

    assert (kind_of(about_customer), identifiers_of(about_customer)) == (SignalKind.NOTED, ["ext:stripe:cus_1"])
    assert refusal_of(about_meter)[0] == "thin_event"
    assert "snapshot events" in refusal_of(about_meter)[1]
    assert refusal_of(event(thin | {"related_object": None}))[0] == "thin_event"
    assert refusal_of(stripe("payment_intent.payment_failed", None))[0] == "thin_event"


def test_words_that_stand_for_nobody_are_no_user_ids():
    assert identifiers_of(stripe("charge.failed", PAYMENT | {"metadata": {"user_id": "null"}}))[0] == "ext:stripe:cus_1"
