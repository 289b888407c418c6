"""Links: they open what they were made for, for whom they were made, for ninety days."""

import base64
import json
import random
import string
import time
from collections.abc import Callable

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from moto import mock_aws

from attune.adapters.link_keys import READ_AGAIN_AFTER, LinkKeysError, parse_keys
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
    place %= len(token)
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


@pytest.mark.parametrize("content", [["ada"], ["a", "b", "c", "d", "e"], ["a", "b", "c", 4], "abcd?", 7, None])
def test_a_signed_link_with_other_contents_opens_nothing(content):
    token = URLSafeTimedSerializer("a key for tests", salt="attune.unsubscribe").dumps(content)

    with pytest.raises(LinkError):
        LINKS.read(LinkPurpose.UNSUBSCRIBE, token)


def flip(token: str, rng: random.Random) -> str:
    place = rng.randrange(len(token))
    return token[:place] + rng.choice(string.ascii_letters + string.digits + "-_.=! ") + token[place + 1 :]


def cut(token: str, rng: random.Random) -> str:
    place = rng.randrange(len(token))
    return token[:place] + token[place + rng.randint(1, 3) :]


def insert(token: str, rng: random.Random) -> str:
    place = rng.randrange(len(token) + 1)
    return token[:place] + rng.choice(string.printable + "é\u200b") + token[place:]


def swap(token: str, rng: random.Random) -> str:
    parts = token.split(".")
    rng.shuffle(parts)
    return ".".join(parts)


def graft(token: str, rng: random.Random) -> str:
    """Put somebody else's contents before this signature."""
    fields = [f"user-{rng.randrange(10**6)}", "cart-1", "email", "en", 0]
    payload = base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")
    return ".".join([payload, *token.split(".")[1:]])


def later(token: str, rng: random.Random) -> str:
    """Make an old link young."""
    payload, _, signature = token.split(".")
    stamp = base64.urlsafe_b64encode((int(time.time()) + rng.randrange(10**6)).to_bytes(4)).decode().rstrip("=")
    return f"{payload}.{stamp}.{signature}"


def guess(_: str, rng: random.Random) -> str:
    """Sign with a key somebody might try."""
    key = rng.choice(["", "secret", "key", "attune", "a key for test", f"{rng.random()}"])
    return Links(key).make(LinkPurpose.UNSUBSCRIBE, CLAIM)


def other_purpose(_: str, rng: random.Random) -> str:
    return LINKS.make(rng.choice([one for one in LinkPurpose if one is not LinkPurpose.UNSUBSCRIBE]), CLAIM)


def noise(_: str, rng: random.Random) -> str:
    return "".join(rng.choices(string.printable, k=rng.randrange(300)))


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    flip, flip, flip, cut, insert, swap, graft, later, guess, other_purpose, noise
)  # fmt: skip


def test_of_ten_thousand_forged_or_mutated_links_none_opens():
    rng = random.Random(20261121)
    good = {LINKS.make(LinkPurpose.UNSUBSCRIBE, LinkClaim(f"user-{n}", "cart-1", "email", "en", n)) for n in range(50)}
    forged: set[str] = set()
    while len(forged) < 10_000:
        forged.add(rng.choice(MUTATIONS)(rng.choice(sorted(good)), rng))
        forged -= good

    accepted = []
    for token in forged:
        try:
            accepted.append((token, LINKS.read(LinkPurpose.UNSUBSCRIBE, token)))
        except LinkError:
            continue
    assert accepted == []
    assert all(LINKS.read(LinkPurpose.UNSUBSCRIBE, token) for token in good)


def test_every_other_way_to_write_the_same_signature_is_refused():
    """The last character of a signature carries two bits that base64 does not look at."""
    token = LINKS.make(LinkPurpose.UNSUBSCRIBE, CLAIM)

    for letter in set(string.ascii_letters + string.digits + "-_") - {token[-1]}:
        with pytest.raises(LinkError):
            LINKS.read(LinkPurpose.UNSUBSCRIBE, token[:-1] + letter)


def test_links_of_before_they_named_a_touch_still_open():
    old = URLSafeTimedSerializer("a key for tests", salt="attune.unsubscribe").dumps(["ada", "cart-1", "email", "en"])

    assert LINKS.read(LinkPurpose.UNSUBSCRIBE, old) == CLAIM


def a_secret(client, value: str) -> None:
    client.create_secret(Name="key", SecretString=value)


def test_the_key_is_read_from_its_secret():
    with mock_aws():
        client = boto3.client("secretsmanager")
        a_secret(client, "a key for tests, long")

        token = Links("a key for tests, long").make(LinkPurpose.FEEDBACK, CLAIM)
        assert Links.from_secret(client, "key").read(LinkPurpose.FEEDBACK, token) == CLAIM


def test_a_rotation_keeps_links_of_the_key_before_and_signs_with_the_new_one():
    before, after = Links("the key before, long"), Links("the key after it, long", "the key before, long")
    old = before.make(LinkPurpose.UNSUBSCRIBE, CLAIM)
    new = after.make(LinkPurpose.UNSUBSCRIBE, CLAIM)

    assert after.read(LinkPurpose.UNSUBSCRIBE, old) == CLAIM
    assert Links("the key after it, long").read(LinkPurpose.UNSUBSCRIBE, new) == CLAIM
    for key, token in (("the key before, long", new), ("the key after it, long", old)):
        with pytest.raises(LinkError):
            Links(key).read(LinkPurpose.UNSUBSCRIBE, token)


def test_who_runs_already_learns_of_a_new_key_from_its_first_link_but_asks_once_a_minute_at_most():
    with mock_aws():
        client = boto3.client("secretsmanager")
        a_secret(client, "the key before, long")
        seconds = [0.0]
        links = Links.from_secret(client, "key", clock=lambda: seconds[0])
        rotated = {"current": "the key after it, long", "previous": "the key before, long"}
        client.put_secret_value(SecretId="key", SecretString=json.dumps(rotated))
        new = Links("the key after it, long").make(LinkPurpose.UNSUBSCRIBE, CLAIM)

        with pytest.raises(LinkError):
            links.read(LinkPurpose.UNSUBSCRIBE, new)
        seconds[0] = READ_AGAIN_AFTER
        assert links.read(LinkPurpose.UNSUBSCRIBE, new) == CLAIM
        assert links.make(LinkPurpose.FEEDBACK, CLAIM) == Links("the key after it, long").make(
            LinkPurpose.FEEDBACK, CLAIM
        )


def test_a_secret_that_cannot_be_read_again_leaves_the_keys_that_were_known():
    with mock_aws():
        client = boto3.client("secretsmanager")
        a_secret(client, "the key before, long")
        seconds = [0.0]
        links = Links.from_secret(client, "key", clock=lambda: seconds[0])
        client.put_secret_value(SecretId="key", SecretString="{broken")
        seconds[0] = READ_AGAIN_AFTER

        with pytest.raises(LinkError):
            links.read(LinkPurpose.UNSUBSCRIBE, "forged")
        token = Links("the key before, long").make(LinkPurpose.UNSUBSCRIBE, CLAIM)
        assert links.read(LinkPurpose.UNSUBSCRIBE, token) == CLAIM


@pytest.mark.parametrize(
    ("secret", "says"),
    [
        ("", "at least 12 characters"),
        ("short", "at least 12 characters"),
        ("{broken", "no JSON"),
        ('{"previous": "a key that is long"}', "`current`"),
        ('{"current": 7}', "`current`"),
        ('{"current": "a key that is long", "previous": "x"}', "`previous`"),
        ('{"current": "a key that is long", "next": "x"}', "next"),
    ],
)
def test_a_secret_without_a_proper_key_is_refused_with_what_to_put_there(secret, says):
    with pytest.raises(LinkKeysError, match=says):
        parse_keys(secret)
