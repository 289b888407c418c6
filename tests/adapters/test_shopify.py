"""Shopify's webhooks: carts, checkouts and orders are one undertaking, and consent is what the customer said."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from attune.adapters.senders import read_event
from attune.domain.sessions import open_moments, state_of
from attune.domain.signals import ConsentChange, ProfileChange, Signal, SignalKind
from tests.support.builders import CART, session_of
from tests.support.senders import (
    claim_of,
    event,
    fact_of,
    facts_of,
    identifiers_of,
    kind_of,
    needs_real,
    real,
    refusal_of,
    shopify,
    without,
)

ADA = {"id": 42, "email": "Ada@Example.com", "phone": "+44 7700 900001", "first_name": "Ada", "last_name": "Lovelace"}
AT = "2026-11-24T11:00:00+00:00"
ITEMS = [{"id": 1, "title": "Boots", "quantity": 1}]
CHECKOUT = {
    "id": 9,
    "token": "chk",
    "cart_token": "crt",
    "customer": ADA,
    "updated_at": AT,
    "completed_at": None,
    "currency": "EUR",
    "presentment_currency": "GBP",
    "customer_locale": "en-GB",
    "total_price": "119.00",
    "abandoned_checkout_url": "https://shop.example/recover/chk",
    "shipping_address": {"country_code": "GB"},
    "line_items": ITEMS,
}
ORDER = {
    "id": 77,
    "cart_token": "crt",
    "checkout_token": "chk",
    "customer": ADA,
    "created_at": "2026-11-24T10:30:00Z",
    "updated_at": AT,
    "user_id": 5,
}


@needs_real
@pytest.mark.parametrize(
    ("name", "kind", "handle", "reference"),
    [
        ("carts_update_0", SignalKind.PRODUCT_REMOVED, "email:test@rudderstack.com", "shopify_test_get_items_fail"),
        ("checkouts_update_0", SignalKind.CHECKOUT_STARTED, "anon:shopify_cart:shopify_test2", "shopify_test2"),
        ("checkouts_update_1", SignalKind.CHECKOUT_STARTED, "anon:RUDDER_ANON_ID", "shopify_test2"),
        ("checkouts_update_2", SignalKind.CHECKOUT_STARTED, "anon:shopify_checkout:shopify_test2", "shopify_test2"),
        ("checkout_delete_0", SignalKind.NOTED, "email:test_person@email.com", ""),
        ("orders_updated_0", SignalKind.NOTED, "ext:shopify_order:shopify_test2", ""),
        ("fulfillments_create_0", SignalKind.NOTED, "ext:shopify_order:random", ""),
    ],
)
def test_webhooks_of_real_shops_are_understood(name, kind, handle, reference):
    fact = fact_of(event(real(f"shopify_webhooks_rudder_mit/{name}"), "aws.partner/shopify.com/1/a", "shopifyWebhook"))

    assert isinstance(fact, Signal)
    assert (fact.kind, fact.customer_id, fact.reference) == (kind, handle, reference)


@needs_real
def test_a_new_customer_of_a_real_shop_is_told_and_has_not_been_asked_for_consent():
    body = event(real("shopify_webhooks_rudder_mit/customers_create_0"), "aws.partner/shopify.com/1/a")

    fact = fact_of(body)

    assert isinstance(fact, ProfileChange)
    assert fact.traits == {
        "first_name": "Test",
        "email": "test.person@example.com",
        "phone": "+919876543210",
        "country": "IN",
    }
    assert identifiers_of(body) == [
        "ext:shopify:5747017285820",
        "email:test.person@example.com",
        "phone:+919876543210",
    ]


@needs_real
@pytest.mark.parametrize(
    ("name", "topic", "kind", "handle", "reference", "context"),
    [
        (
            "abandoned_checkout_0",
            "checkouts/create",
            SignalKind.CHECKOUT_STARTED,
            "ext:shopify:207119551",
            "68778783ad298f1c80c3bafcddeea02f",
            {
                "locale": "en",
                "currency": "USD",
                "country": "US",
                "cart_url": "https://checkout.local/548380009/checkouts/2a1ace52255252df566af0faaedfbfa7/recover",
                "cart_value": "379.69",
            },
        ),
        (
            "checkout_0",
            "checkouts/update",
            SignalKind.CHECKOUT_STARTED,
            "anon:shopify_checkout:5cb4149503d186d8eec0ad2c4b9c6ea7",
            "5cb4149503d186d8eec0ad2c4b9c6ea7",
            {
                "locale": "en",
                "currency": "USD",
                "cart_url": "https://jsmith.myshopify.com/548380009/checkouts/5cb4149503d186d8eec0ad2c4b9c6ea7",
                "cart_value": "995.00",
            },
        ),
        (
            "order_0",
            "orders/create",
            SignalKind.ORDERED,
            "ext:shopify:207119551",
            "68778783ad298f1c80c3bafcddeea02f",
            {
                "currency": "USD",
                "country": "US",
                "cart_value": "598.94",
                "landing_page": "http://www.example.com",
                "referrer": "http://www.otherexample.com",
            },
        ),
    ],
)
def test_shopifys_own_resources_are_understood(name, topic, kind, handle, reference, context):
    fact = fact_of(shopify(topic, real(f"shopify_rest_mit/{name}")))

    assert isinstance(fact, Signal)
    assert (fact.kind, fact.customer_id, fact.reference) == (kind, handle, reference)
    assert fact.context == context


@needs_real
@pytest.mark.parametrize("name", ["image_updated", "no_image_updated"])
def test_a_product_is_nobodys_and_the_reason_says_to_leave_the_topic_out(name):
    body = json.dumps(real(f"shopify_eventbridge/aws_quickstart_products_update_extract_values_{name}"))

    reason, message = refusal_of(body)

    assert reason == "unknown_topic"
    assert "'products/update' says nothing about a customer: leave it out" in message


@needs_real
def test_an_envelope_that_no_bus_sends_is_refused():
    reason, message = refusal_of(json.dumps(real("shopify_eventbridge/serverless_patterns_event")))

    assert reason == "malformed_envelope"
    assert "`detail-type`" in message


def test_cart_checkout_and_order_are_one_undertaking_of_one_person():
    cart = {"id": "crt", "token": "crt?key=secret", "updated_at": "2026-11-24T10:00:00Z", "line_items": ITEMS}
    facts = [
        fact_of(shopify("carts/create", cart, "1")),
        fact_of(shopify("checkouts/create", CHECKOUT | {"updated_at": "2026-11-24T10:10:00Z"}, "2")),
        fact_of(shopify("orders/create", ORDER, "3")),
    ]

    assert {fact.reference for fact in facts} == {"crt"}
    assert [fact.kind for fact in facts] == [
        SignalKind.PRODUCT_ADDED,
        SignalKind.CHECKOUT_STARTED,
        SignalKind.ORDERED,
    ]
    session = session_of(facts, CART)
    assert open_moments(state_of(session, [CART]), [CART]) == ()
    assert "anon:shopify_cart:crt" in identifiers_of(shopify("checkouts/create", CHECKOUT))
    assert "anon:shopify_cart:crt" in identifiers_of(shopify("orders/create", ORDER))
    assert identifiers_of(shopify("carts/create", cart)) == ["anon:shopify_cart:crt"]


def test_everything_that_names_the_customer_is_claimed():
    claim = claim_of(shopify("orders/create", ORDER))

    assert identifiers_of(shopify("orders/create", ORDER)) == [
        "ext:shopify:42",
        "email:ada@example.com",
        "phone:+447700900001",
        "ext:shopify_order:77",
        "anon:shopify_cart:crt",
    ]
    assert (claim.customer_id, claim.name, claim.replaces) == ("ext:shopify:42", "ada lovelace", "")


def test_ids_of_the_newer_interface_are_the_same_ids():
    newer = ORDER | {"id": "gid://shopify/Order/77", "customer": {"admin_graphql_api_id": "gid://shopify/Customer/42"}}

    assert identifiers_of(shopify("orders/create", newer))[:2] == ["ext:shopify:42", "ext:shopify_order:77"]


def test_the_member_of_staff_at_the_till_is_not_the_customer():
    body = shopify("orders/create", without(ORDER, ["customer"]) | {"user_id": 5})

    assert identifiers_of(body) == ["ext:shopify_order:77", "anon:shopify_cart:crt"]


@pytest.mark.parametrize("header", ["X-Shopify-Topic", "x-shopify-topic", "X-SHOPIFY-TOPIC"])
@pytest.mark.parametrize("topic", ["orders/create", "Orders/Create", "ORDERS_CREATE"])
def test_headers_and_topics_are_read_in_any_case(header, topic):
    assert kind_of(shopify(topic, ORDER, header=header)) is SignalKind.ORDERED


@pytest.mark.parametrize(
    "detail",
    [
        {"metadata": {"X-Shopify-Topic": ["orders/create"]}, "payload": {"order": ORDER}},
        {"metadata": {"X-Shopify-Topic": "orders/create"}, "body": ORDER},
        {"metadata": {"X-Shopify-Topic": "orders/create"}, **ORDER},
        {"headers": {"x-shopify-topic": "orders/create"}, "payload": ORDER},
        {"topic": "orders/create", "payload": ORDER},
    ],
)
def test_webhooks_are_understood_as_forwarders_wrap_them(detail):
    assert fact_of(event(detail, "aws.partner/shopify.com/1/a")).reference == "crt"


@pytest.mark.parametrize(
    ("topic", "changes", "kind"),
    [
        ("carts/create", {"line_items": ITEMS}, SignalKind.PRODUCT_ADDED),
        ("carts/update", {"line_items": ITEMS}, SignalKind.CART_VIEWED),
        ("carts/update", {"line_items": []}, SignalKind.PRODUCT_REMOVED),
        ("carts/create", {"line_items": None}, SignalKind.PRODUCT_REMOVED),
    ],
)
def test_a_cart_says_whether_something_is_in_it(topic, changes, kind):
    assert kind_of(shopify(topic, {"token": "crt", "updated_at": AT, **changes})) is kind


def test_a_finished_checkout_is_not_opened_again_by_its_last_update():
    fact = fact_of(shopify("checkouts/update", CHECKOUT | {"completed_at": "2026-11-24T10:58:00Z"}))

    assert fact.kind is SignalKind.ORDERED
    assert fact.time == datetime(2026, 11, 24, 10, 58, tzinfo=UTC)


def test_an_order_paid_for_later_closes_no_newer_cart():
    fact = fact_of(shopify("orders/paid", ORDER))

    assert fact.kind is SignalKind.ORDERED
    assert fact.time == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


def test_an_order_that_is_called_off_is_taken_back_and_names_the_order_that_was_placed():
    [placed, *_], [cancelled, *_] = (facts_of(shopify(topic, ORDER)) for topic in ("orders/create", "orders/cancelled"))

    assert (placed.kind, cancelled.kind) == (SignalKind.ORDERED, SignalKind.ORDER_TAKEN_BACK)
    assert placed.order == cancelled.order == "77"


@pytest.mark.parametrize("topic", ["orders/updated", "refunds/create", "orders/fulfilled"])
def test_what_becomes_of_an_order_is_noted(topic):
    assert kind_of(shopify(topic, ORDER | {"order_id": 77})) is SignalKind.NOTED


def test_a_checkout_brings_its_surroundings():
    payload = CHECKOUT | {"client_details": {"user_agent": "Mozilla/5.0 (iPhone) Mobile/15E148"}}

    assert fact_of(shopify("checkouts/create", payload)).context == {
        "device": "phone",
        "locale": "en-GB",
        "currency": "GBP",
        "country": "GB",
        "cart_url": "https://shop.example/recover/chk",
        "cart_value": "119.00",
    }


def test_one_event_of_the_shop_counts_once_for_each_topic_however_often_it_is_delivered():
    ids = {
        (topic, fact_of(shopify(topic, ORDER, event_id)).message_id)
        for topic in ("orders/create", "orders/paid")
        for event_id in ("ev-1", "ev-1", "ev-2")
    }

    assert len(ids) == 4
    assert fact_of(shopify("orders/create", ORDER, None)).message_id == "env-1"


CUSTOMER = {**ADA, "created_at": "2026-01-01T00:00:00Z", "updated_at": AT}
SAID = "2026-11-20T08:00:00Z"


def consents(**record):
    changes = [f for f in facts_of(shopify("customers/update", CUSTOMER | record)) if isinstance(f, ConsentChange)]
    return {change.channels: (change.granted, change.source, change.time) for change in changes}


@pytest.mark.parametrize(
    ("state", "granted"),
    [
        ("subscribed", True),
        ("SUBSCRIBED", True),
        ("unsubscribed", False),
        ("redacted", False),
        ("not_subscribed", False),
    ],
)
def test_consent_is_what_the_customer_said_when_and_where(state, granted):
    record = {"state": state, "opt_in_level": "confirmed_opt_in", "consent_updated_at": SAID}
    said = datetime(2026, 11, 20, 8, tzinfo=UTC)

    assert consents(email_marketing_consent=record) == {
        ("email",): (granted, f"shopify:{state.casefold()}:confirmed_opt_in", said)
    }
    assert consents(sms_marketing_consent=record | {"consent_collected_from": "SHOPIFY"}) == {
        ("sms",): (granted, f"shopify:{state.casefold()}:confirmed_opt_in:shopify", said)
    }


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"email_marketing_consent": None},
        {"email_marketing_consent": {"state": "not_subscribed", "consent_updated_at": None}},
        {"email_marketing_consent": {"state": "not_subscribed", "consent_updated_at": CUSTOMER["created_at"]}},
        {"email_marketing_consent": {"state": "pending", "consent_updated_at": SAID}},
        {"email_marketing_consent": {"state": "some_new_state", "consent_updated_at": SAID}},
        {"accepts_marketing": False, "accepts_marketing_updated_at": CUSTOMER["created_at"]},
        {"accepts_marketing": "yes"},
    ],
)
def test_what_nobody_said_is_neither_a_yes_nor_a_no(record):
    assert consents(**record) == {}


def test_old_shops_say_it_with_accepts_marketing():
    said = datetime(2026, 11, 20, 8, tzinfo=UTC)

    assert consents(
        accepts_marketing=True, accepts_marketing_updated_at=SAID, marketing_opt_in_level="single_opt_in"
    ) == {("email",): (True, "shopify:accepts_marketing:true:single_opt_in", said)}
    assert consents(accepts_marketing=False, accepts_marketing_updated_at=SAID) == {
        ("email",): (False, "shopify:accepts_marketing:false", said)
    }


def test_consent_said_without_a_date_counts_from_the_webhook_on():
    assert consents(sms_marketing_consent={"state": "subscribed"})[("sms",)][2] == datetime(
        2026, 11, 24, 11, tzinfo=UTC
    )


def test_two_consents_of_one_webhook_are_two_messages():
    record = {"state": "subscribed", "consent_updated_at": SAID}
    facts = facts_of(
        shopify("customers/update", CUSTOMER | {"email_marketing_consent": record, "sms_marketing_consent": record})
    )

    assert len({fact.message_id for fact in facts}) == 3


@pytest.mark.parametrize("topic", ["customers_email_marketing_consent/update", "customers_marketing_consent/update"])
def test_consent_alone_is_understood_and_a_withdrawal_needs_no_date_of_the_record(topic):
    field = "email_marketing_consent" if "email" in topic else "sms_marketing_consent"
    payload = {"customer_id": 42, field: {"state": "not_subscribed", "consent_updated_at": SAID}}

    [change] = [f for f in facts_of(shopify(topic, payload)) if isinstance(f, ConsentChange)]

    assert (change.granted, change.customer_id) == (False, "ext:shopify:42")


def test_whoever_is_to_be_erased_is_not_written_to_any_more():
    payload = {
        "shop_domain": "shop.example",
        "customer": {"id": 42, "email": "ada@example.com"},
        "orders_to_redact": [1],
    }

    [change, _] = facts_of(shopify("customers/redact", payload))

    assert (change.channels, change.granted, change.source) == (("email", "sms"), False, "shopify:redact")


@pytest.mark.parametrize(
    ("topic", "changes", "kind"),
    [
        ("fulfillments/update", {"shipment_status": "delayed"}, SignalKind.DELIVERY_DELAYED),
        ("fulfillments/create", {"shipment_status": "in_transit"}, SignalKind.NOTED),
        ("fulfillments/create", {"shipment_status": None}, SignalKind.NOTED),
        ("fulfillments/update", {"shipment_status": "failure"}, SignalKind.NOTED),
        ("fulfillments/update", {"status": "delayed"}, SignalKind.NOTED),
        ("fulfillment_events/create", {"status": "delayed"}, SignalKind.DELIVERY_DELAYED),
        ("fulfillment_events/create", {"status": "DELAYED"}, SignalKind.DELIVERY_DELAYED),
        ("fulfillment_events/create", {"status": "delivered"}, SignalKind.NOTED),
        (
            "fulfillment_events/create",
            {"status": "in_transit", "estimated_delivery_at": "2026-11-22T00:00:00Z"},
            SignalKind.DELIVERY_DELAYED,
        ),
        (
            "fulfillment_events/create",
            {"status": "in_transit", "estimated_delivery_at": "2026-11-26T00:00:00Z"},
            SignalKind.NOTED,
        ),
        (
            "fulfillment_events/create",
            {"status": "delivered", "estimated_delivery_at": "2026-11-22T00:00:00Z"},
            SignalKind.NOTED,
        ),
        (
            "fulfillments/update",
            {"status": "cancelled", "estimated_delivery_at": "2026-11-22T00:00:00Z"},
            SignalKind.NOTED,
        ),
    ],
)
def test_a_delivery_is_late_if_the_carrier_says_so_or_its_day_has_passed(topic, changes, kind):
    body = shopify(topic, {"id": 1, "order_id": 77, "email": "ada@example.com", "updated_at": AT, **changes})

    fact = fact_of(body)

    assert fact.kind is kind
    assert fact.reference == ("77" if kind is SignalKind.DELIVERY_DELAYED else "")
    assert identifiers_of(body) == ["email:ada@example.com", "ext:shopify_order:77"]


def test_an_unknown_topic_is_noted_if_it_names_a_customer_and_refused_if_not():
    assert kind_of(shopify("subscription_contracts/create", {"customer_id": 42})) is SignalKind.NOTED
    assert refusal_of(shopify("shop/update", {"id": 1, "email": "owner@shop.example"}))[0] == "unknown_topic"
    assert refusal_of(shopify("", {}))[0] == "unknown_topic"


def test_an_order_that_names_nobody_is_refused_with_what_it_needs():
    reason, message = refusal_of(shopify("checkouts/create", {"updated_at": AT}))

    assert reason == "missing_id"
    assert "cart_token" in message


def test_a_webhook_from_the_future_is_refused():
    late = (datetime(2026, 11, 24, 12, tzinfo=UTC) + timedelta(days=1)).isoformat()

    assert refusal_of(shopify("checkouts/create", CHECKOUT | {"updated_at": late}))[0] == "time_in_future"


@pytest.mark.parametrize("phone", [447700900001, "+44 7700 900001", "07700 900001", " 07700-900 001 "])
def test_phones_are_one_text_however_they_are_written(phone):
    payload = ORDER | {"customer": {"id": 42, "phone": phone, "default_address": {"country_code": "GB"}}}

    assert "phone:+447700900001" in identifiers_of(shopify("orders/create", payload))


def test_nothing_is_read_twice_from_the_same_bytes():
    body = shopify("customers/update", CUSTOMER)

    assert read_event(body, datetime(2026, 11, 24, 12, tzinfo=UTC)) == read_event(
        body, datetime(2026, 11, 25, 12, tzinfo=UTC)
    )
