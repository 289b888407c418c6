"""The named questions: what they ask, which values they need, and how those get in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot.dialects.trino import Trino

from attune_cli.cdk import ROOT
from attune_cli.errors import CommandError

QUERIES = ROOT / "infra" / "queries"
SAFE_VALUE = re.compile(r"[A-Za-z0-9_.:@#/+-]{1,256}")


@dataclass(frozen=True)
class Query:
    """One named query: Athena SQL, the question it answers, the names of its `?` in order, and a row in words."""

    name: str
    question: str
    parameters: tuple[str, ...]
    sql: str
    words: str = ""
    """A sentence about one row, with its columns in braces; empty where nobody wrote one."""


def load_queries(folder: Path = QUERIES) -> dict[str, Query]:
    """Read every named query; raise CommandError where one's header does not fit its text."""
    return {path.stem: parse_query(path.stem, path.read_text()) for path in sorted(folder.glob("*.sql"))}


def parse_query(name: str, sql: str) -> Query:
    """Read a query's header: its name, its question, `Parameters:` with one name for each `?`, perhaps `In words:`."""
    header = [line.removeprefix("--").strip() for line in sql.splitlines()[:4] if line.startswith("--")]
    if len(header) < 3 or header[0] != name or not header[2].startswith("Parameters:"):  # noqa: PLR2004 - three lines
        raise CommandError(f"{name}.sql must begin with three comment lines: its name, its question, 'Parameters: …'")
    listed = re.sub(r"\([^)]*\)", "", header[2].removeprefix("Parameters:"))
    parameters = tuple(word.strip() for word in listed.split(",") if word.strip())
    if len(parameters) != len(_placeholders(sql)):
        raise CommandError(f"{name}.sql names {len(parameters)} parameters and has {len(_placeholders(sql))} '?'")
    words = header[3].removeprefix("In words:").strip() if header[3:] and header[3].startswith("In words:") else ""
    return Query(name, header[1], parameters, sql, words)


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


def _placeholders(sql: str) -> list[int]:
    return [token.start for token in Trino().tokenize(sql) if token.token_type.name == "PLACEHOLDER"]
