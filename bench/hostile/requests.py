"""Make hostile requests from the OpenAPI document: right in most places, and wrong, huge or somebody else's in one."""

import base64
import gzip
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ODD_TEXT = (
    "",
    " ",
    "null",
    "\x00",
    "\ud83d",
    "..%2f..%2fetc%2fpasswd",
    "' OR 1=1 --",
    "{{ 7 | times: 7 }}{% include 'x' %}${7*7}",
    "<script>alert(1)</script>",
    "\r\nset-cookie: a=b",
    "x" * 9_000,
    "\U0001f469\u200d\U0001f467\u202e",
    "CUSTOMER#theirs",
)
ODD_JSON: tuple[Any, ...] = (None, True, -1, 10**30, 1.5, "", [], {}, [[]], [None], {"a": {"b": [{}]}}, "x" * 5_000)
BROKEN_BODIES = (
    "",
    "{",
    "[" * 50_000,
    '{"a":' * 5_000,
    "NaN",
    "1e999",
    "\ufeff{}",
    '{"type":"track","type":"identify"}',
    "a=b&" * 900,
    "%00%ff%%%",
    "shown=%25&channel=email&channel=&quiet_from=99&cadence=never",
    "x" * 600_000,
)
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "get", "")


@dataclass(frozen=True)
class Route:
    """One operation of the document: method, path, and the answers that it may give."""

    method: str
    path: str
    statuses: frozenset[int]

    @property
    def purpose(self) -> str:
        """What a page's link is for: the first part of its path."""
        return self.path.strip("/").partition("/")[0]


@dataclass(frozen=True)
class Attack:
    """A request as API Gateway hands it over, the route it goes to, and whether it carries the right to be there."""

    request: Mapping[str, Any]
    route: Route
    entitled: bool


def routes_of(document: Path) -> list[Route]:
    """Return the operations of an OpenAPI document."""
    paths = yaml.safe_load(document.read_text(encoding="utf-8"))["paths"]
    return [
        # A page's route takes any method, so that any answer of the path may come.
        Route(method.upper(), path, frozenset(int(code) for one in methods.values() for code in one["responses"]))
        for path, methods in paths.items()
        for method in methods
    ]


@dataclass
class Attacker:
    """Makes requests; the same seed makes the same ones. `tokens` are real ones of the attacker's own."""

    routes: Sequence[Route]
    seed: int
    tokens: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start the chance."""
        self.chance = random.Random(self.seed)  # noqa: S311 - repeatable, never secret

    def next(self) -> Attack:
        """Return the next request."""
        route = self.chance.choice(self.routes)
        token, entitled = self._token(route)
        any_method = route.path.endswith("{token}")
        method = self.chance.choice(METHODS) if any_method and self.chance.random() < 0.15 else route.method  # noqa: PLR2004
        body, packed, encoding = self._body(route)
        request = {
            "version": "2.0",
            "routeKey": f"{'ANY' if any_method else route.method} {route.path}",
            "rawPath": route.path.replace("{token}", token),
            "requestContext": {"http": {"method": method, "path": route.path}},
            "headers": {**self._headers(route, token), **encoding},
            "queryStringParameters": self._query(),
            "isBase64Encoded": packed,
        }
        if any_method:
            request["pathParameters"] = {"token": token}
        if body:
            request["body"] = body
        return Attack(request, route, entitled)

    def _token(self, route: Route) -> tuple[str, bool]:
        """Return the attacker's own token, mostly, or that of another page, a mutated one, or an odd text."""
        own = self.tokens.get(route.purpose, "")
        match self.chance.randrange(10):
            case 0:
                return self.chance.choice(ODD_TEXT), False
            case 1:
                return self.chance.choice([*self.tokens.values(), "x"]), False
            case 2 if own:
                at = self.chance.randrange(len(own))
                return own[:at] + self.chance.choice("AZaz09-_.") + own[at + 1 :], False
            case 3 if own:
                return own[: self.chance.randrange(len(own))], False
            case _:
                return own, bool(own)

    def _headers(self, route: Route, token: str) -> dict[str, str]:
        headers = {"content-type": self.chance.choice(("application/json", "text/plain", "", *ODD_TEXT[:4]))}
        if route.purpose == "onsite":
            headers["authorization"] = self.chance.choice(
                (f"Bearer {token}", f"Bearer {token}", f"Basic {token}", token)
            )
        if route.purpose == "events":
            headers["x-attune-key"] = token
            headers["x-zendesk-webhook-signature"] = self.chance.choice(ODD_TEXT)
            headers["x-zendesk-webhook-signature-timestamp"] = self.chance.choice(("2026-11-24T12:00:00Z", *ODD_TEXT))
        if self.chance.random() < 0.3:  # noqa: PLR2004
            name = self.chance.choice(
                ("accept-language", "content-encoding", "ce-specversion", "authorization", "cookie")
            )
            headers[name] = self.chance.choice((*ODD_TEXT, "gzip", "de;q=2,*", "Basic Og==", "Basic %"))
        return headers

    def _query(self) -> dict[str, str] | None:
        if self.chance.random() < 0.5:  # noqa: PLR2004
            return None
        return {self.chance.choice(("answer", "helpful", "token", "locale")): self.chance.choice(ODD_TEXT)}

    def _body(self, route: Route) -> tuple[str, bool, dict[str, str]]:
        """Return a body, whether it is base64, and the header that says how it is packed."""
        text = self.chance.choice(BROKEN_BODIES) if self.chance.random() < 0.3 else self._likely(route)  # noqa: PLR2004
        match self.chance.randrange(8):
            case 0:
                return base64.b64encode(text.encode(errors="replace")).decode(), True, {}
            case 1:
                packed = gzip.compress(text.encode(errors="replace"))
                return base64.b64encode(packed).decode(), True, {"content-encoding": "gzip"}
            case 2:
                return text, True, {}
            case _:
                return text, False, {}

    def _likely(self, route: Route) -> str:
        """Return a body that the route would read, with one value that is odd."""
        if route.path == "/onsite/answers":
            body: dict[str, Any] = {"note_id": "mine#1", "answer": "helpful", "view": "v"}
            body[self.chance.choice([*body])] = self.chance.choice((*ODD_JSON, "theirs#1", "shown", "closed"))
            return json.dumps(body)
        if route.purpose == "events":
            call: dict[str, Any] = {"type": "track", "userId": "mine", "event": "Order Completed", "messageId": "m"}
            call[self.chance.choice([*call])] = self.chance.choice(ODD_JSON)
            return json.dumps(self.chance.choice((call, [call], {"batch": [call]}, {"batch": call}, [call, None, 1])))
        fields = ("everything", "undo", "fewer", "helpful", "comment", "channel", "cadence", "quiet_from", "time_zone")
        return "&".join(f"{self.chance.choice(fields)}={self.chance.choice(ODD_TEXT[:11])}" for _ in range(3))
