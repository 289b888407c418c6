"""`attune identity`: who is behind a customer id, and how a merge is taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.identities import Identities
from attune.adapters.identity_links import IdentityLinks
from attune.adapters.merges import Merges
from attune.domain.clock import ClockScale
from attune.domain.identifiers import Identifier, IdentifierType, IdentityClaim
from attune.domain.sessions import Session
from attune_cli.commands import identity
from attune_cli.main import app
from tests.support.tables import create_tables

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def customers(monkeypatch: pytest.MonkeyPatch) -> Iterator[CustomersTable]:
    """Return the customers of a stage on which ada signed in on a device that had been somebody's before."""
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        create_tables(dynamodb)
        boto3.client("secretsmanager").create_secret(Name="identity-key", SecretString="a key")
        outputs = {"CustomersTable": "customers", "DecisionsTable": "decisions", "IdentityKeySecret": "identity-key"}
        stage = SimpleNamespace(session=boto3.Session(), output=outputs.__getitem__)
        monkeypatch.setattr(identity, "chosen_stage", lambda *_: stage)
        clock = Clock(ClockScale())
        table = CustomersTable(dynamodb, "customers", clock)
        table.load_or_create("anon:tablet")
        table.save("anon:tablet", Session("main"))
        merges = Merges(table, DecisionsTable(dynamodb, "decisions", clock, "test"))
        identifiers = (Identifier(IdentifierType.USER, "ada"), Identifier(IdentifierType.ANONYMOUS, "tablet"))
        claim = IdentityClaim(message_id="m", customer_id="ada", time=NOON, identifiers=identifiers)
        Identities(IdentityLinks(dynamodb, "customers"), merges, "a key").claim(claim)
        yield table


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["identity", *words])
    return result.exit_code, result.output


@pytest.mark.usefixtures("customers")
def test_show_says_who_a_merged_customer_is_now_and_by_what_they_are_known():
    code, text = run("show", "anon:tablet")

    assert code == 0
    assert "anon:tablet was merged into ada" in text
    assert "claimed ada 2026-11-24 12:00" in text


def test_separate_makes_them_two_again(customers):
    code, text = run("separate", "anon:tablet")

    assert code == 0
    assert "anon:tablet and ada are two customers again" in text
    there, here = customers.load("anon:tablet"), customers.load("ada")
    assert there is not None
    assert here is not None
    assert there.customer_id == "anon:tablet"
    assert list(there.sessions) == ["main"]
    assert not here.sessions


@pytest.mark.usefixtures("customers")
@pytest.mark.parametrize(
    ("words", "said"), [(("show", "nobody"), "no customer"), (("separate", "ada"), "was not merged")]
)
def test_who_cannot_be_found_or_was_never_merged_gets_a_clear_answer(words, said):
    code, text = run(*words)

    assert code == 1
    assert said in text
