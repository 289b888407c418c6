"""A made-up recording: EventBridge events of a shop over two weeks, the same ones for the same seed."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

BEGINS = datetime(2026, 11, 2, tzinfo=UTC)
DAYS = 14
ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles")
LOCALES = ("en-GB", "de-DE", "en-US", "es-ES")
WORDS = ("Thank you, it works now", "I need help with the payment", "stop", "When does it arrive?")


def recording(events: int, *, seed: int = 1, per_person: int = 10) -> list[dict[str, Any]]:
    """Return so many events, in the order in which they came; a person has about `per_person` of them."""
    chance = random.Random(seed)  # noqa: S311 - made-up people
    found: list[dict[str, Any]] = []
    person = 0
    while len(found) < events:
        found += _life(f"c-{person}", chance, per_person)
        person += 1
    found = sorted(found[:events], key=lambda event: str(event["time"]))
    return [{**event, "id": f"e-{number}"} for number, event in enumerate(found)]


def lines(events: list[dict[str, Any]]) -> str:
    """Return events as NDJSON."""
    return "".join(json.dumps(event) + "\n" for event in events)


def _life(name: str, chance: random.Random, length: int) -> Iterator[dict[str, Any]]:
    at = BEGINS + timedelta(seconds=chance.randrange(DAYS * 86400))
    place = chance.randrange(len(ZONES))
    traits = {
        "firstName": name.title(),
        "email": f"{name}@example.com",
        "phone": f"+4915{int(name[2:]):08d}",
        "locale": LOCALES[place],
        "timezone": ZONES[place],
    }
    yield _event("identify", name, at, 0, traits=traits)
    channels = chance.choice((["email"], ["email", "sms"], []))
    if channels:
        properties = {"channels": channels, "source": "checkout form"}
        yield _event("track", name, at, 1, event="Consent Granted", properties=properties)
    for number in range(2, chance.randint(length // 2, length + length // 2)):
        pause = chance.choice((20, 40, 90, 240, 900, 40_000, 90_000))
        at += timedelta(seconds=chance.randint(pause // 2, pause))
        yield _shopping(name, at, number, chance)


def _shopping(name: str, at: datetime, number: int, chance: random.Random) -> dict[str, Any]:
    cart = {"cart_id": f"cart-{name}-{number // 8}", "product_id": f"p-{chance.randrange(90)}", "price": 59.0}
    context = {"sessionId": f"{name}-visit"}
    kinds: tuple[tuple[str, dict[str, Any], float], ...] = (
        ("Product Viewed", {"product_id": cart["product_id"]}, 5),
        ("Product Added", cart, 2),
        ("Checkout Started", cart, 1),
        ("Form Failed", {"form": "checkout", **cart}, 1),
        ("Payment Failed", cart, 0.5),
        ("Order Completed", {"order_id": f"o-{name}-{number}", **cart}, 0.7),
        ("Message Replied", {"channel": "email", "text": chance.choice(WORDS)}, 0.1),
    )
    event, properties, _ = chance.choices(kinds, weights=[weight for _, _, weight in kinds])[0]
    return _event("track", name, at, number, event=event, properties=properties, context=context)


def _event(kind: str, name: str, at: datetime, number: int, **call: Any) -> dict[str, Any]:
    time = at.isoformat(timespec="milliseconds")
    detail = {"type": kind, "userId": name, "messageId": f"{name}-{number}", "timestamp": time, **call}
    return {"version": "0", "source": "app.shop", "detail-type": kind, "time": time, "detail": detail}
