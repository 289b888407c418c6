"""Requests that bring events over HTTP, and a bus and secrets that answer as told."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from attune.adapters.secret_keys import KeysUnavailableError
from functions.receive_events.publishing import Bus
from functions.receive_events.receiving import Receiver

KEY = "k-web-0123456789abcdef-0123456789"
OLD_KEY = "k-old-0123456789abcdef-0123456789"
SIGNING_SECRET = "zendesk-signing-secret-0123456789"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CALL = {"type": "track", "event": "Cart Viewed", "userId": "c-1", "messageId": "m-1"}
CLOUDEVENT = {"specversion": "1.0", "id": "e-1", "source": "/shop", "type": "track", "data": {"event": "Cart Viewed"}}


class FakeSecret:
    """A secret that holds what it was given, or cannot be read."""

    def __init__(self, **keys: str) -> None:
        self._keys = keys

    def keys(self) -> dict[str, str]:
        if not self._keys:
            raise KeysUnavailableError("down")
        return self._keys


class FakeBus:
    """Takes entries, or fails those whose detail holds a word, as often as it is told."""

    def __init__(self, failing: str = "", *, times: int = 0, code: str = "InternalFailure") -> None:
        self.failing, self.times, self.code = failing, times, code
        self.requests: list[list[dict[str, str]]] = []
        self.taken: list[dict[str, str]] = []

    def put_events(self, *, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 - boto3's own name
        self.requests.append(Entries)
        assert len(Entries) <= 10
        assert sum(len(entry["Detail"].encode()) for entry in Entries) < 1_000_000
        fails = [self.failing and self.failing in entry["Detail"] and self.times > 0 for entry in Entries]
        self.times -= any(fails)
        self.taken += [entry for entry, failed in zip(Entries, fails, strict=True) if not failed]
        return {
            "FailedEntryCount": sum(map(bool, fails)),
            "Entries": [{"ErrorCode": self.code, "ErrorMessage": "as told"} if failed else {} for failed in fails],
        }

    def details(self) -> list[Any]:
        return [json.loads(entry["Detail"]) for entry in self.taken]

    def types(self) -> list[str]:
        return [entry["DetailType"] for entry in self.taken]


def receiver(bus: FakeBus, **secrets: FakeSecret) -> Receiver:
    def never_sleep(_seconds: float) -> None:
        return

    return Receiver(
        Bus(bus, "attune", sleep=never_sleep),
        secrets.get("keys", FakeSecret(web=KEY, old=OLD_KEY)),
        secrets.get("zendesk", FakeSecret(key=SIGNING_SECRET)),
        lambda: NOW,
    )


def request(body: object, *, route: str = "POST /events", **headers: str) -> dict[str, Any]:
    """Return a request as an HTTP API hands it over; a text is sent as it is, anything else as JSON."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    given_headers = {"content-type": "application/json", "x-attune-key": KEY}
    given_headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(text, bytes):
        return {
            "routeKey": route,
            "headers": given_headers,
            "body": base64.b64encode(text).decode(),
            "isBase64Encoded": True,
        }
    return {"routeKey": route, "headers": given_headers, "body": text, "isBase64Encoded": False}


def post(body: object, bus: FakeBus | None = None, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = receiver(bus or FakeBus()).receive(request(body, **headers))
    return answer["statusCode"], json.loads(answer["body"])


def webhook(body: object, *, at: datetime = NOW, secret: str = SIGNING_SECRET, **changes: str) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    stamp = at.isoformat().replace("+00:00", "Z")
    digest = hmac.new(secret.encode(), (stamp + text).encode(), hashlib.sha256).digest()
    headers = {
        "x_attune_key": "",
        "x_zendesk_webhook_signature": base64.b64encode(digest).decode(),
        "x_zendesk_webhook_signature_timestamp": stamp,
    }
    return request(text, route="POST /events/zendesk", **{**headers, **changes})
