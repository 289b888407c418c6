"""Questions to Athena: waited for, given up in time, read page by page, and why where there is no answer."""

import boto3
import pytest
from botocore.stub import Stubber

from attune.adapters.athena import Athena, LakeUnreadableError


@pytest.fixture
def stub():
    client = boto3.client("athena", region_name="us-east-1")
    with Stubber(client) as stubbed:
        yield stubbed


def asking(stub, **changes):
    waited = []
    return Athena(client=stub.client, work_group="w", database="lake", sleep=waited.append, **changes), waited


def started(stub, **expected):
    wanted = {"QueryString": "SELECT 1", "WorkGroup": "w", "QueryExecutionContext": {"Database": "lake"}, **expected}
    stub.add_response("start_query_execution", {"QueryExecutionId": "q"}, wanted)


def seen(stub, state, reason="", scanned=0):
    status = {"State": state, **({"StateChangeReason": reason} if reason else {})}
    found = {"Status": status, "Statistics": {"DataScannedInBytes": scanned}}
    stub.add_response("get_query_execution", {"QueryExecution": found})


def page(stub, *rows, more=""):
    cells = [{"Data": [{} if one is None else {"VarCharValue": one} for one in row]} for row in rows]
    columns = {"ColumnInfo": [{"Name": name, "Type": "varchar"} for name in ("kind", "people")]}
    told = {"ResultSet": {"Rows": cells, "ResultSetMetadata": columns}}
    stub.add_response("get_query_results", told | ({"NextToken": more} if more else {}))


def test_rows_of_every_page_are_read_without_the_heading(stub):
    started(stub)
    seen(stub, "RUNNING")
    seen(stub, "SUCCEEDED", scanned=1234)
    page(stub, ("kind", "people"), ("contact", None), more="next")
    page(stub, ("delay", "2"))
    athena, waited = asking(stub)

    answer = athena.ask("SELECT 1")

    assert (answer.columns, answer.scanned_bytes, len(waited)) == (("kind", "people"), 1234, 1)
    assert list(answer.rows) == [("contact", None), ("delay", "2")]


def test_an_answer_without_a_heading_loses_no_row_and_names_its_cells(stub):
    started(stub, ExecutionParameters=["'a'"])
    seen(stub, "SUCCEEDED")
    page(stub, ("contact", None))
    athena, _ = asking(stub)

    assert list(athena.ask("SELECT 1", ["'a'"]).records()) == [{"kind": "contact", "people": ""}]


def test_a_question_that_athena_refuses_says_why(stub):
    started(stub)
    seen(stub, "FAILED", "TABLE_NOT_FOUND")
    athena, _ = asking(stub)

    with pytest.raises(LakeUnreadableError, match=r"\(w, lake\) failed: TABLE_NOT_FOUND"):
        athena.ask("SELECT 1")


def test_a_question_that_takes_too_long_is_stopped_and_waits_grow(stub):
    started(stub)
    for _ in range(4):
        seen(stub, "RUNNING")
    stub.add_response("stop_query_execution", {}, {"QueryExecutionId": "q"})
    athena, waited = asking(stub, patience=0.2)

    with pytest.raises(LakeUnreadableError, match="was stopped"):
        athena.ask("SELECT 1")
    stub.assert_no_pending_responses()
    assert waited == sorted(waited)
