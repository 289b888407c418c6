"""Whether a Shopify fulfilment says that a delivery is late: by the carrier's word, or by a promise that passed."""

from collections.abc import Mapping
from typing import Any

from attune.adapters.senders.origins import Origin
from attune.adapters.senders.times import instant
from attune.adapters.senders.values import first, text
from attune.domain.signals import Signal, SignalKind

LATE = frozenset({"delayed"})
"""Not `failure`: Shopify says so too when a tracking number is wrong or a shipment was called off."""
OVER = frozenset({"delivered", "picked_up", "canceled", "cancelled", "failure", "ready_for_pickup"})


def read_delivery(topic: str, payload: Mapping[str, Any], origin: Origin) -> Signal:
    """Return that a delivery is late, or a note that something happened to it."""
    order = first(payload.get("order_id"), payload.get("id"))
    # A fulfilment's own `status` says whether it was handed over; only an event of it says where the parcel is.
    status = first(
        payload.get("shipment_status"), payload.get("status") if topic.startswith("fulfillment_events") else ""
    )
    state = text(status).casefold()
    promised = instant(payload.get("estimated_delivery_at"))
    over = {state, text(payload.get("status")).casefold()} & OVER
    overdue = promised is not None and promised < origin.time and not over
    if state in LATE or overdue:
        return origin.signal(SignalKind.DELIVERY_DELAYED, "Delivery Delayed", reference=order)
    return origin.note(f"{topic} {state}".strip())
