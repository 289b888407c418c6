"""A whole call around an event: its model, from which schemas are made, and its examples."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, create_model

from attune.events.calls import Call
from attune.events.contract import EventFields
from attune.events.families import CALLS

EXAMPLE_TIME = "2026-11-21T10:15:00Z"


def call_model(event: type[EventFields]) -> type[Call]:
    """Return the model of the call that carries this event."""
    contract = event.contract
    base = CALLS[contract.call]
    if not contract.event:
        return base
    needed = any(field.is_required() for field in event.model_fields.values())
    properties: Any = (event, Field(description="more about it"))
    if not needed:
        properties = (event | None, Field(None, description="more about it"))
    name: Any = (Literal[contract.event], Field(description="what happened"))
    return create_model(contract.event.replace(" ", ""), __base__=base, event=name, properties=properties)


def outer_fields(event: type[EventFields]) -> tuple[str, ...]:
    """Return the fields that this call has beside those of every call, such as a page's `name`."""
    known = {*Call.model_fields, "event", "properties", "traits"}
    return tuple(name for name in CALLS[event.contract.call].model_fields if name not in known)


def payload_name(event: type[EventFields]) -> str:
    """Return under which name a call carries the event's own fields."""
    return "traits" if event.contract.call in {"identify", "group"} else "properties"


def example_calls(event: type[EventFields]) -> tuple[Mapping[str, Any], ...]:
    """Return the event's examples as whole calls of somebody."""
    contract = event.contract
    head = {"type": contract.call, **({"event": contract.event} if contract.event else {})}
    origin = {"userId": "c-1", "messageId": "m-1", "timestamp": EXAMPLE_TIME}
    return tuple({**head, **origin, **example} for example in contract.examples)
