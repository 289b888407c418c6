"""A seeded mutator: queue messages of real senders, spoilt in their values, their structure, their text or their wrapping."""

import base64
import contextlib
import copy
import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.support.mutations import ODD_VALUES, WRITINGS
from tests.support.senders import event, sns

AGAIN = "~again~"
DEEP = '"~deep~"'
SOURCES = (
    "app.shop",
    "attune",
    "attune.http",
    "aws.partner/segment.com/x",
    "aws.partner/shopify.com/1234/attune",
    "aws.partner/stripe.com/ed_1",
    "aws.partner/zendesk.com/1/default",
    "aws.ses",
    "aws.sns",
    "aws.ec2",
    "",
)
DETAIL_TYPES = ("track", "segment", "cloudevents", "zendesk", "shopifyWebhook", "charge.failed", "Email Bounced", "")
HUGE = (5_000, 60_000, 300_000)
DEPTHS = (30, 500, 3_000, 100_000)
ODD_TEXT = (
    "\ufeff",
    "\x00",
    "\ud83d",
    "\udc4b",
    "\u202e",
    "e\u0301" * 40,
    "👩‍👩‍👧‍👦",
    "ﷺ",
    "\u2028",
    "١٢٣",
    "İ",
    "ß" * 300,
)

POOL = 60
"""So many people: few enough that identifiers meet again, in every combination."""
POOLS: Mapping[str, Callable[[int], Any]] = {
    "userId": lambda number: f"user-{number}",
    "user_id": lambda number: f"user-{number}",
    "anonymousId": lambda number: f"device-{number}",
    "email": lambda number: f"p{number}@shop.example",
    "phone": lambda number: f"+4420794600{number:02}",
    "messageId": lambda number: f"message-{number}",
    "X-Shopify-Event-Id": lambda number: f"shopify-{number}",
    "originationNumber": lambda number: f"+4420794600{number:02}",
    "customer": lambda number: f"cus_{number}",
    "customer_email": lambda number: f"p{number}@shop.example",
    "cart_token": lambda number: f"cart-{number}",
}

type Mutation = Callable[["Mutator", str], str]


class Mutator:
    """Makes one message out of real ones, some times over; the same seed and originals give the same messages."""

    def __init__(self, originals: Sequence[str], seed: int) -> None:
        """Keep the messages to start from."""
        self.originals = originals
        self.chance = random.Random(seed)  # noqa: S311 - repeatable, never secret

    def next(self) -> str:
        """Return the next message: a real one, often of somebody else, mutated once to three times, mostly inside."""
        body = self.chance.choice(self.originals)
        if self.chance.random() < 0.7:  # noqa: PLR2004
            body = self.people(body)
        for _ in range(self.chance.choice((1, 1, 1, 1, 2, 3))):
            [mutation] = self.chance.choices(MUTATIONS, WEIGHTS)
            body = mutation(self, body)
        return body

    def people(self, body: str) -> str:
        """Let it be about other people: identifiers of a small pool in arbitrary combinations."""
        whole = _parsed(body)
        inside = _inner(whole)
        with contextlib.suppress(RecursionError):  # nested deeper than people can be found
            self._rename_people(inside)
        return _written(_with_inner(whole, inside))

    def values(self, body: str) -> str:
        """Drop, retype, rename, duplicate or replace a few values anywhere in the message."""
        whole = _parsed(body)
        if not isinstance(whole, dict | list):
            return body
        inside = _inner(whole)
        part = inside if isinstance(inside, dict | list) and self.chance.random() < 0.9 else whole  # noqa: PLR2004
        for _ in range(self.chance.randint(1, 4)):
            found = self._somewhere(part)
            if found is not None:
                self._spoil(*found)
        return _written(_with_inner(whole, inside) if part is inside else whole)

    def swap_detail(self, body: str) -> str:
        """Put what one sender sends into what is around another's."""
        whole, other = _parsed(body), _parsed(self.chance.choice(self.originals))
        if not isinstance(whole, dict) or not isinstance(other, dict):
            return body
        return _written(_with_inner(whole, _inner(other)))

    def wrap(self, body: str) -> str:
        """Put it into one wrapping more, or one that is not its own."""
        whole = _parsed(body)
        inside = _inner(whole) if isinstance(whole, dict) else whole
        source, kind = self.chance.choice(SOURCES), self.chance.choice(DETAIL_TYPES)
        match self.chance.randrange(8):
            case 0:
                return sns(body)
            case 1:
                return _written(inside)
            case 2:
                return event(inside, source, kind)
            case 3:
                return event(whole, source, kind)
            case 4:
                return event({self.chance.choice(("events", "batch")): [inside] * self.chance.randint(0, 3)}, source)
            case 5:
                return event(
                    {"specversion": "1.0", "id": "c-1", "source": "/fuzz", "type": "x", "data": inside}, source, kind
                )
            case 6:
                return json.dumps(body)
            case _:
                return _written({"Records": [{"body": body}]})

    def cut(self, body: str) -> str:
        """Cut the text off, or lose a piece of it."""
        start = self.chance.randrange(len(body) + 1)
        return body[:start] if self.chance.random() < 0.5 else body[:start] + body[start + self.chance.randint(1, 9) :]  # noqa: PLR2004

    def encoding(self, body: str) -> str:
        """Write or read the text in an encoding that is not its own."""
        real = json.dumps(_parsed(body), ensure_ascii=False).encode(errors="replace")
        match self.chance.randrange(6):
            case 0:
                return real.decode("latin-1")
            case 1:
                return real.decode("utf-16-le", errors="replace")
            case 2:
                return "\ufeff" + body
            case 3:
                return base64.b64encode(real).decode()
            case 4:
                return real.decode("ascii", errors="surrogateescape")
            case _:
                return body.replace("a", self.chance.choice(ODD_TEXT), self.chance.randint(1, 4))

    def characters(self, body: str) -> str:
        """Replace single characters of the text."""
        text = list(body)
        for _ in range(self.chance.randint(1, 5)):
            if text:
                text[self.chance.randrange(len(text))] = self.chance.choice('"{}[]:,\\0x \n\t\x00é')
        return "".join(text)

    def large(self, body: str) -> str:
        """Put something huge, or something nested deeply, in the place of a value."""
        whole = _parsed(body)
        found = self._somewhere(whole)
        if found is None:
            return body
        parent, key = found
        if self.chance.random() < 0.5:  # noqa: PLR2004
            parent[key] = self.chance.choice(("x", "é", '"', "👋")) * self.chance.choice(HUGE)
            return _written(whole)
        parent[key] = json.loads(DEEP)
        depth = self.chance.choice(DEPTHS)
        left, right = self.chance.choice((("[", "]"), ('{"a":', "}")))
        return _written(whole).replace(DEEP, left * depth + "1" + right * depth, 1)

    def _rename_people(self, value: Any) -> None:
        if isinstance(value, list):
            for inner in value:
                self._rename_people(inner)
        if not isinstance(value, dict):
            return
        for name, inner in value.items():
            if name in POOLS and isinstance(inner, str):
                value[name] = POOLS[name](self.chance.randrange(POOL))
            else:
                self._rename_people(inner)

    def _somewhere(self, value: Any) -> tuple[Any, Any] | None:
        """Walk down by chance; return the place where it stopped: an object or array and a key in it."""
        found: tuple[Any, Any] | None = None
        while isinstance(value, dict | list) and value:
            parent = value
            key = self.chance.choice(list(parent)) if isinstance(parent, dict) else self.chance.randrange(len(parent))
            found, value = (parent, key), parent[key]
            if self.chance.random() < 0.25:  # noqa: PLR2004
                break
        return found

    def _spoil(self, parent: Any, key: str | int) -> None:
        match self.chance.randrange(7):
            case 0:
                del parent[key]
            case 1 if isinstance(key, str):
                parent[self.chance.choice((key.upper(), key.lower(), key.title(), f" {key}"))] = parent.pop(key)
            case 2 if isinstance(key, str):
                parent[key + AGAIN] = copy.deepcopy(self.chance.choice((parent[key], *ODD_VALUES)))
            case 3:
                parent[key] = self.chance.choice(WRITINGS)(self.chance, parent[key])
            case 4:
                parent[key] = None
            case 5 if isinstance(parent[key], str):
                parent[key] += self.chance.choice(ODD_TEXT)
            case _:
                parent[key] = copy.deepcopy(self.chance.choice(ODD_VALUES))


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body


def _written(value: Any) -> str:
    """Write JSON; names marked by AGAIN become second fields of the same name."""
    try:
        return json.dumps(value).replace(AGAIN, "")
    except (RecursionError, ValueError):
        return str(value)[:1_000]


def _inner(whole: Any) -> Any:
    """Return what a sender wrote: the detail of an event, the message of a notification, or all there is."""
    if not isinstance(whole, dict):
        return whole
    if isinstance(whole.get("Message"), str):
        return _parsed(whole["Message"])
    return whole.get("detail", whole)


def _with_inner(whole: Any, inside: Any) -> Any:
    """Return the message with something else inside."""
    if not isinstance(whole, dict):
        return inside
    if isinstance(whole.get("Message"), str):
        return whole | {"Message": _written(inside)}
    return whole | {"detail": inside} if "detail" in whole else inside


WEIGHTED: tuple[tuple[Mutation, int], ...] = (
    (Mutator.values, 70),
    (Mutator.people, 6),
    (Mutator.swap_detail, 6),
    (Mutator.wrap, 6),
    (Mutator.encoding, 5),
    (Mutator.cut, 3),
    (Mutator.characters, 3),
    (Mutator.large, 2),
)
MUTATIONS = [mutation for mutation, _ in WEIGHTED]
WEIGHTS = [weight for _, weight in WEIGHTED]
