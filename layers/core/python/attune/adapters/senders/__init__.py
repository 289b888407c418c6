"""What senders put on the bus, read into facts: one module per sender, one line in the registry below."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from attune.adapters.senders import segment
from attune.domain.errors import RejectedEventError
from attune.domain.signals import Fact

MAX_EVENT_BYTES = 256 * 1024
HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""What may be a surrogate, written as an escape or as it is; JavaScript leaves one when it cuts an emoji in two."""

type Envelope = dict[str, Any]
type Reader = Callable[[Envelope, datetime], tuple[Fact, ...]]

READERS: tuple[tuple[Callable[[Envelope], bool], Reader], ...] = ((segment.recognises, segment.read),)


def read_event(body: str, now: datetime) -> tuple[Fact, ...]:
    """Read one EventBridge event (JSON text) into facts; raise RejectedEventError with a reason for people."""
    size = len(body.encode(errors="replace"))
    if size > MAX_EVENT_BYTES:
        reason = f"the event has {size:,} bytes, at most {MAX_EVENT_BYTES:,} are read: send ids instead of contents"
        raise RejectedEventError("too_large", reason)
    try:
        envelope = _parse(body)
    except RecursionError as error:
        reason = "the message is nested too deeply to be read: publish events with PutEvents and a flat JSON detail"
        raise RejectedEventError("malformed_json", reason) from error
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


def _parse(body: str) -> Any:
    """Parse JSON; halves of cut-off characters, which can be neither stored nor sent, become question marks."""
    parsed = json.loads(body)
    if HALF_A_CHARACTER.search(body):
        parsed = json.loads(json.dumps(parsed, ensure_ascii=False).encode(errors="replace"))
    return parsed
