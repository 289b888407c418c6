"""Count people in the lake: one question to Athena, a small table as the answer."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from attune.adapters.clock import Clock
from attune.domain.clock import format_instant
from attune.domain.fairness import Cell, Dimension, Measure

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

SQL = Path(__file__).with_name("fairness_cells.sql")
POLL_SECONDS = 0.5
PATIENCE = timedelta(minutes=10)
LATE = timedelta(days=1)
"""A row reaches the lake on the day it is written, by any clock; a day more costs little."""


class LakeError(Exception):
    """Raised when Athena could not answer: its own reason, and what was asked of whom."""


@dataclass(frozen=True, kw_only=True)
class FairnessLake:
    """Asks one stage's Athena."""

    client: "AthenaClient"
    work_group: str
    database: str
    clock: Clock
    sleep: Callable[[float], None] = time.sleep
    patience: timedelta = PATIENCE

    def cells(self, since: datetime, until: datetime) -> tuple[Cell, ...]:
        """Count the people whose first hard moment lies in a window; raise LakeError where there is no answer."""
        arrived = min(self.clock.to_real(since), since).date() - LATE
        started = self.client.start_query_execution(
            QueryString=question(since, until, arrived),
            WorkGroup=self.work_group,
            QueryExecutionContext={"Database": self.database},
        )
        self._wait(started["QueryExecutionId"])
        return tuple(self._fetch(started["QueryExecutionId"]))

    def _wait(self, execution: str) -> None:
        waited = 0.0
        while True:
            status = self.client.get_query_execution(QueryExecutionId=execution)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return
            if status["State"] in ("FAILED", "CANCELLED"):
                reason = status.get("StateChangeReason", "no reason given")
                raise LakeError(f"Athena ({self.work_group}, {self.database}) {status['State'].lower()}: {reason}")
            if waited >= self.patience.total_seconds():
                self.client.stop_query_execution(QueryExecutionId=execution)
                raise LakeError(f"Athena ({self.work_group}) took more than {self.patience} and was stopped")
            self.sleep(POLL_SECONDS)
            waited += POLL_SECONDS

    def _fetch(self, execution: str) -> Iterator[Cell]:
        heading: tuple[str, ...] = ()
        for page in self.client.get_paginator("get_query_results").paginate(QueryExecutionId=execution):
            for row in page["ResultSet"]["Rows"]:
                values = tuple(cell.get("VarCharValue", "") for cell in row["Data"])
                if not heading:
                    heading = tuple(column["Name"] for column in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])
                    if values == heading:
                        continue  # Athena's first row repeats the names
                yield cell_of(dict(zip(heading, values, strict=True)))


def question(since: datetime, until: datetime, arrived: date) -> str:
    """Return the SQL with its three dates in place."""
    dates = {":since": format_instant(since), ":until": format_instant(until), ":arrived": arrived.isoformat()}
    asked = "\n".join(line for line in SQL.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    for name, value in dates.items():
        asked = asked.replace(f"'{name}'", f"'{value}'")
    return asked


def cell_of(row: dict[str, str]) -> Cell:
    """Return one row of the answer; groups come as they stand in JSON, where other letters than English ones are codes."""
    return Cell(
        dimension=Dimension(row["dimension"]),
        group=str(json.loads(f'"{row["people_group"]}"')),
        playbook=row["playbook"],
        level=row["level"],
        measure=Measure(row["measure"]),
        outcome=row["outcome"],
        cause=row["cause"],
        people=int(row["people"]),
    )
