"""Tokens of sites: who made them, for whom, for how long; and keys that change while sites go on."""

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import boto3
import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from attune.adapters.secret_keys import KEPT_SECONDS, KeysUnavailableError, SecretKeys
from attune.adapters.site_tokens import (
    LONGEST_TOKEN,
    SHORTEST_KEY,
    SiteKeys,
    SiteTokenError,
    SiteTokens,
)

KEY = "a key of sites, long enough for tests"
OLD = "the key that sites had until today, for tests"
TOKENS = SiteTokens(lambda: (KEY, OLD))


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {"sub": "ada", "aud": "attune-onsite", "iat": now, "exp": now + 3600, **changes}
    return {name: value for name, value in made.items() if value is not None}


def token(key: str = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm)


def by_hand(header: object, payload: object, key: str = KEY) -> str:
    """Make a token without a library, as RFC 7515 and RFC 7519 say."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, payload)]
    signature = hmac.digest(key.encode(), b".".join(parts), hashlib.sha256)
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


@pytest.mark.parametrize("handle", ["ada", "42", "anon:7f3a-cookie", "ext:shopify:123", "日本-1"])
def test_a_token_names_the_customer(handle):
    assert TOKENS.read(token(sub=handle)) == handle


def test_a_token_made_without_a_library_is_as_good():
    assert TOKENS.read(by_hand({"alg": "HS256", "typ": "JWT"}, claims(sub="bo"))) == "bo"


def test_while_keys_change_tokens_of_both_are_good():
    assert TOKENS.read(token(KEY)) == TOKENS.read(token(OLD)) == "ada"
    with pytest.raises(SiteTokenError, match="another key"):
        SiteTokens(lambda: (KEY,)).read(token(OLD))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"exp": timedelta(minutes=-1)}, "expired"),
        ({"aud": "another-service"}, '"aud" to "attune-onsite"'),
        ({"aud": None}, 'lacks "aud"'),
        ({"sub": None}, 'lacks "sub"'),
        ({"exp": None}, 'lacks "exp"'),
        ({"iat": None}, 'lacks "iat"'),
        ({"exp": timedelta(hours=24, minutes=1)}, "at most 24 hours"),
        ({"iat": timedelta(minutes=10)}, "from the future"),
        ({"exp": "tomorrow"}, "cannot be read"),
        ({"iat": "now"}, "cannot be read"),
        ({"exp": 1e400}, "cannot be read"),
        ({"iat": -1e400}, "cannot be read"),
        ({"sub": ""}, '"sub" must be'),
        ({"sub": " "}, '"sub" must be'),
        ({"sub": "a\nb"}, '"sub" must be'),
        ({"sub": "x" * 257}, '"sub" must be'),
        ({"sub": "email:ada@example.com"}, "anybody can read a token"),
        ({"sub": "phone:+447700900001"}, "anybody can read a token"),
        ({"sub": "click:gclid-1"}, "anybody can read a token"),
    ],
)
def test_a_token_that_is_not_good_is_refused_with_what_to_repair(changes, says):
    # Counted from now, and not from when the table above was read: the tests before may take a while.
    now = int(time.time())
    given = {
        name: now + int(value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in changes.items()
    }

    with pytest.raises(SiteTokenError, match=says):
        TOKENS.read(token(**given))


def test_a_token_that_nobody_signed_or_with_another_algorithm_is_refused():
    nobody = by_hand({"alg": "none"}, claims()).rpartition(".")[0] + "."
    for made in (nobody, token("k" * 64, "HS512"), by_hand({"alg": "hs256"}, claims()), by_hand([], claims())):
        with pytest.raises(SiteTokenError):
            TOKENS.read(made)


def test_a_token_that_was_changed_is_refused():
    header, _, signature = token().split(".")
    payload = base64.urlsafe_b64encode(json.dumps(claims(sub="bo")).encode()).rstrip(b"=").decode()

    with pytest.raises(SiteTokenError, match="another key"):
        TOKENS.read(f"{header}.{payload}.{signature}")


def test_a_clock_that_is_a_few_seconds_off_does_no_harm():
    now = int(time.time())
    assert TOKENS.read(token(iat=now + 20)) == TOKENS.read(token(exp=now - 20)) == "ada"


@given(st.text(max_size=80))
def test_whatever_is_sent_as_token_is_refused_with_words(text):
    with pytest.raises(SiteTokenError):
        TOKENS.read(text)


def test_a_token_is_not_read_when_it_is_missing_or_far_too_long():
    with pytest.raises(SiteTokenError, match="Authorization: Bearer"):
        TOKENS.read("")
    with pytest.raises(SiteTokenError, match="longer than"):
        TOKENS.read(token(filler="x" * LONGEST_TOKEN))


@pytest.fixture
def secrets():
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name="keys", SecretString=json.dumps({"current": OLD}))
        yield client


def test_a_key_that_is_added_counts_after_a_minute_and_one_taken_back_is_gone(secrets):
    seconds = [0.0]
    keys = SiteKeys(SecretKeys(secrets, "keys", shortest=SHORTEST_KEY, clock=lambda: seconds[0]))
    assert keys() == (OLD,)

    secrets.put_secret_value(SecretId="keys", SecretString=json.dumps({"current": KEY, "previous": OLD}))
    assert keys() == (OLD,)
    seconds[0] += KEPT_SECONDS
    assert keys() == (KEY, OLD)

    secrets.put_secret_value(SecretId="keys", SecretString=json.dumps({"current": KEY}))
    seconds[0] += KEPT_SECONDS
    assert keys() == (KEY,)


def test_a_secret_without_a_usable_key_opens_nothing(secrets):
    secrets.put_secret_value(SecretId="keys", SecretString=json.dumps({"current": "short"}))

    with pytest.raises(KeysUnavailableError):
        SiteKeys(SecretKeys(secrets, "keys", shortest=SHORTEST_KEY))()
