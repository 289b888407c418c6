"""`attune audit`: ask the decision log a named question, or whether it is whole."""

import csv
import json
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from attune.adapters.lake_rows import LakeRows
from attune.adapters.seal_store import SealStore
from attune_cli.auditing.asking import PATIENCE, Answer, Auditor
from attune_cli.auditing.queries import Query, load_queries
from attune_cli.auditing.sentences import sentences
from attune_cli.auditing.tables import answer_table
from attune_cli.auditing.verifying import told, verify
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import counted, err, out
from attune_cli.errors import InputError
from attune_cli.stage import Stage
from attune_cli.subjects import find_subject_key

VERIFY = "verify"
DAYS = 90
ONE = {"subject_key": ("--customer ID", "one customer"), "case_id": ("--case ID", "one case")}
"""Which option gives a parameter, and what a question with it is about."""


def audit(
    query: Annotated[
        str | None, typer.Argument(help="Which question, or `verify`; without one the questions are listed.")
    ] = None,
    *,
    customer: Annotated[str, typer.Option(help="Customer id, for questions about one customer.")] = "",
    case: Annotated[str, typer.Option(help="Case id, for questions about one case.")] = "",
    days: Annotated[int | None, typer.Option(help=f"How many days back ({DAYS}).", min=1, max=3650)] = None,
    first: Annotated[str, typer.Option("--from", help="First day instead of --days, YYYY-MM-DD.")] = "",
    last: Annotated[str, typer.Option("--to", help="verify: last day, YYYY-MM-DD.")] = "",
    head: Annotated[str, typer.Option(help="verify: the hash of a seal that you noted down.")] = "",
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the rows as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Answer in sentences.")] = False,
) -> None:
    """Ask the decision log in S3: what was decided, for whom, why, how often; `verify`: is it whole?

    The questions are the Athena queries in infra/queries; the same ones run in the Athena console.
    """
    if as_json + as_csv + plain > 1:
        raise InputError("--json, --csv and --plain exclude each other")
    began = _day("--from", first)
    if query == VERIFY:
        _refuse_with_verify(customer, case, days, as_csv=as_csv)
        _verify(chosen_stage(stage, endpoint_url), began, _day("--to", last), head, as_json=as_json)
        return
    if last or head:
        raise InputError("--to and --head belong to verify", "attune audit verify --from DAY --to DAY")
    queries = load_queries()
    if query is None:
        list_queries(queries)
        return
    if began and days:
        raise InputError("--from and --days exclude each other")
    asked = _chosen(queries, query, {"subject_key": customer, "case_id": case})
    since = began or datetime.now(UTC).date() - timedelta(days=days or DAYS)
    target = chosen_stage(stage, endpoint_url)
    values = {"since": since.isoformat(), "case_id": case}
    if "subject_key" in asked.parameters:
        dynamodb = target.session.client("dynamodb")
        values["subject_key"] = find_subject_key(dynamodb, target.output("CustomersTable"), customer)
    answer = _auditor(target).ask(asked, values)
    if as_json:
        sys.stdout.write(json.dumps(answer.records(), indent=2, ensure_ascii=False) + "\n")
    elif as_csv:
        write_csv(answer)
    elif plain:
        for sentence in sentences(asked, answer, since=values["since"]):
            out.print(sentence, markup=False)
    else:
        out.print(answer_table(asked, answer))
        err.print(
            f"{counted(len(answer.rows), 'row')} since {values['since']}, {answer.scanned_bytes / 1e6:.2f} MB scanned"
        )


def _auditor(target: Stage) -> Auditor:
    return Auditor(target.athena(patience=PATIENCE), target.is_local)


def _verify(target: Stage, first: date | None, last: date | None, head: str, *, as_json: bool) -> None:
    lake = LakeRows(target.athena())
    store = SealStore(target.session.client("s3"), target.output("EvidenceBucket"))
    verified = verify(lake, store, first=first, last=last, head=head, now=datetime.now(UTC))
    if as_json:
        sys.stdout.write(json.dumps(verified.as_json(), indent=2) + "\n")
    else:
        for line in told(verified):
            out.print(line, markup=False, soft_wrap=True)
    if not verified.is_intact:
        raise typer.Exit(1)


def _refuse_with_verify(customer: str, case: str, days: int | None, *, as_csv: bool) -> None:
    given = {"--customer": customer, "--case": case, "--days": days, "--csv": as_csv}
    for name, value in given.items():
        if value:
            raise InputError(f"verify knows no {name}", "attune audit verify --from DAY --to DAY")


def list_queries(queries: dict[str, Query]) -> None:
    """Show which questions there are and what they need."""
    table = Table("query", "answers", "about", box=None, padding=(0, 2, 0, 0))
    for query in queries.values():
        about = next((what for name, (_, what) in ONE.items() if name in query.parameters), "everybody")
        table.add_row(query.name, query.question, about)
    table.add_row(VERIFY, "Is the log whole: was anything changed, taken out or put in?", "every day")
    out.print(table)


def write_csv(answer: Answer) -> None:
    """Write the rows to stdout with a heading."""
    writer = csv.writer(sys.stdout)
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)


def _chosen(queries: dict[str, Query], name: str, given: dict[str, str]) -> Query:
    if name not in queries:
        raise InputError(f"there is no query {name!r}", f"one of {', '.join(queries)}, or {VERIFY}")
    query = queries[name]
    about = next((ONE[parameter] for parameter in ONE if parameter in query.parameters), None)
    for parameter, (option, what) in ONE.items():
        if parameter in query.parameters and not given[parameter]:
            raise InputError(f"{name} asks about {what}", f"attune audit {name} {option}")
        if given[parameter] and parameter not in query.parameters:
            asks = about[1] if about else "everybody"
            raise InputError(f"{name} asks about {asks}, so {option.split()[0]} has no meaning here")
    return query


def _day(option: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"{option} {text!r} is no day", "a day such as 2026-11-21") from error
