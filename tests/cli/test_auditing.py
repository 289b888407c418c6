"""The named queries: their headers, how values get in, what comes out."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import sqlglot

from attune.adapters.athena import Athena
from attune_cli.auditing.asking import Answer, Auditor
from attune_cli.auditing.queries import literals, load_queries, local_sql, parse_query
from attune_cli.errors import CommandError

QUERIES = load_queries()
VALUES = {"since": "2026-09-01", "subject_key": "abc123", "case_id": "case-1"}


class FakeAthena:
    """Stands in for the Athena client: walks through states, then answers in pages."""

    def __init__(self, *states: str, pages: tuple[list[list[str | None]], ...] = (), reason: str = "") -> None:
        self.states = list(states)
        self.pages = pages
        self.reason = reason
        self.started: list[Mapping[str, Any]] = []
        self.stopped: list[str] = []

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        self.started.append(request)
        return {"QueryExecutionId": "e-1"}

    def get_query_execution(self, **_: str) -> dict[str, Any]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        status = {"State": state, "StateChangeReason": self.reason}
        return {"QueryExecution": {"Status": status, "Statistics": {"DataScannedInBytes": 1234}}}

    def stop_query_execution(self, *, QueryExecutionId: str) -> None:  # noqa: N803 - boto3's own name
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, _: str) -> "FakeAthena":
        return self

    def paginate(self, **_: str) -> Iterator[dict[str, Any]]:
        for rows in self.pages:
            yield {
                "ResultSet": {
                    "Rows": [
                        {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in rows
                    ],
                    "ResultSetMetadata": {"ColumnInfo": [{"Name": "kind"}, {"Name": "decisions"}]},
                }
            }


def auditor(athena: FakeAthena, *, is_local: bool = False) -> Auditor:
    asked = Athena(client=athena, work_group="w", database="lake", sleep=lambda _: None, patience=2)
    return Auditor(asked, is_local)


def test_the_questions_that_auditors_were_promised_are_there() -> None:
    assert {"why_customer", "withheld_by_reason", "uncertain_sends", "decisions_by_kind"} <= set(QUERIES)


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_every_query_parses_as_athena_sql_and_counts_each_decision_once(query: Any) -> None:
    (statement,) = sqlglot.parse(query.sql, read="athena")

    assert query.question.endswith("?")
    assert isinstance(statement, sqlglot.exp.Select)
    assert "row_number() OVER (PARTITION BY decision_id" in query.sql
    assert "copy = 1" in query.sql
    assert "dt >= ?" in query.sql


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_every_query_can_be_bound_for_the_local_aws(query: Any) -> None:
    text = local_sql(query, VALUES)

    assert "?" not in text
    assert "'2026-09-01'" in text
    assert sqlglot.parse_one(text, read="duckdb")


def test_values_are_bound_in_the_order_of_the_question_marks() -> None:
    text = local_sql(QUERIES["why_customer"], VALUES)

    assert "dt >= '2026-09-01'" in text
    assert "subject_key = 'abc123'" in text


@pytest.mark.parametrize("value", ["x' OR '1'='1", "", "a b", "x" * 300, "a\nb", "é"])
def test_a_value_that_could_be_more_than_a_value_is_refused(value: str) -> None:
    with pytest.raises(CommandError, match="cannot be the subject_key"):
        literals(QUERIES["why_customer"], {**VALUES, "subject_key": value})


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("SELECT 1", "must begin with three comment lines"),
        ("-- other\n-- What?\n-- Parameters: since\nSELECT ?", "must begin with three comment lines"),
        ("-- q\n-- What?\n-- Parameters: since\nSELECT ?, ?", "names 1 parameters and has 2"),
        ("-- q\n-- What?\n-- Parameters: since\nSELECT '?'", "names 1 parameters and has 0"),
    ],
)
def test_a_query_whose_header_does_not_fit_says_so(sql: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        parse_query("q", sql)


def test_on_aws_the_text_is_sent_as_written_with_its_values_beside_it() -> None:
    athena = FakeAthena("QUEUED", "RUNNING", "SUCCEEDED", pages=([["kind", "decisions"], ["contact", "3"]],))

    answer = auditor(athena).ask(QUERIES["why_customer"], VALUES)

    assert athena.started[0]["QueryString"] == QUERIES["why_customer"].sql
    assert athena.started[0]["ExecutionParameters"] == ["'2026-09-01'", "'abc123'"]
    assert answer == Answer(("kind", "decisions"), (("contact", "3"),), 1234)


def test_rows_of_every_page_are_kept_and_a_missing_value_is_none() -> None:
    athena = FakeAthena("SUCCEEDED", pages=([["kind", "decisions"], ["contact", None]], [["delay", "2"]]))

    answer = auditor(athena).ask(QUERIES["decisions_by_kind"], VALUES)

    assert answer.records() == [{"kind": "contact", "decisions": None}, {"kind": "delay", "decisions": "2"}]


def test_a_failed_query_says_why() -> None:
    with pytest.raises(CommandError, match=r"query decisions_by_kind: .* failed: no such table"):
        auditor(FakeAthena("FAILED", reason="no such table")).ask(QUERIES["decisions_by_kind"], VALUES)


def test_a_query_that_takes_too_long_is_stopped() -> None:
    athena = FakeAthena("RUNNING")

    with pytest.raises(CommandError, match="took more than 2 s and was stopped"):
        auditor(athena).ask(QUERIES["decisions_by_kind"], VALUES)
    assert athena.stopped == ["e-1"]
