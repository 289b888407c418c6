"""Put events on the stage's bus: one JSON object a line in, batches out, every line accounted for."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Never

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

ENTRIES_PER_REQUEST = 10
# EventBridge takes less than 1 MB a request; entries count with their source and detail type.
BYTES_PER_REQUEST = 1_000_000
RETRIED_CODES = {"InternalFailure", "InternalException", "ThrottlingException", "ServiceUnavailable"}
LONGEST_PAUSE_SECONDS = 8.0


@dataclass(frozen=True)
class Line:
    """One event as it will be published, and the line it came from."""

    number: int
    detail_type: str
    detail: str

    def size(self, source: str) -> int:
        """How many bytes EventBridge counts for this entry."""
        return len(source) + len(self.detail_type.encode()) + len(self.detail.encode())


@dataclass(frozen=True)
class Refusal:
    """A line that was not accepted, and why."""

    number: int
    reason: str


@dataclass
class Outcome:
    """What became of the lines."""

    accepted: int = 0
    retries: int = 0
    refused: list[Refusal] = field(default_factory=list)
    stopped: str = ""
    """Why publishing ended before the last line; empty where it did not."""

    @property
    def is_complete(self) -> bool:
        """Whether every line was accepted."""
        return not self.refused and not self.stopped


class LineError(ValueError):
    """Raised when a line is no event; the message says what is wrong with it."""


def read_line(number: int, raw: bytes, *, source: str) -> Line:
    """Parse one line; raise LineError where it is not a JSON object with a `type` that fits in a request."""
    try:
        text = raw.decode().removeprefix("\ufeff").strip()
        event = json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise LineError(f"not UTF-8 from byte {error.start + 1} on") from error
    except json.JSONDecodeError as error:
        raise LineError(f"not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise LineError("not an event: nested too deeply to read") from error
    if not isinstance(event, dict):
        raise LineError(f"an event is a JSON object, this is {_json_kind(event)}")
    kind = event.get("type")
    if not isinstance(kind, str) or not kind.strip():
        raise LineError('an event needs a "type" such as "track" or "identify"')
    line = Line(number, kind, text)
    if line.size(source) >= BYTES_PER_REQUEST:
        raise LineError(f"{line.size(source):,} bytes; EventBridge takes less than {BYTES_PER_REQUEST:,}")
    return line


def batches(lines: Iterable[Line], *, source: str) -> Iterator[list[Line]]:
    """Group lines into requests of at most ten entries and less than 1 MB, in order."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        added = line.size(source)
        if batch and (len(batch) == ENTRIES_PER_REQUEST or size + added >= BYTES_PER_REQUEST):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += added
    if batch:
        yield batch


class Publisher:
    """Sends lines to one bus and keeps count; client, pauses and chance are handed in."""

    def __init__(
        self,
        client: "EventBridgeClient",
        *,
        bus: str,
        source: str,
        attempts: int,
        sleep: Callable[[float], None],
        chance: random.Random,
    ) -> None:
        """`attempts` is how often one entry is offered before it counts as refused."""
        self._client = client
        self._bus = bus
        self._source = source
        self._attempts = attempts
        self._sleep = sleep
        self._chance = chance

    def publish(self, lines: Iterable[bytes], progress: Callable[[int], None] = lambda _: None) -> Outcome:
        """Publish every line that is an event; `progress` hears how many lines are settled since the last time."""
        outcome = Outcome()
        for batch in batches(self._readable(lines, outcome, progress), source=self._source):
            try:
                self._send(batch, outcome)
            except (BotoCoreError, ClientError) as error:
                outcome.stopped = f"line {batch[0].number} and what follows was not sent: {error}"
                break
            progress(len(batch))
        outcome.refused.sort(key=lambda refusal: refusal.number)
        return outcome

    def _readable(self, lines: Iterable[bytes], outcome: Outcome, progress: Callable[[int], None]) -> Iterator[Line]:
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                progress(1)
                continue
            try:
                yield read_line(number, raw, source=self._source)
            except LineError as error:
                outcome.refused.append(Refusal(number, str(error)))
                progress(1)

    def _send(self, batch: Sequence[Line], outcome: Outcome) -> None:
        waiting = list(batch)
        for attempt in range(1, self._attempts + 1):
            failed = self._put(waiting, outcome, last=attempt == self._attempts)
            if not failed:
                return
            waiting = failed
            outcome.retries += len(waiting)
            self._sleep(self._pause(attempt))

    def _put(self, waiting: Sequence[Line], outcome: Outcome, *, last: bool) -> list[Line]:
        """Offer entries once; return those worth offering again."""
        answer = self._client.put_events(Entries=[self._entry(line) for line in waiting])
        again: list[Line] = []
        for line, result in zip(waiting, answer["Entries"], strict=True):
            code = result.get("ErrorCode")
            if code is None:
                outcome.accepted += 1
            elif code in RETRIED_CODES and not last:
                again.append(line)
            else:
                outcome.refused.append(Refusal(line.number, f"{code}: {result.get('ErrorMessage', 'no message')}"))
        return again

    def _entry(self, line: Line) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._bus,
            "Source": self._source,
            "DetailType": line.detail_type,
            "Detail": line.detail,
        }

    def _pause(self, attempt: int) -> float:
        """Return seconds to wait: doubling, with jitter so that publishers do not march in step."""
        ceiling = min(0.2 * 2.0**attempt, LONGEST_PAUSE_SECONDS)
        return ceiling * self._chance.uniform(0.5, 1.0)


def _refuse_constant(name: str) -> Never:
    raise LineError(f"not JSON: {name} is not a JSON value")


def _json_kind(value: object) -> str:
    kinds = {list: "an array", str: "a string", int: "a number", float: "a number", bool: "a boolean"}
    return kinds.get(type(value), "null")
