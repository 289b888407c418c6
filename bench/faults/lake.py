"""The way from the decisions table to the lake: a stream, the real exporter, and a Firehose that may refuse."""

import json
from collections import deque
from collections.abc import Callable
from datetime import date
from typing import Any

from bench.faults.ground import Ground
from bench.faults.points import Killed, Tap
from functions.export_decisions.exporting import Exporter

BATCH = 100
TRIES = 5
"""As the event source of the stream is set; then the batch lies on a queue for people."""


class Lake:
    """Keeps every line that Firehose took, and what was given up."""

    def __init__(self, tap: Tap) -> None:
        self._tap = tap
        self._stream: deque[dict[str, Any]] = deque()
        self.tried_again = 0
        self.refuses: Callable[[], bool] = lambda: False
        self.rows: list[dict[str, Any]] = []
        self.announced: set[str] = set()
        self.given_up: list[dict[str, Any]] = []

    def stream(self, item: dict[str, Any]) -> None:
        """Take a new row of the table into the stream."""
        self._stream.append({"eventName": "INSERT", "dynamodb": {"NewImage": item}})

    def put_record_batch(self, *, DeliveryStreamName: str, Records: list[dict[str, bytes]]) -> dict[str, int]:  # noqa: ARG002, N803 - AWS's names
        """Be Firehose: take all records, or refuse some."""
        taken = Records[1:] if self.refuses() else Records
        self._tap.call("firehose", "PutRecordBatch", lambda: self._keep(taken))
        return {"FailedPutCount": len(Records) - len(taken)}

    def announce(self, _day: date, rows: dict[str, str]) -> None:
        """Be the store that the lake is held against."""
        self.announced |= rows.keys()

    def carry(self, world: Ground) -> None:
        """Export what the stream holds, batch by batch, in order; a batch that fails is tried again, then halved."""
        while self._stream:
            batch = [self._stream[n] for n in range(min(BATCH, len(self._stream)))]
            if self._export(world, batch):
                for _ in batch:
                    self._stream.popleft()

    def _export(self, world: Ground, batch: list[dict[str, Any]]) -> bool:
        exporter = Exporter(self, "lake", self, lambda: world.time.date())  # type: ignore[arg-type] # noqa: PLW0108 - time passes
        for _ in range(TRIES):
            try:
                with world.working("export_decisions", "stream", lambda: None):
                    exporter.export(batch)
            except (Killed, Exception):  # noqa: BLE001 - Lambda tries the batch again
                self.tried_again += 1
            else:
                return True
        if len(batch) == 1:
            self.given_up += batch
            return True
        half = len(batch) // 2
        return self._export(world, batch[:half]) and self._export(world, batch[half:])

    def redrive(self, world: Ground) -> int:
        """Export what was given up, as docs/operations.md says."""
        batch, self.given_up = self.given_up, []
        self._stream.extend(batch)
        self.carry(world)
        return len(batch)

    def _keep(self, records: list[dict[str, bytes]]) -> None:
        self.rows += [json.loads(line) for record in records for line in record["Data"].decode().splitlines()]
