"""Ask one stage's Athena, on AWS and on the local AWS."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attune_cli.auditing.queries import Query, literals, local_sql
from attune_cli.errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionContextTypeDef

POLL_SECONDS = 0.3
FIRST_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Answer:
    """The rows of a query as text, None where there is no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned_bytes: int = 0

    def records(self) -> list[dict[str, str | None]]:
        """Return the rows as one mapping each."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, kw_only=True)
class Auditor:
    """Asks one stage's Athena; waits at most `patience` seconds for an answer."""

    client: "AthenaClient"
    work_group: str
    database: str
    is_local: bool
    sleep: Callable[[float], None]
    patience: float = 60.0

    def ask(self, query: Query, values: Mapping[str, str]) -> Answer:
        """Run a query and return its rows; raise CommandError where it fails or takes too long."""
        context: QueryExecutionContextTypeDef = {"Database": self.database}
        if self.is_local:
            started = self.client.start_query_execution(
                QueryString=local_sql(query, values), WorkGroup=self.work_group, QueryExecutionContext=context
            )
        else:
            started = self.client.start_query_execution(
                QueryString=query.sql,
                ExecutionParameters=literals(query, values),
                WorkGroup=self.work_group,
                QueryExecutionContext=context,
            )
        scanned = self._wait(query.name, started["QueryExecutionId"])
        return self._fetch(started["QueryExecutionId"], scanned)

    def _wait(self, name: str, execution: str) -> int:
        waited, pause = 0.0, FIRST_POLL_SECONDS
        while True:
            status = self.client.get_query_execution(QueryExecutionId=execution)["QueryExecution"]
            state = status["Status"]["State"]
            if state == "SUCCEEDED":
                return int(status.get("Statistics", {}).get("DataScannedInBytes", 0))
            if state in {"FAILED", "CANCELLED"}:
                raise CommandError(
                    f"query {name} {state.lower()}: {status['Status'].get('StateChangeReason', 'no reason')}"
                )
            if waited >= self.patience:
                self.client.stop_query_execution(QueryExecutionId=execution)
                raise CommandError(f"query {name} took more than {self.patience:.0f} s and was stopped", "fewer --days")
            self.sleep(pause)
            waited += pause
            pause = min(POLL_SECONDS, 2 * pause)

    def _fetch(self, execution: str, scanned: int) -> Answer:
        columns: tuple[str, ...] = ()
        rows: list[tuple[str | None, ...]] = []
        for page in self.client.get_paginator("get_query_results").paginate(QueryExecutionId=execution):
            result = page["ResultSet"]
            found = [tuple(cell.get("VarCharValue") for cell in row["Data"]) for row in result["Rows"]]
            if not columns:
                columns = tuple(column["Name"] for column in result["ResultSetMetadata"]["ColumnInfo"])
                found = _without_heading(found, columns)
            rows += found
        return Answer(columns, tuple(rows), scanned)


def _without_heading(rows: Sequence[tuple[str | None, ...]], columns: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    """Athena's first row repeats the column names."""
    return list(rows[1:]) if rows and rows[0] == columns else list(rows)
