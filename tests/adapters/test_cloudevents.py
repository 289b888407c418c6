"""CloudEvents 1.0: a Segment call in an envelope, or an event that the type names."""

import base64
import json

import pytest

from attune.domain.signals import ConsentChange, ProfileChange, SignalKind
from tests.support.builders import NOON
from tests.support.events import track
from tests.support.senders import event, fact_of, facts_of, identifiers_of, needs_real, real, refusal_of, without

ADDED = {
    "specversion": "1.0",
    "type": "com.attune.product_added",
    "source": "/shop/web",
    "id": "a-1",
    "time": NOON.isoformat(),
    "subject": "c-1",
    "datacontenttype": "application/json",
    "data": {"cart_id": "cart-9"},
}


@needs_real
@pytest.mark.parametrize(
    ("name", "reason"), [("0", "wrong_field"), ("1", "missing_id"), ("2", "missing_id"), ("3", "missing_id")]
)
def test_the_specifications_examples_are_about_nobody_or_no_base64(name, reason):
    assert refusal_of(event(real(f"cloudevents/json-format_{name}"), "attune.http", "cloudevents"))[0] == reason


@needs_real
def test_the_specifications_example_is_understood_once_its_data_names_a_customer():
    payload = real("cloudevents/json-format_2")
    payload["data"]["userId"] = "c-1"

    fact = fact_of(event(payload))

    assert (fact.kind, fact.name) == (SignalKind.OTHER, "com.example.someevent")
    assert fact.message_id == "/mycontext#C234-1234-1234"


@pytest.mark.parametrize(
    "kind",
    [
        "com.attune.product_added",
        "com.attune.Product Added",
        "com.attune.productAdded.v1",
        "Product Added",
        "product-added",
    ],
)
def test_the_type_names_the_event(kind):
    fact = fact_of(event(ADDED | {"type": kind}))

    assert (fact.kind, fact.reference, fact.customer_id, fact.time) == (
        SignalKind.PRODUCT_ADDED,
        "cart-9",
        "c-1",
        NOON,
    )
    assert fact.message_id == "/shop/web#a-1"


@pytest.mark.parametrize("wrap", [event, json.dumps, lambda one: event({"events": [one]})])
def test_a_cloudevent_is_understood_in_any_wrapping(wrap):
    assert fact_of(wrap(ADDED)).reference == "cart-9"


def test_the_data_may_hold_a_whole_call():
    call = track("ada", "Order Completed", NOON, cart_id="cart-9") | {"anonymousId": "cookie"}
    body = event(ADDED | {"type": "com.shop.whatever", "data": call})

    assert (fact_of(body).kind, fact_of(body).message_id) == (SignalKind.ORDERED, "/shop/web#a-1")
    assert identifiers_of(body) == ["user:ada", "anon:cookie"]


def test_an_identify_needs_no_wrapping_of_its_traits():
    flat = fact_of(
        event(ADDED | {"type": "com.attune.identify", "data": {"firstName": "Ada", "email": "ada@example.com"}})
    )
    wrapped = fact_of(
        event(ADDED | {"type": "identify", "data": {"traits": {"firstName": "Ada", "email": "ada@example.com"}}})
    )

    assert isinstance(flat, ProfileChange)
    assert flat == wrapped


def test_consent_and_pages_are_understood():
    consent = fact_of(event(ADDED | {"type": "com.attune.consent_withdrawn", "data": {"channels": ["sms"]}}))
    page = fact_of(event(ADDED | {"type": "com.attune.page", "data": {"path": "/pricing"}}))

    assert isinstance(consent, ConsentChange)
    assert consent.channels == ("sms",)
    assert page.kind is SignalKind.PRICING_VIEWED


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": None, "data": {"userId": "c-2"}},
        {"subject": None, "userid": "c-2"},
        {"subject": None, "data": {"customer_id": "c-2"}},
        {"data": {"user_id": "c-2"}},
    ],
)
def test_the_customer_is_named_in_data_in_an_extension_or_as_subject(changes):
    assert fact_of(event(ADDED | changes)).customer_id == "c-2"


def test_the_subject_of_an_unknown_type_is_no_customer():
    assert refusal_of(event(ADDED | {"type": "com.storage.created", "subject": "photo.jpg"}))[0] == "missing_id"


def test_a_visitor_and_a_visit_may_be_named_by_extensions():
    body = event(without(ADDED, ["subject"]) | {"anonymousid": "cookie", "sessionid": "s-1"})

    assert (fact_of(body).customer_id, fact_of(body).session_id) == ("anon:cookie", "s-1")


@pytest.mark.parametrize("data", ['{"cart_id": "cart-9"}', {"properties": {"cart_id": "cart-9"}}])
def test_data_may_be_json_in_a_text_or_have_properties_of_their_own(data):
    assert fact_of(event(ADDED | {"data": data})).reference == "cart-9"


def test_data_in_base64_are_read():
    encoded = base64.b64encode(b'{"cart_id": "cart-9"}').decode()

    assert fact_of(event(without(ADDED, ["data"]) | {"data_base64": encoded})).reference == "cart-9"
    assert (
        fact_of(event(without(ADDED, ["data"]) | {"data_base64": base64.b64encode(b"\xff\x00").decode()})).reference
        == ""
    )


def test_attributes_are_read_in_any_case_and_the_time_may_be_the_envelopes():
    shouted = {
        name.upper() if name in {"TYPE", "ID", "subject"} else name: v for name, v in ADDED.items() if name != "time"
    }

    assert fact_of(event(shouted)).kind is SignalKind.PRODUCT_ADDED


def test_source_and_id_count_an_event_once_however_long_they_are():
    long = event(ADDED | {"source": "https://shop.example/" + "x" * 400})

    assert fact_of(long).message_id == fact_of(long).message_id
    assert len(fact_of(long).message_id) < 100
    assert fact_of(event(ADDED | {"source": "/a"})).message_id != fact_of(event(ADDED | {"source": "/b"})).message_id


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"specversion": "0.3"}, "wrong_field"),
        ({"specversion": None}, "wrong_field"),
        ({"type": None}, "missing_id"),
        ({"id": ""}, "missing_id"),
        ({"source": []}, "missing_id"),
        ({"data_base64": "no base64!"}, "wrong_field"),
        ({"time": "2126-01-01T00:00:00Z"}, "time_in_future"),
        ({"type": "com.attune.track", "data": {}}, "missing_event"),
        ({"type": "com.attune.feedback_given", "data": {}}, "wrong_field"),
    ],
)
def test_what_does_not_fit_is_refused(changes, reason):
    assert refusal_of(event(ADDED | changes))[0] == reason


def test_a_batch_is_read_in_order_and_as_a_whole():
    batch = [ADDED | {"id": str(number)} for number in range(3)]

    assert [fact.message_id for fact in facts_of(event({"events": batch}))] == [f"/shop/web#{n}" for n in range(3)]
    reason, message = refusal_of(event({"events": [*batch, ADDED | {"specversion": "0.3"}]}))
    assert (reason, message.partition(":")[0]) == ("wrong_field", "event 4 of the batch")
