"""The keys in one secret: which are accepted, and how long a copy serves."""

import json

import boto3
import pytest
from moto import mock_aws

from attune.adapters.secret_keys import KeysUnavailableError, SecretKeys, read_keys

KEY = "k-web-0123456789abcdef-0123456789"
OLD_KEY = "k-old-0123456789abcdef-0123456789"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (json.dumps({"web": KEY, "app": OLD_KEY}), {"web": KEY, "app": OLD_KEY}),
        (json.dumps({"web": KEY, "short": "abc", "number": 7, "none": None}), {"web": KEY}),
        (f" {KEY}\n", {"key": KEY}),
        ("short", {}),
        ("{}", {}),
        ("", {}),
        ("[]", {}),
    ],
)
def test_a_secret_holds_named_keys_or_one_and_what_could_be_guessed_is_not_accepted(
    text: str, keys: dict[str, str]
) -> None:
    assert read_keys(text, shortest=20) == keys


def test_a_secret_is_read_again_after_a_minute_and_its_copy_serves_while_it_cannot_be_read() -> None:
    with mock_aws():
        client, clock = boto3.client("secretsmanager"), [0.0]
        client.create_secret(Name="keys", SecretString=json.dumps({"a": KEY}))
        secret = SecretKeys(client, "keys", shortest=20, clock=lambda: clock[0])
        first = secret.keys()
        client.put_secret_value(SecretId="keys", SecretString=json.dumps({"b": OLD_KEY}))
        within_the_minute = secret.keys()
        clock[0] = 61.0
        after_it = secret.keys()
        client.delete_secret(SecretId="keys", ForceDeleteWithoutRecovery=True)
        clock[0] = 122.0
        without_it = secret.keys()

    assert first == within_the_minute == {"a": KEY}
    assert after_it == without_it == {"b": OLD_KEY}


def test_a_secret_that_was_never_read_and_cannot_be_is_said_to_be_unavailable() -> None:
    with mock_aws(), pytest.raises(KeysUnavailableError):
        SecretKeys(boto3.client("secretsmanager"), "missing", shortest=20).keys()
