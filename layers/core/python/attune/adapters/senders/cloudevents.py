"""CloudEvents 1.0 in structured JSON: the envelope says what and when, its data holds a Segment call or properties.

`type` is `com.attune.` with the name of an event in any spelling (`com.attune.product_added`) or of a call
(`com.attune.identify`), or such a name alone. Any other type is something else that happened.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attune.adapters.senders import segment
from attune.adapters.senders.calls import CALL_TYPES
from attune.adapters.senders.times import instant
from attune.adapters.senders.tracking import is_known_event
from attune.adapters.senders.values import MAX_ID, first, obj, text
from attune.domain.errors import RejectedEventError
from attune.domain.signals import Fact

PREFIX = "com.attune."
VERSION_AT_END = re.compile(r"\.v\d+(\.\d+)*$")
USER_FIELDS = ("userId", "user_id", "userid", "customerId", "customer_id", "customerid")
ANONYMOUS_FIELDS = ("anonymousId", "anonymous_id", "anonymousid")
SESSION_FIELDS = ("sessionId", "session_id", "sessionid")


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether the detail carries the one attribute that only CloudEvents have."""
    return "specversion" in envelope["detail"]


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read the event as the Segment call it holds or stands for."""
    event = {name.casefold(): value for name, value in envelope["detail"].items()}
    if not text(event["specversion"]).startswith("1"):
        raise RejectedEventError(
            "wrong_field", f"`specversion` is {event['specversion']!r:.100}: CloudEvents 1.0 is what is read"
        )
    for name in ("id", "source", "type"):
        if not text(event.get(name)):
            raise RejectedEventError("missing_id", f"`{name}` is missing: a CloudEvent needs id, source and type")
    call = _call(event, obj(_data(event)))
    return segment.read({**envelope, "detail": call}, now)


def _call(event: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Segment call; attributes of the envelope stand in for what the data leaves out."""
    own = text(data.get("type")) in CALL_TYPES
    name = VERSION_AT_END.sub("", text(event["type"]).removeprefix(PREFIX))
    known = own or name.casefold() in CALL_TYPES or is_known_event(name)
    call = dict(data) if own else _stands_for(name, data)
    places = (data, event)
    # A subject is whatever the sender's events are about; only in events we know is that a customer.
    user = first(*_each(places, USER_FIELDS), event.get("subject") if known else "")
    call["userId"] = user or None
    call["anonymousId"] = first(*_each(places, ANONYMOUS_FIELDS)) or None
    call["messageId"] = _message_id(event)
    call["timestamp"] = instant(event.get("time")) or instant(data.get("timestamp"))
    session = first(*_each(places, SESSION_FIELDS))
    context = obj(call.get("context"))
    call["context"] = {"sessionId": session, **context} if session else context
    return call


def _stands_for(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    inner = {field: data[field] for field in ("context", "traits", "previousId", "name") if field in data}
    properties = data["properties"] if isinstance(data.get("properties"), dict) else data
    if name.casefold() == "identify":
        traits = data["traits"] if isinstance(data.get("traits"), dict) else data
        return {"type": "identify", "traits": traits, "context": inner.get("context")}
    if name.casefold() in CALL_TYPES:
        kind = name.casefold()
        track = kind == "track"
        return {**inner, "type": kind, "properties": properties, **({"event": data.get("event")} if track else {})}
    return {"type": "track", "event": name, "properties": properties, "context": inner.get("context")}


def _each(places: tuple[Mapping[str, Any], ...], names: tuple[str, ...]) -> list[object]:
    return [place.get(name) for place in places for name in names]


def _message_id(event: Mapping[str, Any]) -> str:
    """Return source and id, which together make a CloudEvent one of its kind."""
    both = f"{text(event['source'])}#{text(event['id'])}"
    return both if len(both.encode()) <= MAX_ID else f"sha256:{hashlib.sha256(both.encode()).hexdigest()}"


def _data(event: Mapping[str, Any]) -> object:
    """Return the data, decoded where it is JSON in a text; what is no JSON says nothing to us."""
    data = event.get("data")
    if "data_base64" in event and event["data_base64"] is not None:
        try:
            data = base64.b64decode(text(event["data_base64"]), validate=True)
        except (binascii.Error, ValueError) as error:
            raise RejectedEventError(
                "wrong_field", f"`data_base64` is no base64 ({error}): send JSON as `data`"
            ) from error
    if not isinstance(data, str | bytes):
        return data
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
