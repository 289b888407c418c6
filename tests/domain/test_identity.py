"""Who may become one customer, and what a merge makes of two."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.contacts import Contact, ContactState, Ledger
from attune.domain.customers import ChannelConsent, Consent, Customer, Profile
from attune.domain.identifiers import Identifier, IdentifierType, IdentityClaim, normalise_email
from attune.domain.identity import (
    MAX_IDENTIFIERS,
    contradiction,
    known_by,
    mark_of,
    own_customer_id,
    parse_handle,
    why_not_merge,
)
from attune.domain.merging import identifiers_of, merge, separate, stricter
from attune.domain.sessions import Session, record
from attune.domain.signals import Signal, SignalKind

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = "a key"
ADA = mark_of(KEY, Identifier(IdentifierType.EMAIL, "ada@example.com"))
BOB = mark_of(KEY, Identifier(IdentifierType.EMAIL, "bob@example.com"))
PHONE = mark_of(KEY, Identifier(IdentifierType.PHONE, "+447700900001"))
DEVICE = mark_of(KEY, Identifier(IdentifierType.ANONYMOUS, "device-1"))


def profile(customer_id: str = "c", *marks: str, **fields: object) -> Profile:
    return Profile(customer_id=customer_id, subject_secret="00" * 32, identifiers=dict.fromkeys(marks, NOON), **fields)  # type: ignore[arg-type]


def session_with(*times: int) -> Session:
    signals = [
        Signal(
            message_id=f"m{t}",
            customer_id="c",
            session_id="main",
            time=NOON + timedelta(minutes=t),
            kind=SignalKind.VIEWED,
            name="v",
        )
        for t in times
    ]
    return record(Session("main"), signals, ()).session


def contact(contact_id: str, hours: int = 0) -> Contact:
    return Contact(
        contact_id=contact_id,
        playbook="p",
        journey_id="j",
        touch=1,
        channel="sms",
        message="m",
        at=NOON + timedelta(hours=hours),
        state=ContactState.SENT,
    )


@pytest.mark.parametrize(
    ("given_email", "normal"),
    [
        (" Ada.L@Example.COM ", "ada.l@example.com"),
        ("ada@example.com", "ada@example.com"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_case_does_not_tell_addresses_apart_but_dots_do(given_email, normal):
    assert normalise_email(given_email) == normal


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_a_mark_says_nothing_of_the_identifier_and_differs_by_key(value, key):
    identifier = Identifier(IdentifierType.EMAIL, value)

    mark = mark_of(key, identifier)

    assert mark.startswith("email#")
    assert len(mark) == len("email#") + 32
    assert mark != mark_of(key + "x", identifier)


@pytest.mark.parametrize(
    ("handle", "kind"),
    [
        ("ada", "user"),
        ("anon:x", "anon"),
        ("email:a@b.example", "email"),
        ("ext:shopify:1", "ext"),
        ("urn:x:y", "user"),
    ],
)
def test_a_handle_names_its_type_or_is_a_user_id(handle, kind):
    assert parse_handle(handle).type == kind


def test_an_address_is_never_part_of_a_customer_id():
    identifier = Identifier(IdentifierType.EMAIL, "ada@example.com")

    assert "ada" not in own_customer_id(identifier, mark_of(KEY, identifier))


def test_two_known_users_never_merge_whatever_they_share():
    for mark in (ADA, PHONE, DEVICE):
        why = why_not_merge(profile("u1", mark, user_id="u1"), profile("u2", mark, user_id="u2"), mark)

        assert why is not None
        assert why.code == "two_known_users"


def test_a_visitor_becomes_the_user_who_signs_in_on_the_same_device():
    assert why_not_merge(profile("u1", user_id="u1"), profile("anon:device-1", DEVICE), DEVICE) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (profile("a", ADA), profile("b", BOB)),
        (profile("a", names=("ada lovelace",)), profile("b", names=("bob smith",))),
    ],
)
def test_a_device_with_signs_of_two_people_merges_nobody(one, other):
    why = why_not_merge(one, other, DEVICE)

    assert why is not None
    assert why.code == "two_people"


def test_a_common_address_outweighs_another_name_and_another_phone():
    other_phone = mark_of(KEY, Identifier(IdentifierType.PHONE, "+447700900002"))
    one, other = profile("a", ADA, PHONE, names=("ada lovelace",)), profile("b", ADA, other_phone, names=("countess",))

    assert contradiction(one, other) == ""
    assert why_not_merge(one, other, ADA) is None


def test_a_shared_phone_does_not_join_two_addresses():
    assert why_not_merge(profile("a", ADA, PHONE), profile("b", BOB, PHONE), PHONE) is not None


def test_a_customer_with_too_many_identifiers_grows_no_further():
    many = [mark_of(KEY, Identifier(IdentifierType.ANONYMOUS, str(n))) for n in range(MAX_IDENTIFIERS)]

    why = why_not_merge(profile("a", *many), profile("b", DEVICE), DEVICE)

    assert why is not None
    assert why.code == "too_many_identifiers"


words = st.one_of(
    st.none(), st.builds(ChannelConsent, st.booleans(), st.datetimes(timezones=st.just(UTC)), st.just("s"))
)
consents = st.dictionaries(st.sampled_from(["email", "sms", "onsite"]), words.filter(bool), max_size=3).map(Consent)


@given(consents, consents)
def test_after_a_merge_nothing_is_allowed_that_either_refused(one, other):
    both = stricter(one, other)

    for channel in ("email", "sms", "onsite"):
        if one.refused(channel) or other.refused(channel):
            assert not both.allows(channel)
        elif one.channels.get(channel) or other.channels.get(channel):
            assert both.allows(channel)


@given(consents, consents)
def test_it_does_not_matter_for_consent_who_is_merged_into_whom(one, other):
    assert stricter(one, other).channels == stricter(other, one).channels


def applied(target: Customer, items: tuple[object, ...]) -> Customer:
    """Return the target with the items written, as the table would."""
    for item in items:
        match item:
            case Session():
                target = replace(
                    target, sessions={**target.sessions, item.session_id: replace(item, version=item.version + 1)}
                )
            case Ledger():
                target = replace(target, ledger=item)
            case Consent():
                target = replace(target, consent=item)
            case Profile():
                target = replace(target, profile=item)
            case _:
                raise AssertionError(item)
    return target


def test_a_merge_moves_sessions_contacts_and_identifiers_and_doing_it_again_changes_nothing():
    target = Customer(
        profile=profile("u1", ADA, user_id="u1"),
        sessions={"main": session_with(1)},
        ledger=Ledger((contact("t"),)),
    )
    source = Customer(
        profile=profile("anon:device-1", DEVICE, first_name="Ada"),
        sessions={"main": session_with(2, 3)},
        ledger=Ledger((contact("s", hours=-1),)),
    )

    merged = applied(target, merge(target, source))
    again = applied(merged, merge(merged, source))

    assert {len(session.tail) for session in merged.sessions.values()} == {1, 2}
    assert [c.contact_id for c in merged.ledger.contacts] == ["s", "t"]
    assert set(identifiers_of(merged.profile, source.profile).identifiers) == {ADA, DEVICE}
    assert merged.profile.first_name == "Ada"
    assert merged.profile.customer_id == "u1"
    assert (again.ledger, again.consent, again.profile) == (merged.ledger, merged.consent, merged.profile)
    assert again.sessions.keys() == merged.sessions.keys()


def test_an_undertaking_keeps_its_key_when_a_merge_moves_its_session():
    source = Customer(profile=profile("anon:device-1"), sessions={"main": session_with(2)})

    moved = next(item for item in merge(Customer(profile=profile("u1")), source) if isinstance(item, Session))

    assert moved.session_id != "main"
    assert moved.name == "main"


def test_separating_takes_back_what_the_merge_brought():
    source = profile("anon:device-1", DEVICE, first_name="Ada", changed_at={"first_name": NOON})
    target = profile("u1", ADA, user_id="u1", email="a@b.example", changed_at={"email": NOON})
    told = applied(Customer(profile=target), merge(Customer(profile=target), Customer(profile=source))).profile
    merged = identifiers_of(told, source)

    assert merged.first_name == "Ada"
    assert separate(merged, source, source.identifiers) == target


def test_a_claim_adds_marks_and_the_first_name_it_knows_and_repeating_it_adds_nothing():
    claim = IdentityClaim(
        message_id="m", customer_id="u1", time=NOON, identifiers=(Identifier(IdentifierType.USER, "u1"),), name="ada"
    )

    known = known_by(profile("u1"), claim, [ADA])

    assert (known.user_id, known.names, set(known.identifiers)) == ("u1", ("ada",), {ADA})
    assert known_by(known, claim, [ADA]) is known
