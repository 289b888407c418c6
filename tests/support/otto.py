"""Twenty real shop sessions, as events of the Segment spec, and the moments in them counted from the file alone."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "otto_sample" / "train.jsonl"
QUIET_MILLISECONDS = 10 * 60 * 1000
NAMES = {"clicks": "Product Viewed", "carts": "Product Added", "orders": "Order Completed"}


def sessions() -> list[dict[str, Any]]:
    """Read the sample: sessions with their events in time order."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def customer(session: dict[str, Any]) -> str:
    """Return the customer id given to a session of the sample."""
    return f"otto-{session['session']}"


def calls(session: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a session's events as calls; products ordered in one go are one order."""
    events = sorted(session["events"], key=lambda event: event["ts"])
    for (time, kind), group in itertools.groupby(events, key=lambda event: (event["ts"], event["type"])):
        products = [{"product_id": str(event["aid"])} for event in group]
        properties = {"products": products} if kind == "orders" else products[0]
        yield {
            "type": "track",
            "event": NAMES[kind],
            "userId": customer(session),
            "messageId": f"{session['session']}-{time}-{kind}-{products[0]['product_id']}",
            "timestamp": datetime.fromtimestamp(time / 1000, UTC).isoformat(timespec="milliseconds"),
            "properties": properties,
        }


def moments(session: dict[str, Any]) -> int:
    """Count, from the file alone, the silences of ten minutes or more during which something lay in the cart."""
    found, cart_is_open, last = 0, False, None
    for event in sorted(session["events"], key=lambda event: event["ts"]):
        if cart_is_open and last is not None and event["ts"] - last >= QUIET_MILLISECONDS:
            found += 1
        if event["type"] == "carts":
            cart_is_open = True
        if event["type"] == "orders":
            cart_is_open = False
        last = event["ts"]
    return found + cart_is_open
