"""`attune audit` as it is typed: the list, the refusals, the pseudonym, the table."""

import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from rich.console import Console
from typer.testing import CliRunner

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.clock import ClockScale
from attune.domain.customers import keyed_hash
from attune_cli.auditing.asking import Answer
from attune_cli.auditing.queries import load_queries
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nonsense"], "there is no query 'nonsense'"),
        (["why_customer"], "asks about one customer"),
        (["withheld_by_reason", "--customer", "c-1"], "asks about everybody"),
        (["withheld_by_reason", "--json", "--csv"], "exclude each other"),
        (["withheld_by_reason", "--days", "0"], "days"),
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
    assert "2026-11-21 08:00:00" in text
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
