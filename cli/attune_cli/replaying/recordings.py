"""Read recorded events from files: one JSON event a line, or a JSON list of them; what cannot be read is named."""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attune.adapters.senders.unwrapping import MAX_EVENT_BYTES
from attune_cli.errors import InputError
from attune_cli.replaying import otto

SUFFIXES = (".ndjson", ".jsonl", ".json")
OWN_SOURCE = "attune"
ARRIVAL = ("time", "Timestamp", "receivedAt", "sentAt", "timestamp", "originalTimestamp")
"""Where an event may say when it arrived, the surest first; asked of the envelope, then of what is in it."""
NO_TIME = "it does not say when it came: a replay needs `time` of its envelope, or `timestamp`, in ISO 8601"


@dataclass(frozen=True)
class Event:
    """One event as the events queue would deliver it, and when."""

    arrives_at: datetime
    body: str
    place: str
    """File and line (or position in a list), for people."""


@dataclass(frozen=True)
class Unread:
    """A line that is no event, and why."""

    place: str
    reason: str


@dataclass
class Recording:
    """Events in the order in which they arrived, and what was left out."""

    events: list[Event] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def begins(self) -> datetime:
        """When the first event arrived."""
        return self.events[0].arrives_at

    @property
    def ends(self) -> datetime:
        """When the last event arrived."""
        return self.events[-1].arrives_at


def read_recording(path: Path) -> Recording:
    """Read a file, or every recording in a folder; raise InputError where nothing can be replayed."""
    recording = Recording()
    for file in _files(path):
        for place, event in _lines(file, recording.unread):
            _take(event, place, recording)
    if not recording.events:
        first = f"; the first: {recording.unread[0].place}: {recording.unread[0].reason}" if recording.unread else ""
        raise InputError(
            f"{path}: there is no event in it that can be replayed ({len(recording.unread)} lines cannot be read{first})",
            "a file with one EventBridge event (or Segment call) a line; see docs/replay.md",
        )
    recording.events.sort(key=lambda event: event.arrives_at)
    return recording


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"{path}: there is no such file or folder", "the path of recorded events; see docs/replay.md")
    found = sorted(file for file in path.rglob("*") if file.is_file() and _looks_recorded(file))
    if not found:
        raise InputError(f"{path}: no file in it ends in {', '.join(SUFFIXES)} (or that with .gz)", "name the file")
    return found


def _looks_recorded(file: Path) -> bool:
    return file.name.removesuffix(".gz").endswith(SUFFIXES)


def _lines(file: Path, unread: list[Unread]) -> Iterator[tuple[str, Any]]:
    """Yield what each line (or each entry of a JSON list) says; name lines that are no JSON."""
    try:
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    except (OSError, EOFError) as error:
        raise InputError(f"{file}: this file cannot be read: {error}", "name another file") from error
    whole = _as_list(raw)
    if whole is not None:
        yield from ((f"{file.name}[{number}]", entry) for number, entry in enumerate(whole))
        return
    for number, line in enumerate(raw.split(b"\n"), start=1):
        text = line.strip().removeprefix(b"\xef\xbb\xbf")
        if not text:
            continue
        place = f"{file.name}:{number}"
        try:
            yield place, json.loads(text)
        except (ValueError, RecursionError) as error:
            unread.append(Unread(place, f"this is not JSON ({error})"[:200]))


def _as_list(raw: bytes) -> list[Any] | None:
    """Return the entries of a file that is one JSON list, or of what AWS hands to functions (`Records`)."""
    if raw.lstrip()[:1] not in (b"[", b"{"):
        return None
    try:
        tree = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(tree, dict):
        tree = tree.get("Records")
    return tree if isinstance(tree, list) else None


def _take(event: Any, place: str, recording: Recording) -> None:
    if not isinstance(event, dict):
        recording.unread.append(Unread(place, f"an event is a JSON object, this is a {type(event).__name__}"))
        return
    if otto.is_session(event):
        for call in otto.calls(event):
            _take(call, place, recording)
        return
    inner = _from_queue(event)
    if inner is None:
        recording.unread.append(Unread(place, "its `body` is no JSON object: this queue message holds no event"))
        return
    if inner.get("source") == OWN_SOURCE:
        recording.left_out["told by Attune itself"] += 1
        return
    body = json.dumps(inner)
    if len(body) > MAX_EVENT_BYTES:
        recording.unread.append(Unread(place, f"{len(body):,} bytes; an event has at most {MAX_EVENT_BYTES:,}"))
        return
    arrives_at = arrival(inner)
    if arrives_at is None:
        recording.unread.append(Unread(place, NO_TIME))
        return
    recording.events.append(Event(arrives_at, body, place))


def _from_queue(event: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the event itself, taken out of an SQS message if it is still in one."""
    if not isinstance(event.get("body"), str) or not ({"messageId", "MessageId"} & event.keys()):
        return dict(event)
    try:
        inner = json.loads(event["body"])
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, dict) else None


def arrival(event: Mapping[str, Any]) -> datetime | None:
    """Return when an event came; None if it does not say."""
    detail = event.get("detail")
    for told in (event, detail if isinstance(detail, Mapping) else {}):
        for name in ARRIVAL:
            at = _instant(told.get(name))
            if at is not None:
                return at
    return None


def _instant(written: Any) -> datetime | None:
    if not isinstance(written, str):
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
