"""Put entries on the bus, and know of each what became of it."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from functions.receive_events.reading import Entry

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "attune.http"
ENTRIES_PER_REQUEST = 10
BYTES_PER_REQUEST = 900_000
"""EventBridge takes less than 1 MB a request; entries count with their source and detail type."""
OFFERS = 4
FIRST_PAUSE_SECONDS = 0.1
PATIENCE_SECONDS = 18.0
"""After this no entry is offered any more: the HTTP API waits 30 seconds, and a request may take ten."""
EVENTS_OWN_FAULT = frozenset({"MalformedDetail", "InvalidArgument"})

logger = Logger()


@dataclass
class Outcome:
    """What became of the entries."""

    taken: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)
    """What the bus will never take, and its words."""
    left: list[Entry] = field(default_factory=list)
    """What the bus did not take this time."""


@dataclass(frozen=True)
class Bus:
    """The stage's bus; time and chance can be handed in."""

    client: "EventBridgeClient"
    name: str
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[float, float], float] = random.uniform

    def put(self, entries: Sequence[Entry]) -> Outcome:
        """Put entries on the bus in order; what fails is offered again, with growing pauses."""
        outcome = Outcome()
        latest = self.clock() + PATIENCE_SECONDS
        for batch in _batches(entries):
            if outcome.left:  # a bus that does not take one batch is not asked for the next
                outcome.left += batch
            else:
                outcome.left += self._offer(batch, outcome, latest)
        return outcome

    def _offer(self, batch: Sequence[Entry], outcome: Outcome, latest: float) -> list[Entry]:
        """Offer a batch until it is settled or patience ends; return what is left."""
        waiting = list(batch)
        for offer in range(OFFERS):
            if offer:
                self.sleep(FIRST_PAUSE_SECONDS * 2**offer * self.chance(0.5, 1.0))
            if self.clock() >= latest:
                break
            try:
                waiting = self._put_once(waiting, outcome)
            except (BotoCoreError, ClientError):  # the client has tried again already
                logger.exception("bus_not_reached")
                break
            if not waiting:
                break
        return waiting

    def _put_once(self, waiting: Sequence[Entry], outcome: Outcome) -> list[Entry]:
        answer = self.client.put_events(Entries=[self._request(entry) for entry in waiting])
        again = []
        for entry, result in zip(waiting, answer["Entries"], strict=True):
            code = result.get("ErrorCode")
            if code is None:
                outcome.taken.append(entry)
            elif code in EVENTS_OWN_FAULT:
                outcome.refused.append((entry, f"the bus refuses it: {result.get('ErrorMessage', code)}"))
            else:
                again.append(entry)
        if again:
            logger.warning("entries_failed", count=answer["FailedEntryCount"])
        return again

    def _request(self, entry: Entry) -> "PutEventsRequestEntryTypeDef":
        return {"EventBusName": self.name, "Source": SOURCE, "DetailType": entry.detail_type, "Detail": entry.detail}


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        added = len(SOURCE) + len(entry.detail_type) + entry.size
        if batch and (len(batch) == ENTRIES_PER_REQUEST or size + added > BYTES_PER_REQUEST):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += added
    if batch:
        yield batch
