"""The deployed stage, as the bench uses it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.clock import ClockScale
from attune_cli.local_aws import LocalAws
from bench.throughput.processes import cpu_seconds

QUIET_SECONDS = 180
FOR_PEOPLE = ("SupportQueueUrl", "SupportUrgentQueueUrl")
"""Queues on which cases wait for people: nobody of ours empties them."""


@dataclass(frozen=True)
class DeployedStage:
    """A stage on a local AWS: its names, its functions and what waits on its queues."""

    aws: LocalAws

    @cached_property
    def session(self) -> Any:
        """Return a session whose clients speak to the local AWS."""
        return self.aws.session()

    @cached_property
    def outputs(self) -> dict[str, str]:
        """Return the names of the stage's parts."""
        return dict(self.aws.outputs())

    @cached_property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Return the configuration of each function of ours, by its folder in `functions`."""
        pages = self.session.client("lambda").get_paginator("list_functions").paginate()
        every = (one for page in pages for one in page["Functions"])
        return {one["Handler"].split(".")[1]: one for one in every if one["Handler"].startswith("functions.")}

    @cached_property
    def deployed_names(self) -> dict[str, str]:
        """Return what our functions are called in `functions`, by the names they were deployed with."""
        return {one["FunctionName"]: name for name, one in self.functions.items()}

    @property
    def group(self) -> int:
        """Return the process group of the local AWS and all its functions."""
        return self.aws.running.pid if self.aws.running else 0

    def cpu_seconds(self) -> tuple[float, float]:
        """Return the processor time so far of the local AWS itself, and of functions."""
        return cpu_seconds(self.group, self.deployed_names)

    @cached_property
    def customers(self) -> CustomersTable:
        """Return the customers of the stage."""
        dynamodb = self.session.client("dynamodb")
        return CustomersTable(dynamodb, self.outputs["CustomersTable"], Clock(ClockScale()))

    @cached_property
    def decisions_stream(self) -> str:
        """Return the stream of the decision log."""
        described = self.session.client("dynamodb").describe_table(TableName=self.outputs["DecisionsTable"])
        return str(described["Table"]["LatestStreamArn"])

    @contextmanager
    def nobody_reading_the_log(self) -> Iterator[None]:
        """Let nobody read the log's stream for the time of a block: the local AWS takes nothing from queues meanwhile."""
        functions = self.session.client("lambda")
        readers = [
            one["UUID"]
            for one in functions.list_event_source_mappings()["EventSourceMappings"]
            if one["EventSourceArn"] == self.decisions_stream
        ]
        for reader in readers:
            functions.update_event_source_mapping(UUID=reader, Enabled=False)
        try:
            yield
        finally:
            for reader in readers:
                functions.update_event_source_mapping(UUID=reader, Enabled=True)

    def take_cases(self) -> dict[str, float]:
        """Take the cases from support's queues; return when the first of each customer was put there, in seconds of the epoch."""
        sqs, found = self.session.client("sqs"), dict[str, float]()
        for url in (self.outputs[name] for name in FOR_PEOPLE):
            asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "AttributeNames": ["SentTimestamp"]}
            while messages := sqs.receive_message(**asked).get("Messages"):
                for one in messages:
                    who, at = json.loads(one["Body"])["customer_id"], int(one["Attributes"]["SentTimestamp"]) / 1000
                    found[who] = min(at, found.get(who, at))
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
        return found

    def left_over(self) -> dict[str, int]:
        """Return what waits, is hidden or delayed on any queue but those for people, once it is empty or long enough passed."""
        latest = time.monotonic() + QUIET_SECONDS
        while (found := self._waiting()) and time.monotonic() < latest:
            time.sleep(0.5)
        return found

    def _waiting(self) -> dict[str, int]:
        sqs, found = self.session.client("sqs"), {}
        for url in sqs.list_queues().get("QueueUrls", ()):
            told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            counts = (
                int(told.get(f"ApproximateNumberOfMessages{state}", 0)) for state in ("", "NotVisible", "Delayed")
            )
            found[url.rpartition("/")[2]] = sum(counts)
        for_people = {self.outputs[name].rpartition("/")[2] for name in FOR_PEOPLE}
        return {name: count for name, count in found.items() if count and name not in for_people}
