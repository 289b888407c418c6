"""Every named question, asked of a scripted history whose truth is known: real exporter, real Parquet, real SQL."""

import base64
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlglot
from sqlglot import expressions as sql

from attune.adapters.clock import Clock
from attune.adapters.decision_columns import COLUMNS
from attune.adapters.decisions_table import to_row
from attune.adapters.results_lake import ResultsLake, question
from attune.domain.clock import ClockScale
from attune.domain.decisions import Decision, DecisionKind
from attune.domain.fairness.judging import judge
from attune.domain.fairness.limits import Measure as Fair
from attune.domain.fairness.records import records_of
from attune.domain.results import prices
from attune.domain.results.measures import results_of
from attune.domain.results.people import KINDS, Measure, by_journey
from attune.domain.results.prices import cost_of
from attune.reporting.report import report_page
from attune_cli.auditing.asking import Answer
from attune_cli.cdk import ROOT
from attune_cli.errors import CommandError
from attune_cli.reporting.reading import report_of_stage
from infra.components.lake import SCAN_LIMIT
from infra.components.lake_view import view_sql
from tests.infra.templates import Synthesised
from tests.support import crowd, fairness
from tests.support.history import CASE_ADA, at, history, subject, told
from tests.support.lake import QUERIES, Lake, image, local_lake
from tests.support.results import BEGAN, NOW, decision

STORIES = {"case_story", "why_customer"}
LONG_AGO, AFTER_THE_CROWD = date(2026, 1, 2), "2026-02-01"
"""When the crowd's rows reached the lake, and the first day of all questions that are not about it."""
SINCE = {"fairness_people": "2026-01-01"}
ABOUT = {"subject_key": subject("cem"), "case_id": CASE_ADA}

TRUTH: dict[str, list[dict[str, Any]]] = {
    "cadence_by_locale": [
        {"locale": "de", "channel": "email", "messages": 1, "customers": 1, "each": 1.0, "half_after_hours": None},
        {"locale": "en", "channel": "email", "messages": 3, "customers": 2, "each": 1.5, "half_after_hours": 120.0},
        {"locale": "en", "channel": "sms", "messages": 1, "customers": 1, "each": 1.0, "shortest_hours": None},
    ],
    "case_story": [
        {"kind": "moment", "choice": "started"},
        {"kind": "tone", "choice": "reminder/email.de"},
        {"kind": "delay", "choice": "24h"},
        {"kind": "contact", "choice": "sent", "why": "Because of sent."},
        {"kind": "outcome", "choice": "ordered"},
        {"kind": "escalation", "choice": "opened", "why": "Because of asked_for_help."},
        {"kind": "escalation", "choice": "claimed", "by": "person"},
        {"kind": "escalation", "choice": "resolved: helped", "by": "person"},
        {"kind": "outcome", "choice": "order_taken_back"},
    ],
    "changes_after_rollout": [
        {"version": "1.0.0", "moments": 8, "started": 6, "held_out": 1, "sent": 4, "withheld": 2, "cases": 4,
         "ordered_percent": 16.7, "harmed_percent": 16.7},
        {"version": "1.1.0", "moments": 1, "started": 1, "held_out": 0, "sent": 1, "withheld": 0, "cases": 0,
         "ordered_percent": 0.0, "harmed_percent": 0.0},
    ],
    "consent_changes": [
        {"day": "2026-11-02", "channel": "email", "choice": "granted", "source": "checkout", "customers": 2},
        {"day": "2026-11-02", "channel": "sms", "choice": "granted", "source": "checkout", "customers": 1},
        {"day": "2026-11-05", "channel": "email", "choice": "withdrawn", "source": "unsubscribe_link", "customers": 1},
        {"day": "2026-11-05", "channel": "sms", "choice": "withdrawn", "source": "unsubscribe_link", "customers": 1},
        {"day": "2026-11-10", "channel": "onsite", "choice": "granted", "source": "", "customers": 1},
    ],
    "cost_by_playbook": [
        {"playbook": "cart", "moments": 9, "journeys": 7, "touches": 6, "emails": 4, "texts": 1, "notes": 0,
         "usd_running": 0.0009, "usd_sending": 0.0104, "usd": 0.0113},
    ],
    "defects": [{"kind": "consent", "defects": "there is no reason", "decisions": 1}],
    "dry_run_differences": [
        {"channel": "email", "what": "sent", "dry": 1, "live": 4, "dry_percent": 50.0, "live_percent": 100.0},
        {"channel": "email", "what": "withheld: no_consent", "dry": 1, "live": 0, "dry_percent": 50.0},
        {"channel": "sms", "what": "sent", "dry": 0, "live": 1, "dry_percent": None, "live_percent": 100.0},
    ],
    "escalations_by_reason": [
        {"reason": "asked_for_help", "priority": "urgent", "cases": 1, "claimed": 1, "resolved": 1, "open": 0,
         "half_within_minutes": 60.0, "nine_in_ten_within_minutes": 60.0},
        {"reason": "no_approved_text", "priority": "normal", "cases": 1, "claimed": 0, "resolved": 0, "open": 1,
         "half_within_minutes": None},
    ],
    "experiment_results": [
        {"touch": 0, "arm": "holdout", "cases": 1, "ordered": 1, "ordered_percent": 100.0, "harmed": 0},
        {"touch": 1, "arm": "24h", "cases": 3, "ordered": 1, "ordered_percent": 33.3, "helpful": 1, "harmed": 0},
        {"touch": 1, "arm": "48h", "cases": 1, "ordered": 0, "helpful": 0, "harmed": 1, "harmed_percent": 100.0},
        {"touch": 2, "arm": "48h", "cases": 1, "ordered": 0, "helpful": 0, "harmed": 0},
    ],
    "fairness_findings": [
        {"found_on": "2026-11-23", "choice": "gap", "measure": "offer", "grouped_by": "locale", "people_group": "de",
         "points": 25.0, "low": 18.4, "high": 31.4, "people": 400, "others": 400},
        {"found_on": "2026-11-23", "choice": "explained", "measure": "escalation", "grouped_by": "locale",
         "people_group": "de", "points": 0.0, "people": 400, "others": 400},
    ],
    "fairness_people": crowd.TRUTH,
    "helpfulness_by_message": [
        {"message": "nudge", "channel": "sms", "helpful": 0, "not_helpful": 1, "helpful_percent": 0.0},
        {"message": "reminder", "channel": "email", "helpful": 1, "not_helpful": 0, "helpful_percent": 100.0},
    ],
    "offers_by_segment": [
        {"segment": "standard", "messages": 3, "with_offer": 0, "percent": 0.0, "customers": 2},
        {"segment": "unknown", "messages": 1, "with_offer": 0},
        {"segment": "vip", "messages": 1, "with_offer": 1, "percent": 100.0, "customers_with_offer": 1},
    ],
    "outcomes_by_arm": [
        {"touch": 0, "delay": "-", "what": "order_taken_back", "decisions": 1},
        {"touch": 0, "delay": "-", "what": "ordered", "decisions": 1},
        {"touch": 1, "delay": "24h", "what": "message", "decisions": 3},
        {"touch": 1, "delay": "24h", "what": "ordered", "decisions": 2},
        {"touch": 1, "delay": "24h", "what": "helpful", "decisions": 1},
        {"touch": 1, "delay": "48h", "what": "message", "decisions": 1},
        {"touch": 1, "delay": "48h", "what": "not_helpful", "decisions": 1},
        {"touch": 1, "delay": "48h", "what": "unsubscribed", "decisions": 1},
        {"touch": 2, "delay": "48h", "what": "message", "decisions": 1},
    ],
    "overdue_cases": [
        {"case_id": "case-eve-1", "opened_because": "no_approved_text", "resolved_at": None},
        {"case_id": "case-gus-1", "opened_because": "wants_a_person", "resolved_at": None},
    ],
    "policy_versions": [
        {"choice": "refitted", "about": "version 3", "by": "the machine", "choices": 10},
        {"choice": "stopped", "about": "cart, touch 1, 1h", "by": "the machine", "choices": 0},
        {"choice": "rolled_back", "about": "version 2", "by": "a person", "choices": 0},
    ],
    "time_to_claim": [{"opened_because": "asked_for_help", "cases": 1, "half_within_minutes": 10.0}],
    "time_to_resolution": [
        {"opened_because": "asked_for_help", "outcome": "helped", "cases": 1, "longest_minutes": 60.0}
    ],
    "tones_by_segment": [
        {"segment": "standard", "tone": "informal", "choices": 3, "customers": 2, "percent": 100.0},
        {"segment": "unknown", "tone": "advisory", "choices": 1, "customers": 1, "percent": 100.0},
        {"segment": "vip", "tone": "advisory", "choices": 1, "customers": 1, "percent": 100.0},
    ],
    "uncertain_sends": [{"reason": "no_answer", "journey_id": "j-fay", "touch": 1}],
    "unhelpful_texts": [
        {"message": "nudge", "channel": "sms", "text_locale": "en", "tone": "informal", "text_hash": "hash-nudge-e",
         "sent": 1, "not_helpful": 1, "helpful": 0, "complained": 0, "unsubscribed": 1},
    ],
    "why_customer": [
        {"kind": "moment", "choice": "started", "why": "Because of friction."},
        {"kind": "tone", "choice": "nudge/sms.en"},
        {"kind": "delay", "choice": "48h"},
        {"kind": "contact", "choice": "held", "why": "Because of quiet_hours."},
        {"kind": "contact", "choice": "held", "why": "Because of quiet_hours."},
        {"kind": "contact", "choice": "sent"},
        {"kind": "outcome", "choice": "not_helpful"},
        {"kind": "outcome", "choice": "unsubscribed"},
        {"kind": "consent", "choice": "withdrawn", "automated": "false"},
    ],
    "withheld_by_reason": [
        {"choice": "held", "reason": "quiet_hours", "messages": 2, "customers": 1},
        {"choice": "withheld", "reason": "dry_run", "messages": 1},
        {"choice": "withheld", "reason": "no_consent", "messages": 1},
    ],
}  # fmt: skip
"""What each question has to answer, row by row; columns that are not named here may say anything."""


def log() -> list[Decision]:
    """Return the history, and what a look at fairness found: every second German got an offer, and every fourth Briton.

    As many of both were handed to a person where words were approved; of a hundred Britons no text was.
    """
    seen = fairness.cells("de", 40, 400, measure=Fair.ESCALATION) + fairness.cells(
        "en", 40, 400, measure=Fair.ESCALATION
    )
    unapproved = fairness.cells("en", 100, 100, measure=Fair.ESCALATION, cause="no_approved_text")
    offers = fairness.cells("de", 200, 400) + fairness.cells("en", 100, 400)
    return [*history(), *records_of(judge([*offers, *seen, *unapproved], fairness.rules(), fairness.MONDAY))]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with local_lake(tmp_path_factory.mktemp("lake")) as running:
        running.export(crowd.crowd())
        running.move_to(LONG_AGO)
        decisions = log()
        running.export(decisions)
        running.export(decisions[::2])  # the stream delivers at least once
        yield running


def cells(answer: Answer, columns: set[str]) -> list[dict[str, Any]]:
    return [{name: number(value) for name, value in record.items() if name in columns} for record in answer.records()]


def number(value: str | None) -> object:
    """Return a cell as a number where it is one."""
    return float(value) if value is not None and re.fullmatch(r"-?\d+(\.\d+)?", value) else value


def ordered(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of a story in an order of their own: which of those of one instant comes first is chance."""
    return sorted(rows, key=lambda row: (row["kind"], row["choice"])) if name in STORIES else rows


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_question_is_answered_right(lake: Lake, name: str, record_property: Any) -> None:
    answer, seconds = min((timed(lake, name) for _ in range(2)), key=lambda one: one[1])
    record_property("seconds", round(seconds, 2))
    expected = [{column: number_of(value) for column, value in row.items()} for row in TRUTH[name]]
    found = ordered(name, cells(answer, {column for row in expected for column in row}))

    assert len(found) == len(expected), found
    expected = ordered(name, expected)
    assert [{column: row[column] for column in wanted} for row, wanted in zip(found, expected, strict=True)] == expected
    print(f"{name}: {seconds:.2f} s")  # noqa: T201 - the measured time


def number_of(value: object) -> object:
    return float(value) if isinstance(value, int) else value


def timed(lake: Lake, name: str) -> tuple[Answer, float]:
    began = time.monotonic()
    answer = lake.ask(name, since=SINCE.get(name, AFTER_THE_CROWD), **ABOUT)
    return answer, time.monotonic() - began


def test_every_query_has_its_truth() -> None:
    counted = {"decisions_by_kind"}  # held against the whole history below

    assert set(TRUTH) | counted == set(QUERIES)
    assert all(TRUTH.values())


def test_the_counts_by_kind_are_those_of_the_history_however_often_it_was_delivered(lake: Lake) -> None:
    answer = lake.ask("decisions_by_kind", since=AFTER_THE_CROWD).records()
    found = {(row["kind"], row["choice"]): int(row["decisions"] or 0) for row in answer}
    decisions = log()

    assert found == {
        (one.kind.value, one.choice): sum(1 for d in decisions if (d.kind, d.choice) == (one.kind, one.choice))
        for one in decisions
    }


def test_what_is_about_no_customer_counts_none(lake: Lake) -> None:
    answer = lake.ask("decisions_by_kind", since=AFTER_THE_CROWD).records()
    about = {
        kind: {int(row["customers"] or 0) for row in answer if row["kind"] == kind} for kind in ("fairness", "moment")
    }

    assert about["fairness"] == {0}
    assert min(about["moment"]) > 0


def test_stories_are_told_in_the_order_of_time(lake: Lake) -> None:
    for name in sorted(STORIES):
        times = [row["time"] for row in lake.ask(name, **ABOUT).records()]

        assert times == sorted(times)  # type: ignore[type-var]


def test_results_of_the_lake_are_those_of_the_history_however_often_it_was_delivered(lake: Lake) -> None:
    reader = ResultsLake(athena=lake.athena, clock=Clock(ClockScale()))
    read = list(reader.rows(at(-30), at(60)))
    found = results_of(read, {}, since=at(-30), now=at(60))
    rows = sorted((to_row(one, expires_at=0) for one in history()), key=lambda row: str(row["subject_key"]))
    ordered = next(one for one in found.effects if (one.measure, one.playbook) == (Measure.ORDERED, ""))
    spent = found.log.spent["cart"]

    assert found == results_of(rows, {}, since=at(-30), now=at(60))
    assert len(read) == sum(1 for one in history() if one.kind in KINDS)
    assert (ordered.treated, ordered.of_treated, ordered.held_out, ordered.of_held_out) == (1, 7, 1, 1)
    assert dict(found.log.withheld) == {("held", "quiet_hours"): 2}
    assert (found.log.cases["no_approved_text"].overdue, found.log.cases["asked_for_help"].resolved) == (1, [3600.0])
    assert found.log.texts["nudge", "sms", "en"].not_helpful == 1
    (cost,) = TRUTH["cost_by_playbook"]
    assert (spent.moments, spent.journeys, spent.touches, spent.emails, spent.texts) == (
        cost["moments"], cost["journeys"], cost["touches"], cost["emails"], cost["texts"],
    )  # fmt: skip
    assert round(cost_of(spent).total, 4) == cost["usd"]


def test_what_follows_a_merge_is_beside_the_moment_that_it_followed_from(lake: Lake) -> None:
    log = [
        decision("ada-as-a-visitor", "moment", "started", journey="cart-1"),
        decision("ada", "moment", "calm", days=1, journey="cart-2"),
        decision("ada", "consent", "granted", days=2, journey="nobody's"),
        decision("ada", "outcome", "ordered", days=2, journey="cart-1"),
    ]
    log[2]["journey_id"] = ""
    told = [{**row, "inputs": "{}", "dt": row["time"][:10], "dry_run": "false"} for row in log]
    values = ", ".join("(" + ", ".join(f"'{value}'" for value in row.values()) + ")" for row in told)
    asked = question(BEGAN, NOW, BEGAN.date()).replace(
        "FROM decisions", f"FROM (VALUES {values}) AS d ({', '.join(told[0])})"
    )
    found = list(lake.athena.ask(asked).records())

    assert [(row["subject_key"], row["choice"]) for row in found] == [
        ("ada", "calm"), ("ada", "granted"), ("ada-as-a-visitor", "started"), ("ada-as-a-visitor", "ordered"),
    ]  # fmt: skip
    by_id = {row["decision_id"]: row["subject_key"] for row in by_journey(log)}
    assert {row["decision_id"]: row["subject_key"] for row in found} == by_id


def test_the_report_of_a_stage_asks_its_lake_and_its_policies(lake: Lake) -> None:
    found = report_of_stage(lake.aws.stage(), ROOT / "templates", days=40, now=at(30))

    assert found.results.log.people == 8
    assert found.fairness is not None
    assert found.experiments == ()
    assert "8 people in the log" in report_page(found)


def test_the_view_holds_each_decision_once(lake: Lake) -> None:
    counts = "SELECT count(*) AS n, count(DISTINCT decision_id) AS d FROM"
    (bound,) = sqlglot.transpile(f"{counts} ({view_sql()})", "athena", "duckdb")
    (row,) = lake.athena.ask(bound).rows

    assert row == (str(len(log()) + len(crowd.crowd())),) * 2


@pytest.mark.parametrize("query", QUERIES.values(), ids=lambda query: query.name)
def test_every_query_reads_the_log_once_each_and_takes_values_only_as_parameters(query: Any) -> None:
    (statement,) = sqlglot.parse(query.sql, read="athena")
    assert isinstance(statement, sql.Query)
    tables = [table for table in statement.find_all(sql.Table) if table.name == "decisions"]
    windows = [window.sql("athena") for window in statement.find_all(sql.Window)]

    assert len(tables) == 1
    assert any("ROW_NUMBER() OVER (PARTITION BY decision_id" in window for window in windows)
    assert len(list(statement.find_all(sql.Placeholder))) == len(query.parameters)
    assert query.parameters[0] == "since"


ATTACKS = ("x' OR '1'='1", "x'; DROP TABLE decisions; --", "x' UNION SELECT 1 --", "$(id)", "a\x00b", "ü", "")


@pytest.mark.parametrize("value", ATTACKS)
@pytest.mark.parametrize("name", sorted(STORIES))
def test_a_value_is_never_more_than_a_value(lake: Lake, name: str, value: str) -> None:
    with pytest.raises(CommandError, match="cannot be the"):
        lake.ask(name, **dict.fromkeys(ABOUT, value))


def test_rows_of_an_older_schema_and_rows_with_unknown_fields_are_read_beside_new_ones(lake: Lake) -> None:
    consent = {"inputs": {"channels": "email"}, "journey": False}
    old, new = (told(name, DecisionKind.CONSENT, "granted", at(9), why="import", **consent) for name in ("old", "new"))
    before = {name: value for name, value in image(old).items() if name not in {"schema_version", "defects"}}
    lake.export_rows([before])
    lake.export_rows([image(new, from_the_future={"S": "x"})])

    answer = lake.ask("consent_changes").records()
    today = datetime.now(UTC).date()
    rows = lake.rows.by_day(today, today)[today]

    assert [row["customers"] for row in answer if row["source"] == "import"] == ["2"]
    assert lake.store.announced([today]).items() >= {(one.decision_id, rows[one.decision_id]) for one in (old, new)}


def test_the_view_is_what_athena_takes_for_one_with_the_columns_of_the_table(prod: Synthesised) -> None:
    view = prod.one("AWS::Glue::Table", stack="operations")["Properties"]["TableInput"]
    hidden = re.fullmatch(r"/\* Presto View: (\S+) \*/", view["ViewOriginalText"])
    assert hidden
    told = json.loads(base64.b64decode(hidden[1]))

    assert (view["Name"], view["TableType"], view["Parameters"]["presto_view"]) == (
        "decisions_once",
        "VIRTUAL_VIEW",
        "true",
    )
    assert told["originalSql"] == view_sql()
    assert (told["catalog"], told["schema"]) == ("awsdatacatalog", "attune_prod")
    assert [column["name"] for column in told["columns"]] == [*COLUMNS, "dt"]
    assert [column["Name"] for column in view["StorageDescriptor"]["Columns"]] == [*COLUMNS, "dt"]
    assert {column["type"] for column in told["columns"]} == {"varchar", "integer", "bigint", "boolean"}
    (statement,) = sqlglot.parse(view_sql(), read="athena")
    assert statement
    assert statement.named_selects == [*COLUMNS, "dt"]


def test_the_workgroup_ends_a_query_that_reads_too_much(prod: Synthesised) -> None:
    settings = prod.one("AWS::Athena::WorkGroup")["Properties"]["WorkGroupConfiguration"]

    assert settings["BytesScannedCutoffPerQuery"] == SCAN_LIMIT
    assert settings["EnforceWorkGroupConfiguration"] is True


def test_the_prices_of_a_playbook_are_those_of_the_costs_page() -> None:
    page = (ROOT / "docs" / "costs.md").read_text()
    one, two = (
        float(found) for found in re.findall(r"\| A journey with (?:one|two) emails? \|.*\| ([0-9.]+) \|", page)
    )
    silence = re.search(r"\| A moment answered with silence \|.*\| ([0-9.]+) \|", page)
    assert silence
    text = QUERIES["cost_by_playbook"].sql

    touch = round(two - one, 2)
    assert f"touches * {touch:.2f}" in text
    assert f"journeys * {one - touch:.2f}" in text
    assert f"(moments - journeys) * {silence[1]}" in text
    assert "emails * 100.00" in text
    assert (float(silence[1]), round(one - touch, 2), touch) == (prices.SILENCE, prices.JOURNEY, prices.TOUCH)
    assert "| SES, million emails | 100.00 |" in page


def test_every_column_of_the_table_is_documented() -> None:
    page = (ROOT / "docs" / "audit.md").read_text()

    assert [name for name in (*COLUMNS, "dt") if f"`{name}`" not in page] == []


def test_every_question_is_documented_with_what_it_answers() -> None:
    page = (ROOT / "docs" / "audit.md").read_text()

    assert [name for name, query in QUERIES.items() if f"| `{name}` | {query.question} |" not in page] == []
