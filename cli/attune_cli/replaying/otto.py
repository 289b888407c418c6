"""Shop sessions in the form of OTTO's public data set, as calls of the Segment spec."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

NAMES = {"clicks": "Product Viewed", "carts": "Product Added", "orders": "Order Completed"}


def is_session(line: Mapping[str, Any]) -> bool:
    """Whether a line is one session of that form."""
    return "session" in line and isinstance(line.get("events"), list) and "type" not in line


def calls(session: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a session's events in time order; products ordered in one go are one order.

    What has no time, product or known type comes out as a call that says so little that it cannot be read.
    """
    whole = [event for event in session["events"] if _is_whole(event)]
    for event in session["events"]:
        if not _is_whole(event):
            yield {"type": "track", "event": "a session's event without `aid`, `ts` or a known `type`"}
    for (time, kind), group in groupby(
        sorted(whole, key=lambda event: event["ts"]), key=lambda event: (event["ts"], event["type"])
    ):
        products = [{"product_id": str(event["aid"])} for event in group]
        yield {
            "type": "track",
            "event": NAMES[kind],
            "userId": f"otto-{session['session']}",
            "messageId": f"{session['session']}-{time}-{kind}-{products[0]['product_id']}",
            "timestamp": datetime.fromtimestamp(time / 1000, UTC).isoformat(timespec="milliseconds"),
            "properties": {"products": products} if kind == "orders" else products[0],
        }


def _is_whole(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and isinstance(event.get("ts"), int)
        and not isinstance(event["ts"], bool)
        and 0 <= event["ts"] < 4_102_444_800_000  # noqa: PLR2004 - until 2100, in milliseconds
        and event.get("type") in NAMES
        and "aid" in event
    )
