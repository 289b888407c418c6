"""Events that do not fit: each is refused with a code to count by and a sentence that says what to do."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from attune.adapters.senders import MAX_EVENT_BYTES, read_event
from attune.adapters.senders.segment import CALL_TYPES, MAX_ID, SPECIAL_EVENTS
from attune.domain.errors import RejectedEventError
from attune.domain.signals import KINDS_BY_EVENT, Fact, Reply
from tests.support.builders import NOON
from tests.support.events import envelope, identify, track

GOOD = track("ada", "Product Added", NOON)


def refused(body: str) -> tuple[str, str]:
    with pytest.raises(RejectedEventError) as caught:
        read_event(body, NOON)
    return caught.value.reason, str(caught.value)


@pytest.mark.parametrize(
    ("body", "reason", "says"),
    [
        ("", "malformed_json", "is not JSON"),
        ("{", "malformed_json", "publish events with PutEvents"),
        ("not json", "malformed_json", "is not JSON"),
        ("[" * 100_000, "malformed_json", "nested too deeply"),
        ('{"detail":' + "[" * 100_000, "malformed_json", "nested too deeply"),
        ("1" * 10_000, "malformed_json", "is not JSON"),
        ("[]", "malformed_envelope", "no EventBridge event"),
        ('"hello"', "malformed_envelope", "`detail`"),
        ("null", "malformed_envelope", "`detail`"),
        ("{}", "malformed_envelope", "`detail`"),
        ('{"detail": "text"}', "malformed_envelope", "an object as `detail`"),
        ('{"detail": {}}', "unknown_type", "use one of identify, track"),
        ('{"detail": {"type": "Track"}}', "unknown_type", "`detail.type` is 'Track'"),
        ('{"detail": {"type": ["track"]}}', "unknown_type", "`detail.type` is ['track']"),
        ('{"detail": {"type": {}}, "source": "shop"}', "unknown_type", "source 'shop'"),
    ],
)
def test_what_is_no_event_is_refused_with_what_to_send(body, reason, says):
    code, message = refused(body)

    assert code == reason
    assert says in message


@pytest.mark.parametrize(
    ("changes", "reason", "says"),
    [
        ({"userId": ""}, "missing_id", "`userId` is missing or empty"),
        ({"userId": None}, "missing_id", "userId or anonymousId"),
        ({"userId": "  "}, "missing_id", "userId"),
        ({"userId": "x" * 10_000}, "id_too_long", f"`userId` has 10,000 bytes, at most {MAX_ID}"),
        ({"messageId": "x" * 10_000}, "id_too_long", "`messageId` has 10,000 bytes"),
        ({"context": {"sessionId": "x" * 10_000}}, "id_too_long", "`context.sessionId` has 10,000 bytes"),
        ({"context": {"sessionId": "👋" * 256}}, "id_too_long", "`context.sessionId` has 1,024 bytes"),
        ({"event": ""}, "missing_event", "needs `event`"),
        ({"event": None}, "missing_event", "needs `event`"),
        ({"event": ["a"]}, "wrong_field", "event: Input should be a valid string"),
        ({"properties": "text"}, "wrong_field", "properties: Input should be a valid dictionary"),
        ({"context": [1]}, "wrong_field", "context"),
        ({"userId": {"id": 1}}, "wrong_field", "userId"),
        ({"timestamp": "yesterday"}, "wrong_field", "timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "wrong_field", "timestamp"),
        ({"timestamp": (NOON + timedelta(hours=2)).isoformat()}, "time_in_future", "check the sender's clock"),
        ({"timestamp": "2126-11-24T12:00:00Z"}, "time_in_future", "lies in the future (now is 2026-11-24T12:00:00"),
    ],
)
def test_a_call_that_does_not_fit_is_refused_with_the_field_that_does_not(changes, reason, says):
    code, message = refused(envelope({**GOOD, **changes}))

    assert code == reason
    assert says in message


@pytest.mark.parametrize(
    ("event", "properties", "says"),
    [
        ("Feedback Given", {"helpful": "yes"}, "properties.helpful must be true or false, not 'yes'"),
        ("Feedback Given", {}, "properties.helpful"),
        ("Consent Granted", {}, "properties.channels must name some of email, sms, onsite"),
        ("Consent Granted", {"channels": ["pigeon"]}, "not ['pigeon']"),
        ("Consent Granted", {"channels": 5}, "not 5"),
    ],
)
def test_a_call_with_a_wrong_property_is_refused_with_what_would_be_right(event, properties, says):
    code, message = refused(envelope(track("ada", event, NOON, **properties)))

    assert code == "wrong_field"
    assert says in message


def test_a_resolved_case_needs_its_id():
    assert refused(envelope(track("ada", "Case Resolved", NOON)))[0] == "missing_id"


def test_a_clock_a_little_ahead_is_forgiven():
    detail = track("ada", "Product Added", NOON + timedelta(hours=1))

    [fact] = read_event(envelope(detail), NOON)

    assert fact.time == NOON + timedelta(hours=1)


@pytest.mark.parametrize("time", ["noon", None, "", "9999"])
def test_an_event_without_any_time_is_refused(time):
    body = {"id": "e1", "time": time, "detail": {**GOOD, "timestamp": None}}

    assert refused(json.dumps(body))[0] == "missing_time"


def test_an_event_of_300_kilobytes_is_refused_and_one_at_the_limit_is_read():
    reason, message = refused(envelope(track("ada", "Product Added", NOON, notes="x" * 300_000)))
    bare = len(envelope(track("ada", "Product Added", NOON, notes="")).encode())
    at_limit = envelope(track("ada", "Product Added", NOON, notes="x" * (MAX_EVENT_BYTES - bare - 10)))

    assert reason == "too_large"
    assert "send ids instead of contents" in message
    assert read_event(at_limit, NOON)


def test_the_size_that_counts_is_in_bytes():
    assert refused(json.dumps({"detail": {**GOOD, "notes": "ü" * 140_000}}, ensure_ascii=False))[0] == "too_large"


def test_a_cut_off_emoji_does_not_stop_the_words_around_it():
    """JavaScript cuts strings in the middle of a character; what is left can be neither stored nor sent."""
    body = envelope(track("ada", "Message Replied", NOON, text="help \ud83d", channel="sms"))

    [fact] = read_event(body, NOON)

    assert isinstance(fact, Reply)
    assert fact.text.startswith("help ")
    assert fact.text.encode()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*KINDS_BY_EVENT, *SPECIAL_EVENTS]) | st.text()
FIELDS = {
    "type": st.sampled_from(CALL_TYPES) | JSON_VALUES,
    "event": NAMES | JSON_VALUES,
    "userId": st.text(min_size=1) | JSON_VALUES,
    "messageId": st.text(min_size=1) | JSON_VALUES,
    "timestamp": st.datetimes().map(str)
    | st.sampled_from(["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
    | JSON_VALUES,
    "name": st.text() | JSON_VALUES,
}
PROPERTY_NAMES = st.sampled_from(
    ["query", "results_count", "sorts", "text", "channel", "channels", "helpful", "journey_id", "case_id", "cart_id"]
)
OBJECTS = st.dictionaries(PROPERTY_NAMES | st.text(), JSON_VALUES, max_size=5) | JSON_VALUES
TRAIT_NAMES = st.sampled_from(["firstName", "name", "email", "phone", "timezone", "address", "vip", "locale"])
DETAILS = st.fixed_dictionaries(
    {},
    optional={
        **FIELDS,
        "properties": OBJECTS,
        "traits": st.dictionaries(TRAIT_NAMES, JSON_VALUES) | JSON_VALUES,
        "context": st.dictionaries(
            st.sampled_from(["device", "page", "campaign", "userAgent", "userAgentData", "sessionId", "timezone"]),
            JSON_VALUES,
        )
        | JSON_VALUES,
    },
)


def read_or_refuse(body: str) -> None:
    """Anything but facts or a refusal with a reason fails the test."""
    facts: tuple[Fact, ...] = ()
    refusal = None
    try:
        facts = read_event(body, NOON)
    except RejectedEventError as error:
        refusal = error
    assert facts or (refusal and refusal.reason.replace("_", "").isalpha() and len(str(refusal)) > 20)
    for fact in facts:
        assert fact.customer_id.strip()
        assert fact.time.utcoffset() == timedelta(0)
        assert TypeAdapter(type(fact)).dump_json(fact), "it can be stored and sent on"


@settings(max_examples=300)
@given(DETAILS, st.dictionaries(st.sampled_from(["id", "time", "source", "detail-type"]), JSON_VALUES))
def test_whatever_a_sender_puts_into_a_call_is_read_or_refused(detail: Any, around: Any):
    read_or_refuse(json.dumps({**around, "detail": detail}))


@settings(max_examples=200)
@given(JSON_VALUES)
def test_whatever_json_arrives_is_read_or_refused(value):
    read_or_refuse(json.dumps(value))


@settings(max_examples=200)
@given(st.text())
def test_whatever_text_arrives_is_read_or_refused(text):
    read_or_refuse(text)


@pytest.mark.parametrize("bad", ["\ud800", "a\0b", "\u202e", "\ufeff", "'; DROP TABLE"])
def test_odd_characters_in_ids_and_traits_do_no_harm(bad):
    read_or_refuse(envelope(track(f"ada{bad}", f"Product{bad}", NOON, cart_id=bad)))
    read_or_refuse(envelope(identify("ada", NOON, firstName=bad, email=f"a{bad}@example.com")))
