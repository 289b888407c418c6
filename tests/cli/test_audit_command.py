"""`attune audit` as it is typed: the list, the refusals, the pseudonym, the table."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
import sqlglot
from moto import mock_aws
from rich.console import Console
from typer.testing import CliRunner

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.clock import ClockScale
from attune.domain.customers import keyed_hash
from attune_cli.auditing.asking import Answer
from attune_cli.auditing.queries import Query, load_queries
from attune_cli.auditing.sentences import sentence, sentences
from attune_cli.auditing.tables import answer_table
from attune_cli.errors import CommandError
from attune_cli.main import app
from attune_cli.subjects import find_subject_key


def shown(answer: Answer, name: str, width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO())
    with console.capture() as captured:
        console.print(answer_table(load_queries()[name], answer))
    return captured.get()


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    """A DynamoDB with an empty table of customers."""
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName="customers",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def test_without_a_query_the_questions_are_listed() -> None:
    result = CliRunner().invoke(app, ["audit"])

    assert result.exit_code == 0
    assert "why_customer" in result.stdout
    assert "withheld_by_reason" in result.stdout
    assert "verify" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "there is no query 'nonsense'"),
        (["why_customer"], "asks about one customer"),
        (["withheld_by_reason", "--customer", "c-1"], "asks about everybody"),
        (["withheld_by_reason", "--json", "--csv"], "exclude each other"),
        (["withheld_by_reason", "--days", "0"], "days"),
        (["case_story"], "asks about one case"),
        (["case_story", "--customer", "c-1"], "asks about one case"),
        (["withheld_by_reason", "--case", "c-1"], "asks about everybody, so --case has no meaning"),
        (["withheld_by_reason", "--plain", "--csv"], "exclude each other"),
        (["withheld_by_reason", "--from", "yesterday"], "--from 'yesterday' is no day"),
        (["withheld_by_reason", "--from", "2026-11-01", "--days", "3"], "--from and --days exclude each other"),
        (["withheld_by_reason", "--to", "2026-11-01"], "belong to verify"),
        (["verify", "--customer", "c-1"], "verify knows no --customer"),
        (["verify", "--csv"], "verify knows no --csv"),
    ],
)
def test_what_cannot_be_asked_ends_with_2_and_a_reason(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["audit", *arguments])

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_customers_pseudonym_comes_from_the_secret_on_the_profile(dynamodb: Any) -> None:
    known = CustomersTable(dynamodb, "customers", Clock(ClockScale())).load_or_create("c-1")

    found = find_subject_key(dynamodb, "customers", "c-1")

    assert found == keyed_hash(known.profile.subject_secret, "c-1")


def test_an_unknown_customer_is_said_to_be_unknown(dynamodb: Any) -> None:
    with pytest.raises(CommandError, match="no profile of customer 'c-2'"):
        find_subject_key(dynamodb, "customers", "c-2")


def test_the_table_fits_100_columns_and_says_the_shared_values_once() -> None:
    columns = ("time", "kind", "choice", "why", "journey_id", "dry_run")
    why = "It is night where the customer is, so the message waits until nine in the morning."
    rows = tuple((f"2026-11-2{n}T08:00:00.000Z", "contact", "held", why, "j" * 40, "false") for n in (1, 2))

    text = shown(Answer(columns, rows), "why_customer")

    assert max(len(line) for line in text.splitlines()) <= 100
    assert "What was decided for one customer, and why?" in text
    assert "2026-11-21 08:00" in text
    assert "dry run false" in " ".join(text.split())
    assert text.count("j" * 40) == 1


def test_an_answer_without_rows_says_so() -> None:
    assert "no rows" in shown(Answer(("kind",), ()), "decisions_by_kind")


def test_counts_stay_in_their_columns_even_where_they_are_all_the_same() -> None:
    columns = ("kind", "choice", "decisions", "automated")
    rows = (("contact", "sent", "1", "1"), ("contact", "held", "1", "1"))

    text = shown(Answer(columns, rows), "decisions_by_kind")

    assert "in every row" not in text
    assert "decisions" in text
    assert "automated" in text


@pytest.mark.parametrize("width", [80, 100])
def test_a_table_that_does_not_fit_becomes_a_list_in_which_nothing_is_cut(width: int) -> None:
    columns = tuple(f"column_number_{n}" for n in range(9))
    rows = tuple(tuple(f"value-{row}-{n}-{'x' * 12}" for n in range(9)) for row in range(2))

    text = shown(Answer(columns, rows), "cost_by_playbook", width)

    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    assert all(cell in text for row in rows for cell in row)


def test_a_narrow_table_stays_a_table_with_its_numbers_on_the_right() -> None:
    rows = (("vip", "7"), ("standard", "12"))

    text = shown(Answer(("segment", "choices"), rows), "tones_by_segment", 80)

    lines = [line.rstrip() for line in text.splitlines() if "vip" in line or "standard" in line]
    assert len(lines) == 2
    assert lines[0].index("7") == lines[1].index("12") + 1


def test_an_answer_in_sentences_says_each_row_in_the_words_of_its_query() -> None:
    query = load_queries()["tones_by_segment"]
    answer = Answer(("segment", "tone", "choices", "customers", "percent"), (("vip", "advisory", "3", "2", "60.0"),))

    said = list(sentences(query, answer, since="2026-11-01"))

    assert said == [
        "Who was written to in which tone, by segment? (Since 2026-11-01.)",
        "Texts chosen for the segment vip: 60.0 % in the tone advisory (3 choices, 2 customers).",
    ]


def test_no_rows_are_said_in_words_as_well() -> None:
    said = list(sentences(load_queries()["defects"], Answer((), ()), since="2026-11-01"))

    assert said[-1] == "Nothing of the kind is in the log."


def test_what_is_unknown_is_said_to_be_and_nothing_steers_the_terminal() -> None:
    query = load_queries()["why_customer"]
    record = {"time": "2026-11-24T12:00:30.000Z", "kind": "contact", "choice": None, "why": "It was \x1b[2Jnight."}

    assert sentence(query, record) == "2026-11-24 12:00 UTC: contact unknown. It was  [2Jnight."


def test_a_clause_is_left_out_where_its_value_is_unknown() -> None:
    query = replace(load_queries()["defects"], words="Sent {sent}[; half within {hours} hours].")

    assert sentence(query, {"sent": "3", "hours": "2.5"}) == "Sent 3; half within 2.5 hours."
    assert sentence(query, {"sent": "3", "hours": None}) == "Sent 3."


def test_a_query_without_words_of_its_own_names_its_columns() -> None:
    query = replace(load_queries()["defects"], words="")

    assert sentence(query, {"kind": "tone", "first_time": None}) == "kind tone; first time unknown."


@pytest.mark.parametrize("query", load_queries().values(), ids=lambda query: query.name)
def test_every_sentence_uses_columns_of_its_query(query: Query) -> None:
    (statement,) = sqlglot.parse(query.sql, read="athena")
    assert statement
    slots = set(re.findall(r"\{([a-z_]+)\}", query.words))

    assert slots <= set(statement.named_selects)  # type: ignore[attr-defined]
    assert query.words.endswith((".", "}", "]")) or not query.words
