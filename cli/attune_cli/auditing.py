"""Named queries over the decision log: what they ask, how they are bound and run, on Athena and on the local AWS."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from sqlglot.dialects.trino import Trino

from attune_cli.cdk import ROOT
from attune_cli.errors import CommandError

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_athena.type_defs import QueryExecutionContextTypeDef

QUERIES = ROOT / "infra" / "queries"
POLL_SECONDS = 0.3
SAFE_VALUE = re.compile(r"[A-Za-z0-9_.:@#/+-]{1,256}")


@dataclass(frozen=True)
class Query:
    """One named query: Athena SQL, the question it answers, and the names of its `?` in order."""

    name: str
    question: str
    parameters: tuple[str, ...]
    sql: str


@dataclass(frozen=True)
class Answer:
    """The rows of a query as text, None where there is no value."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    scanned_bytes: int = 0

    def records(self) -> list[dict[str, str | None]]:
        """Return the rows as one mapping each."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def load_queries(folder: Path = QUERIES) -> dict[str, Query]:
    """Read every named query; raise CommandError where one's header does not fit its text."""
    return {path.stem: parse_query(path.stem, path.read_text()) for path in sorted(folder.glob("*.sql"))}


def parse_query(name: str, sql: str) -> Query:
    """Read a query's header: its name, its question, `Parameters:` with one name for each `?`."""
    header = [line.removeprefix("--").strip() for line in sql.splitlines()[:3] if line.startswith("--")]
    if len(header) < 3 or header[0] != name or not header[2].startswith("Parameters:"):  # noqa: PLR2004 - three lines
        raise CommandError(f"{name}.sql must begin with three comment lines: its name, its question, 'Parameters: …'")
    listed = re.sub(r"\([^)]*\)", "", header[2].removeprefix("Parameters:"))
    parameters = tuple(word.strip() for word in listed.split(",") if word.strip())
    if len(parameters) != len(_placeholders(sql)):
        raise CommandError(f"{name}.sql names {len(parameters)} parameters and has {len(_placeholders(sql))} '?'")
    return Query(name, header[1], parameters, sql)


def literals(query: Query, values: Mapping[str, str]) -> list[str]:
    """Return the values of a query's parameters as SQL text literals; raise CommandError where one is not plain."""
    for name in query.parameters:
        if not SAFE_VALUE.fullmatch(values[name]):
            raise CommandError(f"{values[name]!r} cannot be the {name} of a query")
    return [f"'{values[name]}'" for name in query.parameters]


def local_sql(query: Query, values: Mapping[str, str]) -> str:
    """Return the query as the local AWS runs it: values in place, in the dialect of DuckDB."""
    bound, last = "", 0
    for position, literal in zip(_placeholders(query.sql), literals(query, values), strict=True):
        bound += query.sql[last:position] + literal
        last = position + 1
    return sqlglot.transpile(bound + query.sql[last:], read="athena", write="duckdb", comments=False)[0]


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
        waited = 0.0
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
            self.sleep(POLL_SECONDS)
            waited += POLL_SECONDS

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


def _placeholders(sql: str) -> list[int]:
    return [token.start for token in Trino().tokenize(sql) if token.token_type.name == "PLACEHOLDER"]
