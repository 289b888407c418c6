"""Counting people in the lake: the SQL says what the domain says, on DuckDB and as Athena's dialect; Athena is asked patiently."""

import json
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import boto3
import pytest
import sqlglot
from botocore.stub import Stubber

from attune.adapters.athena import Athena
from attune.adapters.clock import Clock
from attune.adapters.fairness_lake import FairnessLake, cell_of, question
from attune.domain.clock import ClockScale
from attune.domain.fairness.limits import YES, Cell, Dimension, Measure
from attune.domain.fairness.people import people_cells
from attune.domain.outcome_kinds import HARMS, HELPS
from tests.support.fairness import Log

ROOT = Path(__file__).resolve().parents[2]
PYTHON_WITH_DUCKDB = ROOT / ".local/ministack/bin/python"
SINCE, UNTIL = datetime(2026, 10, 8, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
ASK = """
import duckdb, json, sys
asked = json.load(sys.stdin)
connection = duckdb.connect()
open(sys.argv[1], "w").write("\\n".join(map(json.dumps, asked["rows"])))
connection.execute(f"CREATE TABLE decisions AS SELECT * FROM read_json('{sys.argv[1]}', format='newline_delimited', "
                   "columns={" + ", ".join(f"{name}: '{'INT' if name == 'touch' else 'VARCHAR'}'" for name in asked["rows"][0]) + "})")
result = connection.execute(asked["sql"])
names = [column[0] for column in result.description]
print(json.dumps([dict(zip(names, row)) for row in result.fetchall()]))
"""


def counted_by_sql(rows, folder):
    asked = json.dumps({"rows": rows, "sql": question(SINCE, UNTIL, SINCE.date() - timedelta(days=1))})
    answer = subprocess.run(
        [str(PYTHON_WITH_DUCKDB), "-c", ASK, str(folder / "rows.ndjson")],
        input=asked, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return [cell_of({name: str(value) for name, value in row.items()}) for row in json.loads(answer.stdout)]


@pytest.mark.skipif(not PYTHON_WITH_DUCKDB.exists(), reason="needs the local AWS's DuckDB: make install")
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["as written now", "as written at first"])
def test_the_lake_counts_people_exactly_as_the_domain_does(tmp_path, separators):
    people = Log(20261122).people(1500)
    rows = [{**row, "inputs": json.dumps(json.loads(row["inputs"]), separators=separators)} for row in people]

    expected = people_cells([{**row, "inputs": json.loads(row["inputs"])} for row in rows], since=SINCE, until=UNTIL)

    assert len(expected) > 500
    assert set(counted_by_sql(rows, tmp_path)) == set(expected)


def test_the_question_is_understood_as_athenas():
    asked = question(SINCE, UNTIL, date(2026, 10, 7))

    assert sqlglot.transpile(asked, read="athena", write="athena")
    assert "'2026-10-08T00:00:00" in asked
    assert ":since" not in asked
    assert ":until" not in asked
    assert ":arrived" not in asked


def test_the_sql_knows_what_helps_and_what_harms():
    asked = question(SINCE, UNTIL, date(2026, 10, 7))

    for outcome in HELPS | HARMS:
        assert f"'{outcome}'" in asked, outcome


@pytest.fixture
def athena():
    client = boto3.client("athena", region_name="us-east-1")
    with Stubber(client) as stub:
        yield client, stub


def a_lake(client):
    clock = Clock(ClockScale(), lambda: UNTIL)
    waited = []
    athena = Athena(client=client, work_group="attune", database="lake", sleep=waited.append)
    return FairnessLake(athena=athena, clock=clock), waited


def state(stub, told, reason=""):
    status = {"State": told, **({"StateChangeReason": reason} if reason else {})}
    stub.add_response("get_query_execution", {"QueryExecution": {"Status": status}})


def test_cells_come_from_athenas_answer_without_its_heading(athena):
    client, stub = athena
    names = ("dimension", "people_group", "playbook", "level", "measure", "outcome", "cause", "people")
    values = ("locale", "\\u65e5\\u672c", "cart", "high", "offer", "yes", "", "12")
    stub.add_response("start_query_execution", {"QueryExecutionId": "q"})
    state(stub, "RUNNING")
    state(stub, "SUCCEEDED")
    rows = [{"Data": [{"VarCharValue": one} for one in line]} for line in (names, values)]
    columns = [{"Name": name, "Type": "varchar"} for name in names]
    stub.add_response("get_query_results", {"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": columns}}})
    lake, waited = a_lake(client)

    assert lake.cells(SINCE, UNTIL) == (
        Cell(dimension=Dimension.LOCALE, group="日本", playbook="cart", level="high", measure=Measure.OFFER,
             outcome=YES, people=12),
    )  # fmt: skip
    assert len(waited) == 1
