"""Links: they open what they were made for, for whom they were made, for ninety days."""

import time

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from moto import mock_aws

from attune.adapters.links import VALID_FOR_SECONDS, LinkClaim, LinkError, LinkPurpose, Links

LINKS = Links("a key for tests")
CLAIM = LinkClaim("ada", "cart-1", "email", "en")


def made_ago(monkeypatch: pytest.MonkeyPatch, seconds: int) -> str:
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda self: int(time.time()) - seconds)
        return LINKS.make(LinkPurpose.UNSUBSCRIBE, CLAIM)


@given(st.text(min_size=1), st.text(), st.sampled_from(["email", "sms"]), st.text(), st.sampled_from(LinkPurpose))
def test_a_link_says_what_it_was_made_with(customer_id, journey_id, channel, locale, purpose):
    claim = LinkClaim(customer_id, journey_id, channel, locale)

    token = LINKS.make(purpose, claim)

    assert LINKS.read(purpose, token) == claim
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


@pytest.mark.parametrize("purpose", LinkPurpose)
@pytest.mark.parametrize("asked", LinkPurpose)
def test_a_link_for_one_purpose_opens_no_other(purpose, asked):
    token = LINKS.make(purpose, CLAIM)

    if purpose is asked:
        assert LINKS.read(asked, token) == CLAIM
    else:
        with pytest.raises(LinkError):
            LINKS.read(asked, token)


@given(st.integers(0, 200), st.characters(codec="ascii", categories=["L", "N"]))
def test_a_link_changed_in_any_place_opens_nothing(place, letter):
    token = LINKS.make(LinkPurpose.UNSUBSCRIBE, CLAIM)
    place %= len(token) - 1  # the very last character carries unused bits
    changed = token[:place] + letter + token[place + 1 :]

    if changed != token:
        with pytest.raises(LinkError, match="not valid, or no longer"):
            LINKS.read(LinkPurpose.UNSUBSCRIBE, changed)


@given(st.text())
def test_whatever_is_typed_behind_the_address_opens_nothing(token):
    with pytest.raises(LinkError):
        LINKS.read(LinkPurpose.FEEDBACK, token)


def test_a_link_is_valid_for_ninety_days_and_not_longer(monkeypatch):
    assert LINKS.read(LinkPurpose.UNSUBSCRIBE, made_ago(monkeypatch, VALID_FOR_SECONDS - 60)) == CLAIM
    with pytest.raises(LinkError):
        LINKS.read(LinkPurpose.UNSUBSCRIBE, made_ago(monkeypatch, VALID_FOR_SECONDS + 60))


def test_a_link_of_another_stage_opens_nothing():
    with pytest.raises(LinkError):
        LINKS.read(LinkPurpose.UNSUBSCRIBE, Links("another key").make(LinkPurpose.UNSUBSCRIBE, CLAIM))


@pytest.mark.parametrize("content", [["ada"], ["a", "b", "c", "d", "e"], "abcd?", 7, None])
def test_a_signed_link_with_other_contents_opens_nothing(content):
    token = URLSafeTimedSerializer("a key for tests", salt="attune.unsubscribe").dumps(content)

    with pytest.raises(LinkError):
        LINKS.read(LinkPurpose.UNSUBSCRIBE, token)


def test_the_key_is_read_from_its_secret():
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name="key", SecretString="a key for tests")

        assert Links.from_secret(client, "key").read(LinkPurpose.FEEDBACK, LINKS.make(LinkPurpose.FEEDBACK, CLAIM)) == CLAIM
