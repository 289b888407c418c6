"""Ask Athena a question about the lake: wait for the answer, patiently but not for ever, and read its rows."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from attune.domain.errors import AttuneError

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionTypeDef

FIRST_PAUSE, LONGEST_PAUSE, SLOWER = 0.05, 5.0, 1.5
"""Seconds between two looks at whether Athena is done, and by what they grow."""

type Row = tuple[str | None, ...]


class LakeUnreadableError(AttuneError):
    """Raised when Athena has no answer: its own reason, and what was asked of whom."""


@dataclass(frozen=True)
class Answer:
    """What Athena answered: rows as text, None where there is no value; they are fetched while they are read, once."""

    columns: tuple[str, ...]
    rows: Iterator[Row]
    scanned_bytes: int

    def records(self) -> Iterator[dict[str, str]]:
        """Yield rows as mappings, with empty text where there is no value."""
        for row in self.rows:
            yield {name: value or "" for name, value in zip(self.columns, row, strict=True)}


@dataclass(frozen=True, kw_only=True)
class Athena:
    """Asks in one stage's workgroup; gives a question up after `patience` seconds."""

    client: "AthenaClient"
    work_group: str
    database: str
    sleep: Callable[[float], None] = time.sleep
    patience: float = 600.0

    def ask(self, sql: str, parameters: Sequence[str] = ()) -> Answer:
        """Return the answer; raise LakeUnreadableError where there is none."""
        values = {"ExecutionParameters": list(parameters)} if parameters else {}
        execution = self.client.start_query_execution(
            QueryString=sql,
            WorkGroup=self.work_group,
            QueryExecutionContext={"Database": self.database},
            **values,  # type: ignore[arg-type]
        )["QueryExecutionId"]
        done = self._wait(execution)
        return self._answer(execution, int(done.get("Statistics", {}).get("DataScannedInBytes", 0)))

    def _wait(self, execution: str) -> "QueryExecutionTypeDef":
        waited, pause = 0.0, FIRST_PAUSE
        while True:
            found = self.client.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            state = found["Status"]["State"]
            if state == "SUCCEEDED":
                return found
            if state in {"FAILED", "CANCELLED"}:
                reason = found["Status"].get("StateChangeReason", "no reason given")
                raise LakeUnreadableError(f"Athena ({self.work_group}, {self.database}) {state.lower()}: {reason}")
            if waited >= self.patience:
                self.client.stop_query_execution(QueryExecutionId=execution)
                raise LakeUnreadableError(
                    f"Athena ({self.work_group}) took more than {self.patience:.0f} s and was stopped: ask for fewer days"
                )
            self.sleep(pause)
            waited, pause = waited + pause, min(LONGEST_PAUSE, pause * SLOWER)

    def _answer(self, execution: str, scanned: int) -> Answer:
        pages = iter(self.client.get_paginator("get_query_results").paginate(QueryExecutionId=execution))
        first = next(pages)["ResultSet"]
        columns = tuple(column["Name"] for column in first["ResultSetMetadata"]["ColumnInfo"])
        results = chain([first], (page["ResultSet"] for page in pages))
        rows = (tuple(cell.get("VarCharValue") for cell in row["Data"]) for result in results for row in result["Rows"])
        return Answer(columns, _without_heading(rows, columns), scanned)


def _without_heading(rows: Iterator[Row], columns: Row) -> Iterator[Row]:
    """Yield rows without the first where that repeats the names, as Athena's does."""
    first = next(rows, None)
    if first is not None and first != columns:
        yield first
    yield from rows
