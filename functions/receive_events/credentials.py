"""How a sender proves who it is: a key of ours, or Zendesk's signature."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KEPT_SECONDS = 60.0
"""How long a copy of a secret is used: a key that is added or taken back counts everywhere after this time."""
SHORTEST_KEY = 20
"""In characters; what is shorter could be guessed, and is not accepted."""
SIGNATURE_VALID_FOR = timedelta(minutes=5)

logger = Logger()


class SecretUnavailableError(Exception):
    """Raised when a secret cannot be read and no copy of it is at hand."""


class Secret:
    """The valid keys in one secret: a JSON object of names and keys, or a single key as it is."""

    def __init__(
        self, client: "SecretsManagerClient", secret_id: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read nothing yet; `clock` counts seconds."""
        self._client = client
        self._id = secret_id
        self._clock = clock
        self._keys: Mapping[str, str] | None = None
        self._read_at = 0.0

    def keys(self) -> Mapping[str, str]:
        """Return name -> key of every valid key; raise SecretUnavailableError where there is none to be had."""
        if self._keys is None or self._clock() - self._read_at >= KEPT_SECONDS:
            try:
                self._keys = read_keys(self._client.get_secret_value(SecretId=self._id)["SecretString"])
                self._read_at = self._clock()
            except (BotoCoreError, ClientError, KeyError) as error:
                logger.exception("secret_not_read")
                if self._keys is None:
                    raise SecretUnavailableError(self._id) from error
        return self._keys


def read_keys(text: str) -> dict[str, str]:
    """Read a secret's text into name -> key, without those too short to be safe."""
    try:
        found = json.loads(text)
    except ValueError:
        found = text
    named = found if isinstance(found, dict) else {"key": text.strip()}
    keys = {str(name): key for name, key in named.items() if isinstance(key, str) and len(key) >= SHORTEST_KEY}
    for name in named.keys() - keys.keys():
        logger.error("key_ignored", key_name=name, why=f"not a text of at least {SHORTEST_KEY} characters")
    return keys


def sender_of(headers: Mapping[str, str], keys: Mapping[str, str]) -> str | None:
    """Return the name of the key that a request shows, by `x-attune-key` or as the user of basic auth."""
    given = headers.get("x-attune-key") or _basic_user(headers.get("authorization", ""))
    # Every key is compared, and hashes of equal length: time tells nothing about the keys.
    matching = [name for name, key in keys.items() if hmac.compare_digest(_hash(key), _hash(given))]
    return matching[0] if given and matching else None


def signed_by_zendesk(headers: Mapping[str, str], body: bytes, keys: Mapping[str, str], now: datetime) -> bool:
    """Whether the body was signed with one of the keys, at most five minutes from `now`."""
    at = headers.get("x-zendesk-webhook-signature-timestamp", "")
    given = headers.get("x-zendesk-webhook-signature", "")
    signatures = [hmac.digest(key.encode(), at.encode(errors="replace") + body, "sha256") for key in keys.values()]
    matching = [hmac.compare_digest(base64.b64encode(one), given.encode(errors="replace")) for one in signatures]
    return any(matching) and _is_recent(at, now)


def _is_recent(at: str, now: datetime) -> bool:
    try:
        time_of_signature = datetime.fromisoformat(at)
    except ValueError:
        return False
    if time_of_signature.tzinfo is None:
        time_of_signature = time_of_signature.replace(tzinfo=UTC)
    return abs(now - time_of_signature) <= SIGNATURE_VALID_FOR


def _basic_user(authorization: str) -> str:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except ValueError:
        return ""


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode(errors="replace")).digest()
