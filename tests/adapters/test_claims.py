"""Whom a call of the Segment spec is about: every identifier it carries, and what is taken for none."""

import pytest

from attune.adapters.senders import read_event
from attune.domain.identifiers import IdentityClaim
from attune.domain.signals import ProfileChange, SignalKind
from tests.support.builders import NOON
from tests.support.events import call, envelope, identify, track
from tests.support.senders import claim_of, event, fact_of, facts_of, identifiers_of, refusal_of

PAGE = call("page", "ada", NOON)


def anonymous(**fields):
    return {**track("", "Product Added", NOON), "userId": None, "anonymousId": "cookie", **fields}


def test_a_user_id_alone_claims_nothing():
    assert identifiers_of(envelope(track("ada", "Product Added", NOON))) == []


def test_a_device_alone_is_the_handle_and_the_claim():
    body = envelope(anonymous())

    assert {fact.customer_id for fact in read_event(body, NOON)} == {"anon:cookie"}
    assert identifiers_of(body) == ["anon:cookie"]


def test_everything_a_call_carries_is_claimed_with_the_user_first():
    body = envelope(
        identify(
            "ada",
            NOON,
            name="Ada Lovelace",
            email=" Ada@Example.com ",
            phone="07700 900001",
            address={"country": "GB"},
        )
        | {
            "anonymousId": "cookie",
            "context": {
                "page": {"search": "?gclid=Cj0K", "url": "https://shop.example/?gclid=Cj0K&fbclid=Iw"},
                "externalIds": [
                    {"id": "6940095564", "type": "shopify", "collection": "users", "encoding": "none"},
                    {"id": "ada@work.example", "type": "email"},
                    {"id": "AEBE52E7", "type": "ios.idfa"},
                    {"id": "8d969ee", "type": "email_sha256", "encoding": "sha256"},
                    {"id": "acme", "type": "company", "collection": "accounts"},
                ],
            },
        }
    )

    assert identifiers_of(body) == [
        "user:ada",
        "anon:cookie",
        "email:ada@example.com",
        "phone:+447700900001",
        "ext:shopify:6940095564",
        "email:ada@work.example",
        "anon:ios.idfa:AEBE52E7",
        "click:gclid:Cj0K",
        "click:fbclid:Iw",
    ]
    claim = claim_of(body)
    [change] = [fact for fact in read_event(body, NOON) if isinstance(fact, ProfileChange)]
    assert (claim.customer_id, claim.name, claim.time) == ("ada", "ada lovelace", NOON)
    assert claim.message_id == change.message_id


@pytest.mark.parametrize(
    "traits",
    [
        {"firstName": "Ada", "lastName": "Lovelace"},
        {"first_name": " ADA ", "last_name": "Lovelace"},
        {"name": "Ada  Lovelace"},
        {"firstname": "Ada", "surname": "Lovelace", "name": "somebody"},
    ],
)
def test_people_are_called_the_same_however_it_is_spelt(traits):
    assert claim_of(envelope(identify("ada", NOON, **traits) | {"anonymousId": "c"})).name == "ada lovelace"


def test_traits_in_the_context_name_the_person_too_but_tell_only_in_an_identify():
    context = {"traits": {"email": "ada@example.com", "firstName": "Ada"}}
    page = envelope({**PAGE, "context": context})
    told = envelope({**call("identify", "ada", NOON), "traits": None, "context": context})

    assert identifiers_of(page) == ["user:ada", "email:ada@example.com"]
    assert [type(fact).__name__ for fact in facts_of(page)] == ["Signal"]
    assert fact_of(told).traits == {"first_name": "Ada", "email": "ada@example.com"}


def test_the_traits_of_a_group_are_not_the_persons():
    body = envelope({**call("group", "ada", NOON), "groupId": "acme", "traits": {"email": "info@acme.example"}})

    assert (identifiers_of(body), fact_of(body).kind) == ([], SignalKind.OTHER)


def test_an_alias_says_who_somebody_used_to_be():
    body = envelope({**call("alias", "ada", NOON), "previousId": "cookie-7f3a"})

    assert claim_of(body).replaces == "cookie-7f3a"
    assert identifiers_of(body) == ["user:ada"]
    assert fact_of(body).kind is SignalKind.OTHER


@pytest.mark.parametrize("previous", ["ada", "", None, "null"])
def test_an_alias_to_oneself_or_from_nobody_replaces_nobody(previous):
    body = envelope({**call("alias", "ada", NOON), "previousId": previous})

    assert not any(isinstance(fact, IdentityClaim) for fact in read_event(body, NOON))


@pytest.mark.parametrize("nobody", ["null", "undefined", "None", "[object Object]", "0", "guest", "NaN", "ANONYMOUS"])
def test_words_that_stand_for_nobody_make_nobody_one_person(nobody):
    assert identifiers_of(envelope(anonymous(userId=nobody))) == ["anon:cookie"]
    assert refusal_of(envelope(anonymous(userId=nobody, anonymousId=nobody)))[0] == "missing_id"


def test_the_id_of_a_device_that_does_not_want_to_be_followed_is_none():
    zeros = "00000000-0000-0000-0000-000000000000"

    assert identifiers_of(envelope(track("ada", "X", NOON) | {"anonymousId": zeros})) == []


def test_an_email_address_as_user_id_is_both_once_somebody_is_identified():
    assert identifiers_of(envelope(identify("ada@example.com", NOON))) == [
        "user:ada@example.com",
        "email:ada@example.com",
    ]
    assert identifiers_of(envelope(track("ada@example.com", "X", NOON))) == []


@pytest.mark.parametrize(
    ("traits", "context", "claimed"),
    [
        ({"phone": "+44 7700 900001"}, {}, "+447700900001"),
        ({"phone": "0044 7700 900001"}, {}, "+447700900001"),
        ({"phone": "0171 1234567", "address": {"country": "de"}}, {}, "+491711234567"),
        ({"phone": "(425) 555-0182", "address": {"country": "USA"}}, {}, "+14255550182"),
        ({"phone": "(425) 555-0182"}, {"locale": "en-US"}, "+14255550182"),
        ({"phone": "0171 1234567", "locale": "de-DE"}, {"locale": "en-US"}, "+491711234567"),
        ({"phone": 14255550182, "country": "US"}, {}, "+14255550182"),
    ],
)
def test_phones_are_claimed_and_told_in_e164(traits, context, claimed):
    body = envelope(identify("ada", NOON, **traits) | {"context": context})

    assert identifiers_of(body) == ["user:ada", f"phone:{claimed}"]
    assert fact_of(body).traits["phone"] == claimed


@pytest.mark.parametrize(
    ("traits", "context"),
    [
        ({"phone": "07700 900001"}, {}),
        ({"phone": "call me"}, {"locale": "en-GB"}),
        ({"phone": "9876543210"}, {"locale": "en-US"}),
        ({"phone": "+1 000 000 0000"}, {}),
        ({"phone": "+" + "4" * 200}, {}),
        ({"phone": "123", "address": {"country": "GB"}}, {}),
        ({"phone": "07700 900001", "address": {"country": "Atlantis"}}, {}),
    ],
)
def test_a_phone_that_cannot_be_told_joins_nobody_and_stays_as_it_was_given(traits, context):
    body = envelope(identify("ada", NOON, **traits) | {"context": context})

    assert identifiers_of(body) == []
    assert str(fact_of(body).traits["phone"]) == traits["phone"]


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "@example.com", "a b@example.com", 5, None, ["a@b.example"], "a@b." * 90_00]
)
def test_what_is_no_email_address_joins_nobody(email):
    assert identifiers_of(envelope({**PAGE, "context": {"traits": {"email": email}}})) == []


def test_dots_in_an_address_tell_people_apart_and_case_does_not():
    addresses = {
        identifiers_of(envelope(identify("ada", NOON, email=e)))[1]
        for e in ("a.da@x.example", "A.DA@x.example", "ada@x.example")
    }

    assert addresses == {"email:a.da@x.example", "email:ada@x.example"}


@pytest.mark.parametrize(
    "call_",
    [
        {"context": {"campaign": {"gclid": "Cj0K"}}},
        {"context": {"page": {"search": "?utm_source=x&gclid=Cj0K"}}},
        {"context": {"page": {"url": "https://shop.example/?gclid=Cj0K#top"}}},
        {"context": {"page": {"referrer": "https://ad.example/?gclid=Cj0K"}}},
        {"context": {"referrer": "https://ad.example/?GCLID=Cj0K"}},
        {"context": {"referrer": {"type": "gclid", "id": "Cj0K"}}},
        {"properties": {"url": "https://shop.example/?gclid=Cj0K"}},
        {"properties": {"gclid": "Cj0K"}},
    ],
)
def test_the_click_on_an_ad_is_found_wherever_trackers_leave_it(call_):
    body = envelope({**PAGE, **call_})

    assert identifiers_of(body) == ["user:ada", "click:gclid:Cj0K"]
    assert fact_of(body).context["click_id"] == "gclid:Cj0K"


@pytest.mark.parametrize(
    "fields",
    [
        {"context": {"sessionId": 1700000000}},
        {"context": {"session": {"id": "1700000000"}}},
        {"context": {"ga_session_id": 1700000000}},
        {"properties": {"ga_session_id": "1700000000"}},
        {"properties": {"$session_id": "1700000000"}},
        {"integrations": {"Google Analytics 4": {"sessionId": 1700000000}}},
        {"integrations": {"Actions Amplitude": {"session_id": 1700000000}}},
        {"integrations": {"Amplitude": {"session_id": "1700000000"}}},
    ],
)
def test_the_visit_is_the_senders_wherever_its_tools_put_it(fields):
    assert fact_of(envelope({**PAGE, **fields})).session_id == "1700000000"


@pytest.mark.parametrize("field", ["originalTimestamp", "receivedAt", "sentAt"])
def test_without_a_timestamp_other_times_of_the_call_count(field):
    detail = {**PAGE, "timestamp": None, field: NOON.isoformat()}

    assert fact_of(event(detail)).time == NOON


def test_a_batch_of_calls_is_read_call_by_call():
    calls = [track("ada", "Product Added", NOON), anonymous(), identify("eve", NOON, firstName="Eve")]

    assert [fact.customer_id for fact in facts_of(event({"batch": calls, "sentAt": NOON.isoformat()}))] == [
        "ada",
        "anon:cookie",
        "eve",
    ]


def test_a_call_of_a_batch_without_an_id_of_its_own_is_told_apart_by_its_place():
    calls = [{**track("ada", "X", NOON), "messageId": None} for _ in range(2)]

    assert [fact.message_id for fact in facts_of(event({"events": calls}))] == ["env-1#1", "env-1#2"]


def test_a_late_delivery_is_an_undertaking_of_its_order():
    assert fact_of(envelope(track("ada", "Delivery Delayed", NOON, order_id="o-7", cart_id="c"))).reference == "o-7"
