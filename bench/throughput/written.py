"""When rows were written, by the stream of their table: nobody has to look while it happens.

A sequence number of the local AWS begins with the millisecond of the write, by the clock of this machine; Amazon's says nothing
of the kind, so that this can only be asked of the local one.
"""

import time
from collections import Counter
from typing import Any

SHARD = "shardId-00000000000000000000-00000000"
COUNTER_DIGITS = 10
A_DAY = 86_400
PATIENCE = 240.0
"""Seconds without anything new, after which what is not there counts as lost."""


class Written:
    """Rows that are written from now on: when, by the last part of their sort key."""

    def __init__(self, streams: Any, stream_arn: str) -> None:
        """Begin with the next row."""
        self._streams = streams
        asked = {"StreamArn": stream_arn, "ShardId": SHARD, "ShardIteratorType": "LATEST"}
        self._next = streams.get_shard_iterator(**asked)["ShardIterator"]
        self.at: dict[str, float] = {}
        self.times: Counter[str] = Counter()

    def look(self) -> bool:
        """Read what was written since; return whether there was anything."""
        found = False
        while True:
            page = self._streams.get_records(ShardIterator=self._next, Limit=1000)
            self._next = page["NextShardIterator"]
            if not page["Records"]:
                return found
            found = True
            for record in page["Records"]:
                name = record["dynamodb"]["Keys"]["sk"]["S"].rpartition("#")[2]
                self.times[name] += 1
                self.at.setdefault(name, written_at(record["dynamodb"]["SequenceNumber"], time.time()))

    def wait_for(self, names: set[str], *, pause: float = 0.5) -> set[str]:
        """Wait until all are there; return those that are not, once nothing new has come for long."""
        latest = time.monotonic() + PATIENCE
        while (missing := names - self.at.keys()) and time.monotonic() < latest:
            if self.look():
                latest = time.monotonic() + PATIENCE
            else:
                time.sleep(pause)
        return missing


def written_at(sequence_number: str, now: float) -> float:
    """Return the second of a write; raise ValueError where the number cannot be one of the local AWS's."""
    at = int(sequence_number[:-COUNTER_DIGITS] or 0) / 1000
    if not now - A_DAY < at < now + 1:
        message = f"the sequence number {sequence_number} does not begin with a time: is this the local AWS as pinned?"
        raise ValueError(message)
    return at
