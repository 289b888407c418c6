"""`attune audit`: ask the decision log a named question."""

import csv
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from attune_cli.auditing.asking import Answer, Auditor
from attune_cli.auditing.queries import Query, load_queries
from attune_cli.auditing.tables import answer_table
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import InputError
from attune_cli.subjects import find_subject_key


def audit(
    query: Annotated[str | None, typer.Argument(help="Which question; without one they are listed.")] = None,
    *,
    customer: Annotated[str, typer.Option(help="Customer id, for questions about one customer.")] = "",
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=3650)] = 90,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
) -> None:
    """Ask the decision log in S3: what was decided, for whom, why, how often.

    The questions are the Athena queries in infra/queries; the same ones run in the Athena console.
    """
    queries = load_queries()
    if query is None:
        list_queries(queries)
        return
    asked = _chosen(queries, query, customer)
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other")
    target = chosen_stage(stage, endpoint_url)
    values = {"since": (datetime.now(UTC) - timedelta(days=days)).date().isoformat()}
    if "subject_key" in asked.parameters:
        dynamodb = target.session.client("dynamodb")
        values["subject_key"] = find_subject_key(dynamodb, target.output("CustomersTable"), customer)
    auditor = Auditor(
        client=target.session.client("athena"),
        work_group=target.output("WorkGroup"),
        database=target.output("LakeDatabase"),
        is_local=target.is_local,
        sleep=time.sleep,
    )
    answer = auditor.ask(asked, values)
    if as_json:
        sys.stdout.write(json.dumps(answer.records(), indent=2, ensure_ascii=False) + "\n")
    elif as_csv:
        write_csv(answer)
    else:
        out.print(answer_table(asked, answer))
        err.print(f"{len(answer.rows)} rows since {values['since']}, {answer.scanned_bytes / 1e6:.2f} MB scanned")


def list_queries(queries: dict[str, Query]) -> None:
    """Show which questions there are and what they need."""
    table = Table("query", "answers", "about", box=None, padding=(0, 2, 0, 0))
    for query in queries.values():
        table.add_row(
            query.name, query.question, "one --customer" if "subject_key" in query.parameters else "everybody"
        )
    out.print(table)


def write_csv(answer: Answer) -> None:
    """Write the rows to stdout with a heading."""
    writer = csv.writer(sys.stdout)
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)


def _chosen(queries: dict[str, Query], name: str, customer: str) -> Query:
    if name not in queries:
        raise InputError(f"there is no query {name!r}", f"one of {', '.join(queries)}")
    query = queries[name]
    if "subject_key" in query.parameters and not customer:
        raise InputError(f"{name} asks about one customer", f"attune audit {name} --customer ID")
    if customer and "subject_key" not in query.parameters:
        raise InputError(f"{name} asks about everybody, so --customer has no meaning here")
    return query
