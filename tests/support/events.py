"""Events as an application would put them on the bus."""

import itertools
import json
from datetime import datetime
from typing import Any

_numbers = itertools.count(1)


def call(kind: str, customer: str, time: datetime, **fields: Any) -> dict[str, Any]:
    """Return a call of the Segment spec."""
    return {
        "type": kind,
        "userId": customer,
        "messageId": f"m-{next(_numbers)}",
        "timestamp": time.isoformat(),
        **fields,
    }


def track(
    customer: str, event: str, time: datetime, *, context: dict[str, Any] | None = None, **properties: Any
) -> dict[str, Any]:
    """Return a track call."""
    return call("track", customer, time, event=event, properties=properties, context=context or {})


def identify(customer: str, time: datetime, **traits: Any) -> dict[str, Any]:
    """Return an identify call."""
    return call("identify", customer, time, traits=traits)


def envelope(detail: dict[str, Any], source: str = "app.shop") -> str:
    """Return the EventBridge event around a call, as the events queue delivers it."""
    return json.dumps(
        {
            "version": "0",
            "id": f"e-{next(_numbers)}",
            "source": source,
            "detail-type": detail.get("type", "track"),
            "time": detail.get("timestamp"),
            "detail": detail,
        }
    )
