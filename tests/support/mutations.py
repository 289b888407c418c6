"""Payloads of real senders, spoilt: what a library upgrade, a hurried developer or a bad line makes of them."""

import copy
import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.support.senders import REAL, event, real, shopify, sns, stripe

type Path = tuple[str | int, ...]
type Spoiler = Callable[[random.Random, Any], Any]

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1e400,
    10**30,
    "",
    " ",
    "null",
    "x" * 5_000,
    "a@" + "b." * 5_000,
    "\ud83d",
    "\0",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "Ünïcödé 👋",
    [],
    {},
    [[]],
    [None],
    [{"id": None}],
    {"id": {"id": []}},
)

WRITINGS: tuple[Spoiler, ...] = (
    lambda _chance, value: str(value),
    lambda _chance, value: [value],
    lambda _chance, value: {"value": value},
    lambda _chance, value: [value, value],
    lambda _chance, value: str(value).upper(),
    lambda _chance, value: json.dumps(value, default=str),
)


def spoilt(payload: Any, chance: random.Random, times: int) -> Any:
    """Return a copy in which some values are gone, of another type, absurd, or under a name in another case."""
    whole = {"": copy.deepcopy(payload)}
    for _ in range(times):
        path = chance.choice(list(_paths(whole[""], ("",))))
        parent: Any = whole
        for step in path[:-1]:
            parent = parent[step]
        _spoil(parent, path[-1], chance)
    return whole[""]


def _spoil(parent: Any, key: str | int, chance: random.Random) -> None:
    match chance.randrange(5):
        case 0 if key != "":
            del parent[key]
        case 1 if isinstance(key, str) and key:
            parent[chance.choice((key.upper(), key.lower(), key.title(), f" {key}"))] = parent.pop(key)
        case 2:
            parent[key] = chance.choice(WRITINGS)(chance, parent[key])
        case _:
            parent[key] = copy.deepcopy(chance.choice(ODD_VALUES))


def _paths(value: Any, path: Path) -> Iterator[Path]:
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*path, name))
    if isinstance(value, list):
        for index, inner in enumerate(value[:4]):
            yield from _paths(inner, (*path, index))


STRIPE_TYPES = {
    "charge": ("charge.failed", "charge.refunded"),
    "checkout.session": ("checkout.session.expired", "checkout.session.completed"),
    "customer": ("customer.created", "customer.updated"),
    "payment_intent": ("payment_intent.payment_failed", "payment_intent.succeeded"),
}


def real_bodies() -> tuple[str, ...]:
    """Return every payload of the collection as it would lie in the events queue, in all shapes it comes in."""
    return tuple(
        body
        for family, shapes in SHAPES.items()
        for file in sorted((REAL / family).glob("*.json"))
        for body in shapes(file.stem, real(f"{family}/{file.stem}"))
    )


def _as_it_is(_name: str, payload: Any) -> list[str]:
    return [json.dumps(payload)]


def _cloudevents(_name: str, payload: Any) -> list[str]:
    return [event(payload, "attune.http", "cloudevents"), event({"events": [payload, payload]})]


def _calls(_name: str, payload: Any) -> list[str]:
    calls = payload if isinstance(payload, list) else [payload]
    whose = {"userId": "c-1", "messageId": "m"}
    return [event(whose | call, "aws.partner/segment.com/x", call["type"]) for call in calls]


def _emails(_name: str, payload: Any) -> list[str]:
    notification = {"notificationType": payload["eventType"], **payload}
    del notification["eventType"]
    return [sns(payload), sns(notification), event(payload, "aws.ses", "Email Bounced"), json.dumps(payload)]


def _resources(name: str, payload: Any) -> list[str]:
    topics = ("orders/create", "orders/paid") if name.startswith("order") else ("checkouts/create", "checkouts/update")
    return [shopify(topic, payload) for topic in topics]


def _webhooks(_name: str, payload: Any) -> list[str]:
    return [shopify(payload["topic"], payload["payload"]), event(payload, "aws.partner/shopify.com/1/a")]


def _stream(_name: str, payload: Any) -> list[str]:
    return [sns(payload), event(payload)]


def _objects(name: str, payload: Any) -> list[str]:
    return [stripe(kind, {**payload, "customer": "cus_1"}) for kind in STRIPE_TYPES.get(name, ("plan.created",))]


def _tickets(_name: str, payload: Any) -> list[str]:
    whole = payload if "detail" in payload else {"source": "aws.partner/zendesk.com/1/default", "detail": payload}
    return [json.dumps(whole), event(payload, "attune.http", "zendesk")]


SHAPES: Mapping[str, Callable[[str, Any], list[str]]] = {
    "aws_envelopes_lambda_go": _as_it_is,
    "aws_envelopes_powertools": _as_it_is,
    "cloudevents": _cloudevents,
    "segment_spec": _calls,
    "ses_event_publishing": _emails,
    "shopify_eventbridge": _as_it_is,
    "shopify_rest_mit": _resources,
    "shopify_webhooks_rudder_mit": _webhooks,
    "sms": _stream,
    "stripe_objects_mit": _objects,
    "zendesk": _tickets,
}
