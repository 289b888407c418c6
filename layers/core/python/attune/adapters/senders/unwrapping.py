"""Take what the events queue delivers out of its wrappings: EventBridge's envelope, SNS's, both, or none."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from attune.adapters.senders.values import text
from attune.domain.errors import RejectedEventError

MAX_EVENT_BYTES = 256 * 1024
HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""What may be a surrogate, written as an escape or as it is; JavaScript leaves one when it cuts an emoji in two."""

type Envelope = dict[str, Any]


def unwrap(body: str) -> Envelope:
    """Return the EventBridge event of a queue's message, its `detail` an object.

    An SNS notification becomes an event of the source `aws.sns`; an event inside one comes out as it is. An object
    without any envelope (SNS delivers so where told to) becomes the detail of an event without a source.
    """
    size = len(body.encode(errors="replace"))
    if size > MAX_EVENT_BYTES:
        reason = f"the event has {size:,} bytes, at most {MAX_EVENT_BYTES:,} are read: send ids instead of contents"
        raise RejectedEventError("too_large", reason)
    message = parse(body)
    if isinstance(message, dict) and isinstance(message.get("Type"), str) and "TopicArn" in message:
        return _notified(message)
    if not isinstance(message, dict) or not isinstance(message.get("detail", {}), dict):
        reason = "the message is no EventBridge event with an object as `detail`: publish with PutEvents"
        raise RejectedEventError("malformed_envelope", reason)
    if isinstance(message.get("Records"), list):
        reason = (
            "the message is what AWS invokes a function with (`Records`): put the contents of each record on the bus, "
            "or let SNS and EventBridge deliver to the queue themselves; no EventBridge event with a `detail`"
        )
        raise RejectedEventError("malformed_envelope", reason)
    return _checked(message) if "detail" in message else {"bare": True, "detail": message}


def parse(written: str) -> Any:
    """Parse JSON; halves of cut-off characters, which can be neither stored nor sent, become question marks."""
    try:
        parsed = json.loads(written)
        if ("\\u" in written or not written.isascii()) and HALF_A_CHARACTER.search(written):
            parsed = json.loads(json.dumps(parsed, ensure_ascii=False).encode(errors="replace"))
    except RecursionError as error:
        reason = "the message is nested too deeply to be read: publish events with PutEvents and a flat JSON detail"
        raise RejectedEventError("malformed_json", reason) from error
    except ValueError as error:
        reason = f"the message is not JSON ({error}): publish events with PutEvents and a JSON detail"
        raise RejectedEventError("malformed_json", reason) from error
    return parsed


def several(envelope: Envelope) -> Iterator[Envelope]:
    """Yield the events of a batch, each in an envelope of its own; nothing where the event is no batch."""
    detail = envelope["detail"]
    listed = next((detail[name] for name in ("events", "batch") if isinstance(detail.get(name), list)), None)
    if listed is None or "type" in detail:
        return
    for position, one in enumerate(listed, start=1):
        if not isinstance(one, dict):
            raise RejectedEventError("malformed_envelope", f"event {position} of the batch is no object: send objects")
        yield {**envelope, "id": f"{text(envelope.get('id'))}#{position}", "detail": one}


def is_from(envelope: Mapping[str, Any], source: str) -> bool:
    """Whether EventBridge says that an event comes from a partner or service."""
    given = str(envelope.get("source") or "")
    return given == source or given.startswith(f"{source}/")


def _checked(event: Envelope) -> Envelope:
    """Return the envelope; refuse one in which EventBridge's own fields are not what EventBridge writes."""
    for name in ("source", "detail-type"):
        value = event.get(name)
        if value is not None and not isinstance(value, str):
            raise RejectedEventError(
                "malformed_envelope",
                f"`{name}` of the EventBridge event is no text but {value!r:.100}: no bus sends that",
            )
    return event


def _notified(notification: Envelope) -> Envelope:
    if notification["Type"] != "Notification":
        reason = (
            f"this is SNS's {notification['Type'][:100]!r} and no event: confirm the subscription of the events queue, "
            "or subscribe it with `aws sns subscribe --protocol sqs`"
        )
        raise RejectedEventError("unknown_type", reason)
    message = notification.get("Message")
    contents = parse(message) if isinstance(message, str) else message
    if not isinstance(contents, dict):
        reason = "the SNS notification's `Message` is no JSON object: publish one event as JSON"
        raise RejectedEventError("malformed_envelope", reason)
    if isinstance(contents.get("detail"), dict) and "detail-type" in contents:
        return _checked(contents)
    return {
        "source": "aws.sns",
        "detail-type": text(notification.get("Subject")),
        "id": notification.get("MessageId"),
        "time": notification.get("Timestamp"),
        "detail": contents,
    }
