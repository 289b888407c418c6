"""The Segment spec: its own published examples are understood as they are."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from attune.adapters.senders import read_event
from attune.domain.errors import RejectedEventError
from attune.domain.identifiers import IdentityClaim
from attune.domain.sessions import open_moments, state_of
from attune.domain.signals import (
    Fact,
    ProfileChange,
    Signal,
    SignalKind,
)
from tests.support.builders import CART, NOON, session_of
from tests.support.events import envelope

SPEC = Path(__file__).resolve().parents[3] / "shared" / "events" / "segment_spec"
needs_spec = pytest.mark.skipif(
    not SPEC.is_dir(), reason=f"THE SEGMENT SPEC'S OWN EXAMPLES ARE NOT AT {SPEC}: NOTHING WAS COMPARED WITH THEM"
)


def spec(name: str) -> Any:
    return json.loads((SPEC / f"{name}.json").read_text(encoding="utf-8"))


def ecommerce() -> list[dict[str, Any]]:
    return spec("ecommerce_v2_track_calls") if SPEC.is_dir() else []


def read(detail: dict[str, Any], now: datetime = NOON) -> Fact:
    """Return what a call says beside whom it is about."""
    [fact] = [fact for fact in read_event(envelope(detail), now) if not isinstance(fact, IdentityClaim)]
    return fact


@needs_spec
def test_the_specs_identify_call_tells_name_email_and_country():
    fact = read(spec("identify"))

    assert isinstance(fact, ProfileChange)
    assert (fact.customer_id, fact.message_id) == ("97980cfea0067", "022bb90c-bbac-11e4-8dfc-aa07a5b093db")
    assert fact.time == datetime(2015, 2, 23, 22, 28, 55, 111_000, tzinfo=UTC)
    assert fact.traits == {"first_name": "Peter", "email": "peter@example.com", "country": "USA", "region": "CA"}


@needs_spec
@pytest.mark.parametrize(
    ("name", "customer", "kind", "context"),
    [
        ("page", "97980cfea0067", SignalKind.PAGE_VIEWED, {"device": "desktop"}),
        ("screen", "97980cfea0067", SignalKind.PAGE_VIEWED, {}),
        ("track", "AiUGstSDIg", SignalKind.OTHER, {"device": "desktop", "page_path": "/academy/"}),
        (
            "common",
            "97980cfea0067",
            SignalKind.OTHER,
            {
                "device": "phone",
                "time_zone": "Europe/Amsterdam",
                "locale": "en-US",
                "campaign_source": "Newsletter",
                "campaign_medium": "email",
                "campaign_name": "TPS Innovation Newsletter",
                "campaign_keyword": "tps reports",
                "click_id": "dataxu:ABCD582CDEFFFF01919",
                "landing_page": "/academy/",
                "page_path": "/academy/",
            },
        ),
    ],
)
def test_the_specs_other_calls_are_understood_as_they_are(name, customer, kind, context):
    detail = spec(name)
    fact = read(detail)

    assert isinstance(fact, Signal)
    assert (fact.kind, fact.context) == (kind, context)
    assert fact.customer_id == detail.get("userId", customer)
    assert fact.time.isoformat(timespec="milliseconds").replace("+00:00", "Z") == detail["timestamp"]


EXPECTED = {
    "Products Searched": SignalKind.SEARCHED,
    "Product List Viewed": SignalKind.VIEWED,
    "Product List Filtered": SignalKind.PRICE_SORTED,
    "Promotion Viewed": SignalKind.OTHER,
    "Promotion Clicked": SignalKind.OTHER,
    "Product Clicked": SignalKind.VIEWED,
    "Product Viewed": SignalKind.VIEWED,
    "Product Added": SignalKind.PRODUCT_ADDED,
    "Product Removed": SignalKind.PRODUCT_REMOVED,
    "Cart Viewed": SignalKind.CART_VIEWED,
    "Checkout Started": SignalKind.CHECKOUT_STARTED,
    "Checkout Step Viewed": SignalKind.CHECKOUT_STARTED,
    "Checkout Step Completed": SignalKind.CHECKOUT_STARTED,
    "Payment Info Entered": SignalKind.CHECKOUT_STARTED,
    "Order Updated": SignalKind.OTHER,
    "Order Completed": SignalKind.ORDERED,
    "Order Refunded": SignalKind.ORDER_TAKEN_BACK,
    "Order Cancelled": SignalKind.ORDER_TAKEN_BACK,
    "Coupon Entered": SignalKind.COUPON_USED,
    "Coupon Applied": SignalKind.COUPON_USED,
    "Coupon Denied": SignalKind.COUPON_USED,
    "Coupon Removed": SignalKind.COUPON_USED,
    "Product Added to Wishlist": SignalKind.OTHER,
    "Product Removed from Wishlist": SignalKind.OTHER,
    "Wishlist Product Added to Cart": SignalKind.PRODUCT_ADDED,
    "Product Shared": SignalKind.OTHER,
    "Cart Shared": SignalKind.OTHER,
    "Product Reviewed": SignalKind.OTHER,
}


@needs_spec
@pytest.mark.parametrize("detail", ecommerce(), ids=lambda detail: detail["event"])
def test_the_specs_ecommerce_calls_say_nobody_and_are_refused_as_they_are(detail):
    with pytest.raises(RejectedEventError, match="userId or anonymousId") as caught:
        read_event(envelope(detail | {"timestamp": NOON.isoformat()}), NOON)

    assert caught.value.reason == "missing_id"


@needs_spec
@pytest.mark.parametrize("detail", ecommerce(), ids=lambda detail: detail["event"])
def test_the_specs_ecommerce_calls_are_understood_once_they_say_who(detail):
    fact = read({**detail, "userId": "ada", "messageId": "m1", "timestamp": NOON.isoformat()})

    assert isinstance(fact, Signal)
    assert fact.kind is EXPECTED[detail["event"]]


@needs_spec
def test_the_specs_checkout_is_one_undertaking_although_its_steps_name_other_ids():
    """The cart has a cart_id, the steps of the checkout a checkout_id: a coupon must count for both."""
    signals = []
    for minute, name in enumerate(["Product Added", "Coupon Entered", "Checkout Started", "Checkout Step Viewed"]):
        detail = next(one for one in ecommerce() if one["event"] == name)
        time = NOON.replace(minute=minute).isoformat()
        signals.append(read({**detail, "userId": "ada", "messageId": name, "timestamp": time}))

    session = session_of(signals, CART)

    assert open_moments(state_of(session, [CART]), [CART]) == ()
