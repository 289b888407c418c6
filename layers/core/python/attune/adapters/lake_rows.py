"""The lake's rows day by day, read by Athena: each decision once, as the hash of its columns."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from attune.adapters.decision_columns import COLUMNS
from attune.domain.errors import AttuneError
from attune.domain.sealing import row_hash

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two looks at whether Athena is done."""


class LakeUnreadableError(AttuneError):
    """Raised when Athena cannot read the lake; says why."""


@dataclass(frozen=True, kw_only=True)
class LakeRows:
    """Reads one stage's lake; gives up after `patience` seconds."""

    client: "AthenaClient"
    work_group: str
    database: str
    sleep: Callable[[float], None] = time.sleep
    patience: float = 600.0

    def by_day(self, first: date, last: date) -> dict[date, dict[str, str]]:
        """Return the rows of each day from `first` to `last` as hashes by decision id.

        A decision that a day holds twice counts once if the copies are the same; copies that differ are joined into one
        hash that equals neither, so that a tampered copy beside the true one is seen.
        """
        copies: dict[date, dict[str, set[str]]] = {}
        for day, row in self._rows(days_sql(first, last)):
            copies.setdefault(day, {}).setdefault(row["decision_id"] or "", set()).add(row_hash(row))
        return {day: {name: "+".join(sorted(hashes)) for name, hashes in rows.items()} for day, rows in copies.items()}

    def first_day(self) -> date | None:
        """Return the first day of which the lake holds anything."""
        for cells in self._cells("SELECT min(dt) AS dt FROM decisions"):
            return date.fromisoformat(cells[0]) if cells[0] else None
        return None

    def _rows(self, sql: str) -> Iterator[tuple[date, dict[str, str | None]]]:
        for day, *cells in self._cells(sql):
            yield date.fromisoformat(day or ""), dict(zip(COLUMNS, cells, strict=True))

    def _cells(self, sql: str) -> Iterator[list[str | None]]:
        started = self.client.start_query_execution(
            QueryString=sql, WorkGroup=self.work_group, QueryExecutionContext={"Database": self.database}
        )["QueryExecutionId"]
        self._wait(started)
        heading = True
        for page in self.client.get_paginator("get_query_results").paginate(QueryExecutionId=started):
            for row in page["ResultSet"]["Rows"]:
                if heading:
                    heading = False  # Athena's first row repeats the names
                    continue
                yield [cell.get("VarCharValue") for cell in row["Data"]]

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
                raise LakeUnreadableError(f"Athena took more than {self.patience:.0f} s")
            self.sleep(pause)
            waited, pause = waited + pause, min(LONGEST_PAUSE, pause * 1.5)


def days_sql(first: date, last: date) -> str:
    """Return the query for the rows of some days. Athena and the local AWS both understand it; only dates go into it."""
    columns = ", ".join(_as_text(name, type_) for name, type_ in COLUMNS.items())
    return (
        f"SELECT dt, {columns} FROM decisions "  # noqa: S608 - the names of our own columns, and two dates
        f"WHERE dt BETWEEN '{first.isoformat()}' AND '{last.isoformat()}'"
    )


def _as_text(name: str, type_: str) -> str:
    return f'"{name}"' if type_ == "string" else f'lower(CAST("{name}" AS varchar)) AS "{name}"'
