"""Read the body of a request into events, each judged for itself: one bad event does not cost the others."""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Never

MAX_BODY_BYTES = 512 * 1024
MAX_EVENT_BYTES = 240 * 1024
"""What ingest reads is 256 KB, with EventBridge's envelope around the event."""
MAX_EVENTS = 2_500
MAX_SHARED_BYTES = 8 * 1024
"""What a Segment batch says once for all its calls is copied into each of them."""
CLOUDEVENT = "application/cloudevents+json"
CLOUDEVENT_BATCH = "application/cloudevents-batch+json"
CLOUDEVENT_REQUIRES = ("specversion", "id", "source", "type")

type Headers = Mapping[str, str]


class RequestError(Exception):
    """Raised when a request cannot be taken at all; the message says what is wrong and what to do."""

    def __init__(self, status: int, message: str) -> None:
        """Keep the HTTP status beside the message."""
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Entry:
    """What will be one event on the bus, and which events of the request it holds."""

    detail_type: str
    detail: str
    indexes: tuple[int, ...]

    @property
    def size(self) -> int:
        """Bytes of the detail."""
        return len(self.detail.encode())


@dataclass(frozen=True)
class Refusal:
    """An event of the request that is not taken, and why."""

    index: int
    message: str


def body_of(request: Mapping[str, Any]) -> bytes:
    """Return the body as it was sent; raise RequestError where it is too large."""
    text = request.get("body") or ""
    try:
        body = base64.b64decode(text) if request.get("isBase64Encoded") else text.encode()
    except ValueError as error:
        raise RequestError(400, "the body is neither text nor base64: send JSON in UTF-8") from error
    if len(body) > MAX_BODY_BYTES:
        raise _too_large(f"{len(body):,} bytes")
    return body


def parse(body: bytes, headers: Headers) -> Any:
    """Parse a body, compressed or not, as JSON; raise RequestError saying where it is none."""
    try:
        text = _unpacked(body, headers).decode("utf-8-sig")
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise RequestError(400, f"the body is not UTF-8 from byte {error.start + 1} on: send JSON in UTF-8") from error
    except json.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise RequestError(400, f"the body is not JSON ({where}): send one event or an array of events") from error
    except ValueError as error:
        raise RequestError(400, f"the body is not JSON ({error}): send one event or an array of events") from error


def read_events(parsed: Any, headers: Headers) -> tuple[list[Entry], list[Refusal]]:
    """Return what to put on the bus and what is refused; raise RequestError where the whole has the wrong shape."""
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != CLOUDEVENT and "ce-specversion" in headers:
        raise RequestError(
            400, f"CloudEvents in binary mode (ce- headers) are not read: send structured mode, {CLOUDEVENT}"
        )
    given = list(_events_of(parsed, media))
    if len(given) > MAX_EVENTS:
        raise RequestError(413, f"{len(given):,} events in one request, at most {MAX_EVENTS:,} are taken: send less")
    is_cloudevent = media in {CLOUDEVENT, CLOUDEVENT_BATCH}
    judged = [_judge(index, event, cloudevent=is_cloudevent) for index, event in enumerate(given)]
    entries = [one for one in judged if isinstance(one, Entry)]
    refused = [one for one in judged if isinstance(one, Refusal)]
    return entries, refused


def read_webhook(parsed: Any) -> Entry:
    """Return Zendesk's webhook as it goes on the bus; raise RequestError where it is no object."""
    if not isinstance(parsed, dict):
        raise RequestError(400, f"the body is {_kind(parsed)}: let the webhook send a JSON object")
    entry = Entry("zendesk", _text(parsed), (0,))
    if entry.size > MAX_EVENT_BYTES:
        raise _too_large(f"{entry.size:,} bytes", most=MAX_EVENT_BYTES)
    return entry


def _events_of(parsed: Any, media: str) -> Sequence[Any]:
    """Take a request apart into its events."""
    if media == CLOUDEVENT_BATCH and not isinstance(parsed, list):
        raise RequestError(400, f"the body is {_kind(parsed)}, but {CLOUDEVENT_BATCH} is an array: send [{{…}}, …]")
    if media == CLOUDEVENT and not isinstance(parsed, dict):
        raise RequestError(400, f"the body is {_kind(parsed)}: send one object, or arrays as {CLOUDEVENT_BATCH}")
    if isinstance(parsed, list):
        return parsed
    if not isinstance(parsed, dict):
        raise RequestError(400, f"the body is {_kind(parsed)}: send one event as an object, or an array of events")
    if "batch" not in parsed or media == CLOUDEVENT:
        return [parsed]
    batch = parsed["batch"]
    if not isinstance(batch, list):
        raise RequestError(400, f'`batch` is {_kind(batch)}: send {{"batch": [{{…}}, …]}} with an array of calls')
    shared = {name: parsed[name] for name in ("context", "sentAt") if name in parsed}
    if len(_text(shared).encode()) > MAX_SHARED_BYTES:
        raise RequestError(400, f"`context` of the batch has over {MAX_SHARED_BYTES:,} bytes: put it into the calls")
    return [_with_shared(call, shared) if isinstance(call, dict) else call for call in batch]


def _with_shared(call: Mapping[str, Any], shared: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a call with what its batch says for all calls, as Segment's HTTP API adds it."""
    ours, own = shared.get("context"), call.get("context")
    merged = {**shared, **call}
    if isinstance(ours, dict) and (own is None or isinstance(own, dict)):
        merged["context"] = {**ours, **(own or {})}
    return merged


def _judge(index: int, event: Any, *, cloudevent: bool) -> Entry | Refusal:
    if not isinstance(event, dict):
        return Refusal(index, f"this is {_kind(event)}: an event is a JSON object")
    if cloudevent or "specversion" in event:
        missing = [name for name in CLOUDEVENT_REQUIRES if not _is_text(event.get(name))]
        if missing:
            return Refusal(index, f"a CloudEvent needs {', '.join(CLOUDEVENT_REQUIRES)} as texts: {missing[0]} is not")
        return _bounded(index, "cloudevents", event)
    if not _is_text(event.get("type")):
        return Refusal(index, '`type` is missing: send "track", "identify" or another call of the Segment spec')
    # Segment's own libraries repeat the key in the call; a key has no business on the bus, in archives and in logs.
    return _bounded(index, "segment", {name: value for name, value in event.items() if name != "writeKey"})


def _bounded(index: int, detail_type: str, event: Mapping[str, Any]) -> Entry | Refusal:
    entry = Entry(detail_type, _text(event), (index,))
    if entry.size > MAX_EVENT_BYTES:
        return Refusal(
            index, f"{entry.size:,} bytes, at most {MAX_EVENT_BYTES:,} are taken: send ids instead of contents"
        )
    return entry


def _unpacked(body: bytes, headers: Headers) -> bytes:
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise RequestError(415, f"content-encoding {encoding!r} is not read: send gzip, or nothing")
    gzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = gzip.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise RequestError(400, f"the body is not gzip, as its content-encoding says ({error})") from error
    if len(unpacked) > MAX_BODY_BYTES:
        raise _too_large("much more, unpacked,")
    return unpacked


def _text(value: Any) -> str:
    """Write JSON; halves of cut-off characters, which cannot be sent, become question marks."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace").decode()


def _too_large(size: str, most: int = MAX_BODY_BYTES) -> RequestError:
    return RequestError(413, f"the body has {size}; at most {most:,} bytes are taken: send fewer events at a time")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "an array", str: "a text", bool: "true or false", int: "a number"}
    return kinds.get(type(value), "a number" if isinstance(value, float) else "null")


def _refuse(name: str) -> Never:
    raise ValueError(f"{name} is not a JSON value")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number
