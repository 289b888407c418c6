"""Counts what a world asks of AWS, in the units that AWS bills: every call of every client, by service and playbook."""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import ceil
from time import thread_time
from typing import Any
from unittest.mock import patch

import botocore.client
from moto.core.botocore_stubber import BotocoreStubber

from bench.cost.items import INDEXES, index_units, read_units, write_units
from bench.ingest.metering import size
from infra.memory import memory_of

FIREHOSE_RECORD = 5 * 1024
NOBODYS = ""
"""The playbook of what is done for none."""
type Key = tuple[str, str, str]


class UnpricedCallError(Exception):
    """Raised when a call is made that nobody said the price of: a meter that guesses is none."""


@dataclass
class Invocations:
    """What one function took: how often it ran, its own CPU in seconds, and how long it waited, in calls by service."""

    memory_mib: int
    runs: int = 0
    cpu: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    log_bytes: int = 0


@dataclass
class Usage:
    """What was used for one playbook."""

    units: Counter[str] = field(default_factory=Counter)
    functions: dict[str, Invocations] = field(default_factory=dict)


class Meter:
    """Listens to every client made while it is `open`; must see every write, to know how large items were."""

    def __init__(self) -> None:
        """Begin with nothing used."""
        self.usage: dict[str, Usage] = defaultdict(Usage)
        self.counting = False
        self._playbook = NOBODYS
        self._running: list[Invocations] = []
        self._items: dict[Key, Mapping[str, Any]] = {}
        self._beside = 0.0
        self._of_others = 0.0

    @contextmanager
    def open(self) -> Iterator[None]:
        """Be told of every call, whoever makes it."""
        ask, answer = botocore.client.BaseClient._make_api_call, BotocoreStubber.__call__  # noqa: SLF001 - the one place all calls pass

        def asked(client: Any, operation: str, params: dict[str, Any]) -> Any:
            service = client.meta.service_model.service_name
            try:
                result = ask(client, operation, params)
            except client.exceptions.ClientError:
                with self._not_theirs():
                    self._asked(service, operation, params, {}, refused=True)
                raise
            with self._not_theirs():
                self._asked(service, operation, params, result)
            return result

        def answered(stubber: Any, *args: Any, **named: Any) -> Any:
            with self._not_theirs():
                return answer(stubber, *args, **named)

        with (
            self._logs(),
            patch.object(botocore.client.BaseClient, "_make_api_call", asked),
            patch.object(BotocoreStubber, "__call__", answered),
        ):
            yield

    @contextmanager
    def _logs(self) -> Iterator[None]:
        """Take what functions log."""
        loggers = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
        with ExitStack() as put_back:
            for handler in (handler for logger in loggers for handler in logger.handlers):
                if isinstance(handler, logging.StreamHandler):
                    put_back.callback(handler.setStream, handler.setStream(self))  # type: ignore[arg-type]
            yield

    def write(self, text: str) -> None:
        """Count what the running function logs."""
        if self._running:
            self._running[-1].log_bytes += len(text.encode())

    def flush(self) -> None:
        """Nothing is held back: it is counted and gone."""

    @contextmanager
    def invocation(self, function: str, playbook: str = NOBODYS) -> Iterator[None]:
        """Count one invocation of a function: its CPU without moto's, what it asks for, and what it logs."""
        if not self.counting:
            yield
            return
        run = self.usage[playbook].functions.setdefault(function, Invocations(memory_of(function)))
        outer, self._playbook = self._playbook, playbook
        began = self._own_time()
        self._running.append(run)
        try:
            yield
        finally:
            took = self._own_time() - began
            self._running.pop()
            run.runs += 1
            run.cpu += took
            self._of_others += took  # a world starts an execution inside whoever asked for it: that is not their time
            self._playbook = outer

    @contextmanager
    def _not_theirs(self) -> Iterator[None]:
        """Leave out what moto takes to answer and this meter to count: on AWS there is neither."""
        before = thread_time()
        try:
            yield
        finally:
            self._beside += thread_time() - before

    def _own_time(self) -> float:
        return thread_time() - self._beside - self._of_others

    def count(self, unit: str, many: float = 1, *, playbook: str | None = None) -> None:
        """Count units that no client asks for: an event on the bus, a message received, a state entered."""
        if self.counting:
            self.usage[self._playbook if playbook is None else playbook].units[unit] += many  # type: ignore[assignment]

    def _asked(  # noqa: C901, PLR0912 - one flat list of the calls that have a price
        self,
        service: str,
        operation: str,
        params: Mapping[str, Any],
        result: Mapping[str, Any],
        *,
        refused: bool = False,
    ) -> None:
        if self._running:
            self._running[-1].calls[service] += 1
        match service, operation:
            case "dynamodb", "Query":
                self.count("dynamodb_read_units", read_units(params, result.get("Items", ())))
            case "dynamodb", "GetItem":
                self.count("dynamodb_read_units", read_units(params, [result.get("Item", {})]))
            case "dynamodb", "BatchGetItem":
                for table, asked in params["RequestItems"].items():
                    found = result.get("Responses", {}).get(table, [])
                    # Each by itself; one that is not there is billed like a small one.
                    units = sum(read_units(asked, [item]) for item in found)
                    missing = len(asked["Keys"]) - len(found)
                    self.count("dynamodb_read_units", units + missing * read_units(asked, ()))
            case "dynamodb", "PutItem":
                self._wrote(params["TableName"], params["Item"], refused=refused)
            case "dynamodb", "DeleteItem":
                self._wrote(params["TableName"], {}, key=params["Key"], refused=refused)
            case "dynamodb", "UpdateItem":  # counters of a few bytes, which are the only items that are updated
                self.count("dynamodb_write_units")
            case "dynamodb", "BatchWriteItem":
                for table, requests in params["RequestItems"].items():
                    for request in requests:
                        self._wrote(table, request["PutRequest"]["Item"])
            case "sesv2", "SendEmail":
                self.count("ses_emails")
            case "sns", "Publish":
                self.count("sms_parts")
            case "firehose", "PutRecordBatch":
                for record in params["Records"]:
                    billed = ceil(len(record["Data"]) / FIREHOSE_RECORD) * FIREHOSE_RECORD / 1024**3
                    self.count("firehose_gb", billed)
                    self.count("firehose_parquet_gb", billed)
            case "s3", "PutObject":
                self.count("s3_puts")
            case ("sesv2", "GetAccount") | ("ssm", "GetParameter"):
                pass  # no charge
            case _:
                if self.counting:
                    message = f"{service} was asked {operation}, and nobody said what that costs"
                    raise UnpricedCallError(message)

    def _wrote(
        self, table: str, item: Mapping[str, Any], *, key: Mapping[str, Any] | None = None, refused: bool = False
    ) -> None:
        """A write is billed by the larger of what was there and what is; each index that changes is one more."""
        of = key or item
        name = (table, of["pk"]["S"], of["sk"]["S"])
        before = self._items.get(name, {})
        self.count("dynamodb_write_units", write_units(max(size(before), size(item))))
        if refused:
            return
        for index in INDEXES.get(table, ()):
            self.count("dynamodb_write_units", index_units(index, before, item))
        self._items[name] = item
