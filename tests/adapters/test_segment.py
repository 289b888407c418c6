"""Calls of the Segment spec as senders write them: names, ids, times, devices, traits and consent in every variant."""

import json
from datetime import datetime
from typing import Any

import pytest

from attune.adapters.senders import read_event
from attune.domain.identifiers import IdentityClaim
from attune.domain.signals import (
    CaseResolved,
    ConsentChange,
    Fact,
    Feedback,
    ProfileChange,
    Reply,
    Signal,
    SignalKind,
)
from tests.support.builders import NOON
from tests.support.events import call, envelope, identify, track


def read(detail: dict[str, Any], now: datetime = NOON) -> Fact:
    """Return what a call says beside whom it is about."""
    [fact] = [fact for fact in read_event(envelope(detail), now) if not isinstance(fact, IdentityClaim)]
    return fact


def kind_of(event: str, **properties: Any) -> SignalKind:
    fact = read(track("ada", event, NOON, **properties))
    assert isinstance(fact, Signal)
    return fact.kind


@pytest.mark.parametrize(
    "name",
    [
        "Product Added",
        "product added",
        "PRODUCT ADDED",
        "product_added",
        "PRODUCT_ADDED",
        "product-added",
        "productAdded",
        "ProductAdded",
        "  Product   Added ",
        "product.added",
    ],
)
def test_a_name_is_understood_however_it_is_written(name):
    assert kind_of(name) is SignalKind.PRODUCT_ADDED


@pytest.mark.parametrize("name", ["Product Added Again", "Added", "Produit Ajouté", "👋", "Order Completed?!x"])
def test_an_unknown_name_is_something_else_that_happened(name):
    assert kind_of(name) is SignalKind.OTHER


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        ({"query": "shoes"}, SignalKind.SEARCHED),
        ({"query": "shoes", "results_count": 3}, SignalKind.SEARCHED),
        ({"query": "shoes", "results_count": 0}, SignalKind.SEARCHED_IN_VAIN),
        ({"query": "shoes", "result_count": "0"}, SignalKind.SEARCHED_IN_VAIN),
        ({"query": "shoe Coupon"}, SignalKind.DEAL_SEARCHED),
        ({"query": "Rabattcode", "results_count": 0}, SignalKind.DEAL_SEARCHED),
        ({"query": None}, SignalKind.SEARCHED),
        ({"query": ["discount"]}, SignalKind.DEAL_SEARCHED),
        ({}, SignalKind.SEARCHED),
    ],
)
def test_a_search_says_whether_it_was_in_vain_or_for_a_deal(properties, kind):
    assert kind_of("Search Performed", **properties) is kind
    assert kind_of("Products Searched", **properties) is kind


@pytest.mark.parametrize(
    ("sorts", "kind"),
    [
        ([{"type": "price", "value": "desc"}], SignalKind.PRICE_SORTED),
        ([{"type": "newest"}], SignalKind.VIEWED),
        ([], SignalKind.VIEWED),
        ("price", SignalKind.VIEWED),
        ([None, 3], SignalKind.VIEWED),
        (None, SignalKind.VIEWED),
    ],
)
def test_sorting_by_price_is_told_from_other_filters(sorts, kind):
    assert kind_of("Product List Filtered", sorts=sorts) is kind


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [
        ("Pricing", "", SignalKind.PRICING_VIEWED),
        ("", "/preise", SignalKind.PRICING_VIEWED),
        ("", "/help/returns", SignalKind.HELP_VIEWED),
        ("FAQ", "", SignalKind.HELP_VIEWED),
        ("Home", "/", SignalKind.PAGE_VIEWED),
        ("My Account", "/account/orders", SignalKind.ACCOUNT_VIEWED),
        ("Login", "", SignalKind.ACCOUNT_VIEWED),
        ("", "/about-us", SignalKind.INFORMATION_VIEWED),
        ("", "/impressum", SignalKind.INFORMATION_VIEWED),
        ("", "/account/help", SignalKind.HELP_VIEWED),
        ("", "", SignalKind.PAGE_VIEWED),
    ],
)
@pytest.mark.parametrize("type_", ["page", "screen"])
def test_pages_are_told_apart_by_name_and_path(type_, name, path, kind):
    fact = read(call(type_, "ada", NOON, name=name, properties={"path": path}))

    assert isinstance(fact, Signal)
    assert fact.kind is kind


def test_a_path_may_stand_in_the_context_of_a_page():
    fact = read(call("page", "ada", NOON, context={"page": {"path": "/pricing"}}))

    assert isinstance(fact, Signal)
    assert fact.kind is SignalKind.PRICING_VIEWED


@pytest.mark.parametrize("type_", ["group", "alias"])
def test_calls_that_say_nothing_of_a_struggle_are_still_signs_of_life(type_):
    fact = read(call(type_, "ada", NOON))

    assert isinstance(fact, Signal)
    assert fact.kind is SignalKind.OTHER


def test_whoever_is_not_logged_in_is_known_by_their_device():
    detail = track("ada", "Product Added", NOON)
    detail["anonymousId"] = detail.pop("userId")

    assert read(detail).customer_id == "anon:ada"
    assert read({**detail, "userId": "eve"}).customer_id == "eve"


def test_numbers_are_ids_too():
    detail = track("ada", "Product Added", NOON, cart_id=7) | {"userId": 42, "messageId": 99}

    fact = read(detail)

    assert isinstance(fact, Signal)
    assert (fact.customer_id, fact.message_id, fact.reference) == ("42", "99", "7")


def test_without_a_message_id_the_envelopes_id_tells_duplicates_apart():
    detail = track("ada", "Product Added", NOON)
    del detail["messageId"]
    body = envelope(detail)

    [first], [again] = read_event(body, NOON), read_event(body, NOON)

    assert first.message_id == again.message_id == json.loads(body)["id"]


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [
        ("2026-11-24T12:00:00Z", NOON),
        ("2026-11-24T17:45:00+05:45", NOON),
        ("2026-11-24T12:00:00", NOON),
        ("2026-11-24 12:00:00.000Z", NOON),
        (int(NOON.timestamp()), NOON),
        (int(NOON.timestamp()) * 1000, NOON),
    ],
)
def test_times_are_read_as_senders_write_them(timestamp, expected):
    assert read(track("ada", "Product Added", NOON) | {"timestamp": timestamp}).time == expected


def test_without_a_timestamp_the_envelopes_time_counts():
    body = json.loads(envelope(track("ada", "Product Added", NOON)))
    del body["detail"]["timestamp"]

    [fact] = read_event(json.dumps(body), NOON)

    assert fact.time == NOON


@pytest.mark.parametrize(
    ("where", "given"),
    [("context", {"sessionId": "s1"}), ("properties", {"session_id": "s1"}), ("properties", {"sessionId": "s1"})],
)
def test_the_session_is_read_from_where_senders_put_it(where, given):
    fact = read(call("track", "ada", NOON, event="Product Added") | {where: given})

    assert isinstance(fact, Signal)
    assert fact.session_id == "s1"


def test_without_a_session_there_is_one_for_all():
    fact = read(track("ada", "Product Added", NOON))

    assert isinstance(fact, Signal)
    assert fact.session_id == "main"


@pytest.mark.parametrize(
    ("context", "device"),
    [
        ({"device": {"type": "ios"}}, "phone"),
        ({"device": {"type": "Android"}}, "phone"),
        ({"device": {"type": "tablet"}}, "tablet"),
        ({"userAgent": "Mozilla/5.0 (iPhone) Mobile/15E148"}, "phone"),
        ({"userAgent": "Mozilla/5.0 (X11; Linux)"}, "desktop"),
        ({"userAgentData": {"mobile": True}, "userAgent": "x"}, "phone"),
        ({"device": "phone"}, ""),
        ({}, ""),
    ],
)
def test_the_device_is_read_from_whatever_tells_it(context, device):
    fact = read(track("ada", "Product Added", NOON, context=context))

    assert isinstance(fact, Signal)
    assert fact.context.get("device", "") == device


def test_a_reply_keeps_its_words_and_its_channel():
    fact = read(track("ada", "Message Replied", NOON, text="help", channel="sms"))

    assert fact == Reply(
        message_id=fact.message_id, customer_id="ada", session_id="main", time=NOON, text="help", channel="sms"
    )


def test_feedback_and_a_resolved_case_are_read():
    feedback = read(track("ada", "Feedback Given", NOON, helpful=False, journey_id="j"))
    resolved = read(track("ada", "Case Resolved", NOON, case_id="case-1"))

    assert isinstance(feedback, Feedback)
    assert (feedback.helpful, feedback.journey_id) == (False, "j")
    assert isinstance(resolved, CaseResolved)
    assert resolved.case_id == "case-1"


@pytest.mark.parametrize(
    ("event", "properties", "channels", "granted"),
    [
        ("Consent Granted", {"channels": ["sms", "email"]}, ("email", "sms"), True),
        ("Consent Granted", {"channel": "sms"}, ("sms",), True),
        ("Consent Granted", {"channels": ["all"]}, ("email", "sms", "onsite"), True),
        ("Consent Withdrawn", {"channels": ["sms", "pigeon"]}, ("sms",), False),
        ("Consent Granted", {"channels": ["email", "email_tracking"]}, ("email", "email_tracking"), True),
        ("Consent Withdrawn", {}, ("email", "sms", "onsite", "email_tracking"), False),
        ("Unsubscribed", {"channel": "email"}, ("email",), False),
    ],
)
def test_consent_is_read_channel_by_channel_and_a_withdrawal_without_one_means_all(
    event, properties, channels, granted
):
    fact = read(track("ada", event, NOON, **properties))

    assert isinstance(fact, ConsentChange)
    assert (fact.channels, fact.granted) == (channels, granted)


def test_traits_are_read_under_every_name_senders_use():
    fact = read(
        identify(
            "ada",
            NOON,
            first_name="Ada",
            language="en-GB",
            timeZone="Europe/London",
            address={"country": "GB", "email": "not@this.one"},
            email=" ada@example.com ",
            preferredChannel="email",
            vip=True,
            regulatoryFlag="yes",
            shoe_size=38,
        )
    )

    assert isinstance(fact, ProfileChange)
    assert fact.traits == {
        "first_name": "Ada",
        "locale": "en-GB",
        "time_zone": "Europe/London",
        "country": "GB",
        "email": "ada@example.com",
        "preferred_channel": "email",
        "vip": True,
    }


@pytest.mark.parametrize(
    ("source", "library", "vouched"),
    [
        ("app.shop", "", True),
        ("app.shop", "analytics-python", True),
        ("app.shop", "analytics.js", False),
        ("app.shop", "analytics-ios", False),
        ("app.shop", "@segment/analytics-next", False),
        ("aws.partner/segment.com/ab12", "", False),
        ("aws.partner/segment.com/ab12", "analytics-python", False),
        ("attune.http", "analytics-node", False),
    ],
)
def test_only_what_comes_from_a_server_of_the_accounts_own_is_vouched_for(source, library, vouched):
    context = {"library": {"name": library}} if library else {}
    body = json.loads(envelope(call("track", "ada", NOON, event="Form Failed", context=context)))

    [fact] = [fact for fact in read_event(json.dumps({**body, "source": source}), NOON) if isinstance(fact, Signal)]

    assert fact.vouched is vouched
