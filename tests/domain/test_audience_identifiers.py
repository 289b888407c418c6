"""Identifiers are normalised as each platform documents it; the documents' own examples are the vectors."""

import hashlib

import pytest

from attune.domain.audience.identifiers import cells, digits, e164, google_email, plain_email
from attune.domain.audience.rules import IdentifierKind, Platform
from attune.domain.customers import Profile

EMAIL, PHONE, EXTERNAL = IdentifierKind.EMAIL, IdentifierKind.PHONE, IdentifierKind.EXTERNAL_ID


def person(**traits: str) -> Profile:
    return Profile(customer_id="ada", subject_secret="ab" * 32, **traits)


@pytest.mark.parametrize(
    ("written", "google", "others"),
    [
        (
            "cloudy.sanfrancisco+shopping@gmail.com",
            "cloudysanfrancisco@gmail.com",
            "cloudy.sanfrancisco+shopping@gmail.com",
        ),
        ("Jane.Doe+Shopping@googlemail.com", "janedoe@googlemail.com", "jane.doe+shopping@googlemail.com"),
        ("user.name+NYC@Example.com", "user.name+nyc@example.com", "user.name+nyc@example.com"),
        ("  A b@Example.COM\n", "ab@example.com", "ab@example.com"),
        ("a@gmail.com.example", "a@gmail.com.example", "a@gmail.com.example"),
        ("no address", "", ""),
        ("@gmail.com", "", ""),
        ("+x@gmail.com", "", "+x@gmail.com"),
        ("a@b@c.example", "", ""),
        ("x" * 300 + "@shop.example", "", ""),
    ],
)
def test_google_ignores_dots_and_tags_in_its_own_domains_and_nobody_else_does(written, google, others):
    assert google_email(written) == google
    assert plain_email(written) == others


@pytest.mark.parametrize(
    ("written", "with_plus"),
    [
        ("+18005550100", "+18005550100"),
        ("0171 555", ""),
        ("18005550100", ""),
        ("+0800555010", ""),
        ("+1\uff18005550100", ""),
    ],
)
def test_a_number_that_is_not_in_e164_is_none(written, with_plus):
    assert e164(written) == with_plus
    assert digits(written) == with_plus.removeprefix("+")


def test_hashes_are_those_that_meta_gives_as_examples():
    row = cells(person(email=" John_Smith@gmail.com ", phone="+16505551212"), Platform.META, frozenset({EMAIL, PHONE}))

    assert row == (
        "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
        "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
    )


def test_the_same_number_is_hashed_with_its_plus_for_google_and_without_for_meta():
    ada = person(phone="+447700900001")
    google, meta = (cells(ada, platform, frozenset({PHONE})) for platform in (Platform.GOOGLE, Platform.META))

    assert google == (hashlib.sha256(b"+447700900001").hexdigest(),)
    assert meta == (hashlib.sha256(b"447700900001").hexdigest(),)


def test_an_external_id_is_hashed_like_everything_else_and_never_offered_to_google_or_microsoft():
    ada = person(user_id="ada-1", email="ada@example.com")
    everything = frozenset(IdentifierKind)

    assert cells(ada, Platform.META, everything)[-1] == hashlib.sha256(b"ada-1").hexdigest()
    assert len(cells(ada, Platform.GOOGLE, everything)) == 2
    assert len(cells(ada, Platform.MICROSOFT, everything)) == 1


def test_what_is_not_known_is_an_empty_cell_and_not_the_hash_of_nothing():
    assert cells(person(email="ada@example.com"), Platform.GENERIC, frozenset(IdentifierKind))[1:] == ("", "")
