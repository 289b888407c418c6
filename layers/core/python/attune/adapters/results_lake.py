"""Read from the lake what results are made of: one question to Athena, its rows person by person."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from attune.adapters.clock import Clock
from attune.adapters.lake_rows import LakeUnreadableError
from attune.domain.clock import format_instant

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

SQL = Path(__file__).with_name("results_rows.sql")
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
LATE = timedelta(days=1)
"""A row reaches the lake on the day it is written, by any clock; a day more costs little."""
MOST_ROWS = 5_000_000
"""More would not be fetched within a function's fifteen minutes."""


@dataclass(frozen=True, kw_only=True)
class ResultsLake:
    """Asks one stage's Athena; gives up after `patience` seconds."""

    client: "AthenaClient"
    work_group: str
    database: str
    clock: Clock
    sleep: Callable[[float], None] = time.sleep
    patience: float = 600.0

    def rows(self, since: datetime) -> Iterator[dict[str, str]]:
        """Yield what was decided since an instant, sorted by person; raise LakeUnreadableError where there is no answer."""
        arrived = min(self.clock.to_real(since), since).date() - LATE
        started = self.client.start_query_execution(
            QueryString=question(since, arrived),
            WorkGroup=self.work_group,
            QueryExecutionContext={"Database": self.database},
        )["QueryExecutionId"]
        self._wait(started)
        names: tuple[str, ...] = ()
        number = 0
        for page in self.client.get_paginator("get_query_results").paginate(QueryExecutionId=started):
            for row in page["ResultSet"]["Rows"]:
                cells = tuple(cell.get("VarCharValue", "") for cell in row["Data"])
                if not names:
                    names = tuple(column["Name"] for column in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"])
                    if cells == names:
                        continue  # Athena's first row repeats the names
                number += 1
                if number > MOST_ROWS:
                    raise LakeUnreadableError(f"there are more than {MOST_ROWS:,} rows: ask for fewer days")
                yield dict(zip(names, cells, strict=True))

    def _wait(self, started: str) -> None:
        waited, pause = 0.0, FIRST_PAUSE
        while True:
            status = self.client.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return
            if status["State"] in {"FAILED", "CANCELLED"}:
                raise LakeUnreadableError(f"Athena says: {status.get('StateChangeReason', 'no reason')}")
            if waited >= self.patience:
                self.client.stop_query_execution(QueryExecutionId=started)
                raise LakeUnreadableError(f"Athena took more than {self.patience:.0f} s: ask for fewer days")
            self.sleep(pause)
            waited, pause = waited + pause, min(LONGEST_PAUSE, pause * 1.5)


def question(since: datetime, arrived: date) -> str:
    """Return the SQL with its two dates in place."""
    asked = "\n".join(line for line in SQL.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    return asked.replace("':since'", f"'{format_instant(since)}'").replace("':arrived'", f"'{arrived.isoformat()}'")
