"""A world whose every invocation, message and state is metered."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import batched
from math import ceil
from typing import Any

import boto3

from attune.adapters.evidence_table import EvidenceTable
from attune.adapters.seal_store import SealStore
from bench.cost.meter import Meter
from functions.export_decisions.exporting import Exporter
from functions.learn_policy.learning import Learner
from tests.support.state_machine import Execution
from tests.support.world import VirtualQueue, World

CONSUMERS = {"watch": "score_friction", "escalations": "escalate", "acknowledgements": "acknowledge_reply"}
SQS_BATCH = 10
EXPORTED_AT_ONCE, LEARNT_AT_ONCE = 20, 100
"""Rows of the log that one invocation takes, at five million rows a month and the windows of the stack (10 s, 60 s)."""


class MeteredQueue(VirtualQueue):
    """A queue whose messages are three requests each: put, received alone, deleted alone."""

    def send(self, message: Any, *, delay_seconds: int = 0) -> None:
        """Put a message."""
        body = message.model_dump_json() if hasattr(message, "model_dump_json") else json.dumps(message)
        self.world.meter.count("sqs_requests", playbook=json.loads(body).get("playbook", ""))  # type: ignore[attr-defined]
        super().send(message, delay_seconds=delay_seconds)


class MeteredWorld(World):
    """Counts what the real functions do; use inside `mock_aws` and the meter's `open`."""

    def __init__(self, now: datetime, meter: Meter) -> None:
        """Make the tables, and everything that reads the log's stream."""
        self.meter = meter
        self.began: dict[int, datetime] = {}
        self.ran: list[timedelta] = []
        super().__init__(now)
        self._step_by_step()
        s3, firehose = boto3.client("s3"), boto3.client("firehose")
        for bucket in ("lake", "evidence"):
            s3.create_bucket(Bucket=bucket)
        destination = {"RoleARN": "arn:aws:iam::123456789012:role/lake", "BucketARN": "arn:aws:s3:::lake"}
        firehose.create_delivery_stream(DeliveryStreamName="lake", ExtendedS3DestinationConfiguration=destination)
        self.exporter = Exporter(firehose, "lake", SealStore(s3, "evidence"), lambda: self.now.date())  # noqa: PLW0108 - the day it is then, not now
        self.learner = Learner(EvidenceTable(self.dynamodb, "policies", self.clock))

    def queue(self, name: str, consumer: Callable[[str], None] | None = None) -> VirtualQueue:
        """Return a queue that is metered, and whose consumer is."""
        made = MeteredQueue(self, self._metered(CONSUMERS[name], consumer) if consumer else None)
        if name == "watch":  # its consumer is wired later
            made = _WiredLater(self)
        return made

    def _metered(self, function: str, work: Callable[[str], None]) -> Callable[[str], None]:
        def metered(body: str) -> None:
            playbook = json.loads(body).get("playbook", "")
            self.meter.count("sqs_requests", 2, playbook=playbook)
            with self.meter.invocation(function, playbook):
                work(body)

        return metered

    def _step_by_step(self) -> None:
        """Meter the journey's functions."""

        def stepped(name: str, work: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[dict[str, Any]], Any]:
            def step(event: dict[str, Any]) -> dict[str, Any]:
                with self.meter.invocation(name, event["playbook"]):
                    return work(event)

            return step

        self.functions = {name: stepped(name, work) for name, work in self.functions.items()}

    def deliver(self, *bodies: str) -> list[str]:
        """Hand bodies to ingest as SQS does: a put for each, and a receive and a delete for every ten of the batch."""
        self.meter.count("eventbridge_events", len(bodies))
        self.meter.count("sqs_requests", len(bodies) + 2 * ceil(len(bodies) / SQS_BATCH))
        with self.meter.invocation("ingest_events"):
            return super().deliver(*bodies)

    def _advance(self, execution: Execution) -> None:
        entered = len(execution.visited)
        self.began.setdefault(id(execution), self.now)
        super()._advance(execution)
        if execution.done:
            self.ran.append(self.now - self.began[id(execution)])
        playbook = execution.begun_with["playbook"]
        self.meter.count("state_transitions", len(execution.visited) - entered, playbook=playbook)

    def export(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Read new rows of the log as the stream's two readers do, playbook by playbook."""
        by_playbook: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            record = {"eventName": "INSERT", "dynamodb": {"NewImage": row}}
            by_playbook.setdefault(row["playbook"]["S"] if "playbook" in row else "", []).append(record)
        for playbook, records in by_playbook.items():
            for batch in batched(records, EXPORTED_AT_ONCE, strict=False):
                with self.meter.invocation("export_decisions", playbook):
                    self.exporter.export(batch)
            for batch in batched(records, LEARNT_AT_ONCE, strict=False):
                with self.meter.invocation("learn_policy", playbook):
                    self.learner.learn(batch)

    def log_rows(self) -> list[dict[str, Any]]:
        """Return the rows of the log as DynamoDB holds them."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName="decisions")
        return [row for page in pages for row in page["Items"]]


class _WiredLater(MeteredQueue):
    """The watch queue: whoever consumes it is known only after it is there."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "consumer" and value is not None:
            value = self.world._metered("score_friction", value)  # type: ignore[attr-defined] # noqa: SLF001 - one thing in two halves
        super().__setattr__(name, value)
