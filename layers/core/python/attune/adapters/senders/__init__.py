"""What senders put on the bus, read into facts: one module per sender, one line in the registry below."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from attune.adapters.senders import segment
from attune.domain.errors import RejectedEventError
from attune.domain.signals import Fact

MAX_EVENT_BYTES = 256 * 1024

type Envelope = dict[str, Any]
type Reader = Callable[[Envelope, datetime], tuple[Fact, ...]]

READERS: tuple[tuple[Callable[[Envelope], bool], Reader], ...] = ((segment.recognises, segment.read),)


def read_event(body: str, now: datetime) -> tuple[Fact, ...]:
    """Read one EventBridge event (JSON text) into facts; raise RejectedEventError with a reason for people."""
    size = len(body.encode())
    if size > MAX_EVENT_BYTES:
        reason = f"the event has {size:,} bytes, at most {MAX_EVENT_BYTES:,} are read: send ids instead of contents"
        raise RejectedEventError("too_large", reason)
    try:
        envelope = json.loads(body)
    except ValueError as error:
        reason = f"the message is not JSON ({error}): publish events with PutEvents and a JSON detail"
        raise RejectedEventError("malformed_json", reason) from error
    if not isinstance(envelope, dict) or not isinstance(envelope.get("detail"), dict):
        reason = "the message is no EventBridge event with an object as `detail`: publish with PutEvents"
        raise RejectedEventError("malformed_envelope", reason)
    for recognises, read in READERS:
        if recognises(envelope):
            return read(envelope, now)
    kind = envelope["detail"].get("type")
    reason = (
        f"`detail.type` is {kind!r}: use one of {', '.join(segment.CALL_TYPES)} as in the Segment spec "
        f"(detail-type was {envelope.get('detail-type')!r}, source {envelope.get('source')!r})"
    )
    raise RejectedEventError("unknown_type", reason)
