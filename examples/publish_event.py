"""Publish events on Attune's bus with boto3: python publish_event.py BUS_NAME FILE.ndjson.

Copy it into your application: it needs nothing but boto3.
"""

import json
import os
import random
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SOURCE = "app.shop"  # who is speaking; "attune" alone is Attune's own and is not listened to
ENTRIES_A_REQUEST = 10
BYTES_A_REQUEST = 1_000_000  # PutEvents takes less than 1 MB, source and detail type included
BYTES_AN_EVENT = 255 * 1024  # Attune reads events of at most 256 KiB, what EventBridge puts around them included
TRIES = 5
LONGEST_PAUSE = 8.0  # seconds
PASSING = {"InternalFailure", "InternalException", "ThrottlingException", "ServiceUnavailable"}

type Entry = dict[str, str]


@dataclass(frozen=True)
class Receipt:
    """What became of one event: the bus's id for it, or why it was not taken; `tries` is how often it was offered."""

    message_id: str
    event_id: str = ""
    error: str = ""
    tries: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether the bus took the event."""
        return bool(self.event_id)


class Publisher:
    """Puts calls of the Segment spec on one bus; client, pauses and chance are handed in, so that it can be tested."""

    def __init__(
        self, client: Any, bus: str, *, source: str = SOURCE, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """`client` is boto3's for `events`; it repeats requests that fail as a whole, this repeats single entries."""
        self._client = client
        self._bus = bus
        self._source = source
        self._sleep = sleep
        self._chance = random.Random()  # noqa: S311 - jitter, no secret

    def publish(self, calls: Iterable[Mapping[str, Any]]) -> list[Receipt]:
        """Publish calls and return a receipt for each, in their order.

        A call without `messageId` or `timestamp` gets them here: however often it is offered, it counts once,
        and at the time it happened.
        """
        complete = [self._complete(call) for call in calls]
        receipts = {call["messageId"]: Receipt(call["messageId"], error="not offered") for call in complete}
        for batch in self._batches(complete, receipts):
            try:
                self._put(batch, receipts)
            except (BotoCoreError, ClientError) as error:  # the request itself: what follows would fail the same way
                for message_id in batch:
                    if not receipts[message_id].is_accepted:
                        receipts[message_id] = Receipt(message_id, error=str(error), tries=1)
                break
        return [receipts[call["messageId"]] for call in complete]

    def _complete(self, call: Mapping[str, Any]) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        return {"messageId": str(uuid.uuid4()), "timestamp": now, **call}

    def _batches(self, calls: Sequence[Mapping[str, Any]], receipts: dict[str, Receipt]) -> Iterator[dict[str, Entry]]:
        """Group calls into requests, each entry by its message id; what is too large gets its receipt at once."""
        batch: dict[str, Entry] = {}
        size = 0
        for call in calls:
            entry, message_id = self._entry(call), call["messageId"]
            added = sum(len(entry[part].encode()) for part in ("Source", "DetailType", "Detail"))
            if added > BYTES_AN_EVENT:
                receipts[message_id] = Receipt(
                    message_id, error=f"{added:,} bytes are too many: send ids, not contents"
                )
                continue
            if len(batch) == ENTRIES_A_REQUEST or size + added >= BYTES_A_REQUEST:
                yield batch
                batch, size = {}, 0
            batch[message_id] = entry
            size += added
        if batch:
            yield batch

    def _put(self, batch: dict[str, Entry], receipts: dict[str, Receipt]) -> None:
        """Offer one request's entries until each was taken, was refused for good, or was offered often enough."""
        waiting = batch
        for tries in range(1, TRIES + 1):
            # PutEvents does not raise for single entries: the answer says, in order, what became of each.
            told = self._client.put_events(Entries=list(waiting.values()))["Entries"]
            again = {}
            for (message_id, entry), result in zip(waiting.items(), told, strict=True):
                error = result.get("ErrorCode", "")
                receipts[message_id] = Receipt(message_id, result.get("EventId", ""), error, tries)
                if error in PASSING:
                    again[message_id] = entry
            if not again or tries == TRIES:
                return
            waiting = again
            # Doubling, and by chance shorter, so that publishers that failed together do not come back together.
            self._sleep(min(0.2 * 2.0**tries, LONGEST_PAUSE) * self._chance.uniform(0.5, 1.0))

    def _entry(self, call: Mapping[str, Any]) -> Entry:
        detail = json.dumps(call, ensure_ascii=False)
        return {"EventBusName": self._bus, "Source": self._source, "DetailType": str(call["type"]), "Detail": detail}


def main() -> None:
    """Publish every line of a file; end with 1 if the bus did not take all of them."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - the name of the program, and two arguments
        raise SystemExit("usage: python publish_event.py BUS_NAME FILE.ndjson")
    bus, file = sys.argv[1:]
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
        calls = [json.loads(line) for line in lines if line.strip()]
        # Other tools obey AWS_REGION, boto3 by itself only AWS_DEFAULT_REGION and the profile.
        client = boto3.client("events", region_name=os.environ.get("AWS_REGION"))
    except (OSError, ValueError, BotoCoreError) as error:
        raise SystemExit(f"nothing was published from {file}: {error}") from error
    receipts = Publisher(client, bus).publish(calls)
    refused = [receipt for receipt in receipts if not receipt.is_accepted]
    for receipt in refused:
        print(f"{receipt.message_id}: {receipt.error}", file=sys.stderr)
    print(f"{len(receipts) - len(refused)} of {len(receipts)} events published on {bus}")
    if refused:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
