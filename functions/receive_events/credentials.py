"""How a sender proves who it is: a key of ours, or Zendesk's signature."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

SHORTEST_KEY = 20
"""In characters; what is shorter could be guessed, and is not accepted."""
SIGNATURE_VALID_FOR = timedelta(minutes=5)


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
