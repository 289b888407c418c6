"""The contract with senders: models, schemas and what is really read say the same, today and to newer senders."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from pydantic import ValidationError

from attune.adapters.senders import read_event
from attune.domain.signals import EVENT_KINDS, KINDS_BY_EVENT, Reply, Signal, SignalKind
from attune.events.contract import EventFields
from attune.events.families import every_event
from attune.events.whole_calls import call_model, example_calls, payload_name
from attune_cli.contracts.draft4 import schema_of
from tests.support.builders import NOON
from tests.support.events import envelope

EVENTS = {event.contract.title: event for event in every_event()}
SPEC = Path(__file__).resolve().parents[3] / "shared" / "events" / "segment_spec"
ECOMMERCE = """
    Products Searched, Product List Viewed, Product List Filtered, Promotion Viewed, Promotion Clicked, Product Clicked,
    Product Viewed, Product Added, Product Removed, Cart Viewed, Checkout Started, Checkout Step Viewed,
    Checkout Step Completed, Payment Info Entered, Order Updated, Order Completed, Order Refunded, Order Cancelled,
    Coupon Entered, Coupon Applied, Coupon Denied, Coupon Removed, Product Added to Wishlist,
    Product Removed from Wishlist, Wishlist Product Added to Cart, Product Shared, Cart Shared, Product Reviewed
"""
OWN = """
    Form Failed, Page Reloaded, Rage Clicked, Error Clicked, Dead Clicked, Payment Failed, Search Performed, Delivery Delayed, Ad Clicked,
    Message Replied, Feedback Given, Touch Approved, Touch Declined, Export Requested, Deletion Requested, Note Recorded, Case Opened, Case Claimed, Case Replied, Case Resolved,
    Consent Granted, Consent Withdrawn, Unsubscribed, Fixture Announced, Form Submitted, Order Delivered, Payment Completed, Pricing Viewed, Signed Up,
    Onboarding Step Completed, Onboarding Completed
"""
CALLS = "identify, page, screen, group, alias"
VERSION_HINTS: tuple[Mapping[str, Any], ...] = (
    {"context": {"schemaVersion": "1.7"}},
    {"context": {"schemaVersion": "2.0"}},
    {"context": {"protocols": {"event_version": 3}}},
    {"properties": {"$version": "1.9.2"}},
    {"traits": {"$version": 4}},
    {"version": "1.1"},
    {"_metadata": {"schema": {"version": [1, 2]}}},
)
by_event = pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)


def with_more(call: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Add fields to a call and to the objects in it."""
    merged = {**call}
    for name, value in more.items():
        inner = isinstance(value, Mapping) and isinstance(call.get(name, {}), Mapping)
        merged[name] = {**call.get(name, {}), **value} if inner else value
    return merged


def read(call: Mapping[str, Any]) -> tuple[Any, ...]:
    return read_event(envelope(dict(call)), NOON + timedelta(days=2))


def fits(event: type[EventFields], call: Mapping[str, Any]) -> bool:
    """Whether model and schema accept a call; they must agree."""
    by_schema = Draft4Validator(schema_of(event)).is_valid(call)
    try:
        call_model(event).model_validate_json(json.dumps(call))
    except ValidationError:
        assert not by_schema, "the schema lets through what the model does not"
        return False
    assert by_schema, list(Draft4Validator(schema_of(event)).iter_errors(call))
    return True


def test_every_event_of_the_ecommerce_spec_and_every_one_of_attunes_own_has_a_contract() -> None:
    named = [name.strip() for names in (CALLS, ECOMMERCE, OWN) for name in names.split(",")]

    assert set(named) == set(EVENTS)


def test_every_event_that_is_treated_specially_has_a_contract() -> None:
    assert {*EVENT_KINDS, *KINDS_BY_EVENT} - set(EVENTS) == set()


@by_event
def test_the_schema_is_a_schema_of_draft_4(event: type[EventFields]) -> None:
    schema = schema_of(event)

    Draft4Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert "$defs" not in json.dumps(schema)
    assert '"const"' not in json.dumps(schema)


@by_event
def test_the_schema_fits_into_a_registry(event: type[EventFields]) -> None:
    """EventBridge takes 100,000 characters of content and 256 of description."""
    schema = schema_of(event)

    assert len(json.dumps(schema)) < 100_000
    assert 10 < len(schema["description"]) <= 256


@by_event
def test_its_examples_fit_and_are_understood(event: type[EventFields]) -> None:
    calls = example_calls(event)

    assert calls
    for call in calls:
        assert fits(event, call)
        facts = read(call)
        assert facts
        if event.contract.event in EVENT_KINDS:
            assert {fact.kind for fact in facts if isinstance(fact, Signal)} == {EVENT_KINDS[event.contract.event]}


@by_event
def test_a_sender_of_a_newer_version_is_read_as_before(event: type[EventFields]) -> None:
    for call in example_calls(event):
        for hint in VERSION_HINTS:
            newer = with_more(call, hint)

            assert read(newer) == read(call), hint
            assert fits(event, newer), hint


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
unknown_fields = st.dictionaries(st.text(max_size=12).map(lambda name: f"x {name}"), json_values, max_size=4)
PLACES = ("properties", "traits", "context")


@by_event
@settings(max_examples=10, deadline=None)
@given(more=unknown_fields, where=st.sampled_from(("", *PLACES)), deeper=st.booleans())
def test_unknown_fields_change_nothing_that_is_read(
    event: type[EventFields], more: Mapping[str, Any], where: str, deeper: bool
) -> None:
    added = {"x later": more} if deeper else more
    for call in example_calls(event):
        newer = with_more(call, {where: added} if where else added)

        assert read(newer) == read(call)
        assert fits(event, newer)


@pytest.mark.parametrize("event", [event for title, event in EVENTS.items() if title != "alias"])  # it has ids alone
def test_fields_of_a_newer_version_are_kept_by_the_model_as_they_are(event: type[EventFields]) -> None:
    call = {**example_calls(event)[0]}
    payload = payload_name(event)
    call[payload] = {**call.get(payload, {}), "gift_wrap": {"paper": "blue"}}

    fields = getattr(call_model(event).model_validate_json(json.dumps(call)), payload)

    assert isinstance(fields, event)
    assert fields.model_extra["gift_wrap"] == {"paper": "blue"}


@pytest.mark.skipif(not SPEC.is_dir(), reason=f"THE SEGMENT SPEC'S OWN EXAMPLES ARE NOT AT {SPEC}")
def test_the_specs_own_examples_fit_once_they_say_who() -> None:
    calls = json.loads((SPEC / "ecommerce_v2_track_calls.json").read_text(encoding="utf-8"))
    calls += [
        json.loads((SPEC / f"{name}.json").read_text(encoding="utf-8")) for name in ("identify", "page", "screen")
    ]

    assert len(calls) > 20
    for call in calls:
        event = EVENTS[call.get("event") or call["type"]]
        assert fits(event, {"userId": "ada", **call}), call


@pytest.mark.parametrize(
    ("event", "change"),
    [
        ("Search Performed", {"properties": {"results_count": "many"}}),
        ("Search Performed", {"properties": {"results_count": -1}}),
        ("Consent Granted", {"properties": {"source": "form"}}),
        ("Consent Granted", {"properties": {"channels": []}}),
        ("Consent Granted", {"properties": {"channels": ["pigeon"]}}),
        ("Feedback Given", {"properties": {"helpful": "very"}}),
        ("Feedback Given", {"properties": None}),
        ("Case Resolved", {"properties": {}}),
        ("Message Replied", {"properties": {"channel": "fax", "text": "hi"}}),
        ("Product Added", {"properties": {"price": "119"}}),
        ("Product Added", {"properties": ["cart-9"]}),
        ("Product Added", {"event": "Product Removed"}),
        ("Product Added", {"type": "page"}),
        ("Product Added", {"userId": "u" * 257}),
        ("identify", {"traits": {"vip": "yes"}}),
        ("alias", {"previousId": None}),
    ],
)
def test_what_the_contract_does_not_allow_fits_neither_the_model_nor_the_schema(
    event: str, change: Mapping[str, Any]
) -> None:
    assert not fits(EVENTS[event], {**example_calls(EVENTS[event])[0], **change})


def test_the_schema_wants_to_know_who() -> None:
    schema = schema_of(EVENTS["Product Added"])
    nobody = {name: value for name, value in example_calls(EVENTS["Product Added"])[0].items() if name != "userId"}

    assert not Draft4Validator(schema).is_valid(nobody)
    assert Draft4Validator(schema).is_valid({**nobody, "anonymousId": "cookie-1"})


def test_the_examples_of_a_search_show_everything_it_can_mean() -> None:
    kinds = {fact.kind for call in example_calls(EVENTS["Products Searched"]) for fact in read(call)}

    assert kinds == {SignalKind.SEARCHED, SignalKind.SEARCHED_IN_VAIN, SignalKind.DEAL_SEARCHED}


def test_the_text_of_a_reply_is_read_under_both_its_names() -> None:
    call = example_calls(EVENTS["Message Replied"])[0]

    for name in ("text", "body"):
        (reply,) = read({**call, "properties": {"channel": "sms", name: "help"}})
        assert isinstance(reply, Reply)
        assert reply.text == "help"
