"""Forget and export: everything goes, or is handed over; who comes back is new, and is not written to."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from attune_cli.commands import export, forget
from attune_cli.main import app
from attune_cli.rights.forgetting import Forgetting
from attune_cli.rights.holdings import Holdings
from tests.functions.test_whole_journeys import abandons_in_trouble, known
from tests.support.events import identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Ada, once a visitor, has got a message and written back; Bea has nothing to do with it."""
    with mock_aws():
        made = World(NOON)
        sqs = boto3.client("sqs", region_name="us-east-1")
        outputs = {"CustomersTable": "customers", "DecisionsTable": "decisions"}
        for name in ("Support", "SupportUrgent", "Quarantine"):
            outputs[f"{name}QueueUrl"] = sqs.create_queue(QueueName=name)["QueueUrl"]
        session = boto3.Session(region_name="us-east-1")
        stage = SimpleNamespace(session=session, output=outputs.__getitem__, outputs=outputs)
        for command in (forget, export):
            monkeypatch.setattr(command, "chosen_stage", lambda *_: stage)
        visitor = track("ada", "Product Viewed", made.now) | {"anonymousId": "tablet-7"}
        made.publish({name: value for name, value in visitor.items() if name != "userId"})
        made.publish(identify("ada", made.now) | {"anonymousId": "tablet-7"})
        for customer in ("ada", "bea"):
            known(made, customer, consents=("email",), email=f"{customer}@example.com", firstName=customer.title())
            abandons_in_trouble(made, customer)
        made.run(timedelta(days=5))
        made.publish(track("ada", "Message Replied", made.now, channel="email", text="I need help with the payment"))
        made.run(timedelta(minutes=5))
        for customer in ("ada", "bea"):
            body = json.dumps({"customer": {"customer_id": customer}, "said": "help"})
            sqs.send_message(QueueUrl=outputs["SupportQueueUrl"], MessageBody=body)
        yield made


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def rows(world: World) -> list[dict[str, Any]]:
    return [row for table in ("customers", "decisions") for row in world.dynamodb.scan(TableName=table)["Items"]]


def subject(world: World, customer: str) -> str:
    found = world.customers.load(customer)
    assert found is not None
    return found.profile.subject_key


def test_everything_about_a_forgotten_person_is_gone_and_everybody_else_is_untouched(world):
    ada, bea = subject(world, "ada"), subject(world, "bea")
    of_ada = ("#ada'", '"ada"', "ada@example.com", "tablet-7", ada)
    of_bea = ("#bea'", '"bea"', "bea@example.com", bea)
    before = [row for row in rows(world) if any(one in str(row) for one in of_bea)]

    code, text = run("forget", "ada", "--yes")

    assert code == 0
    left = rows(world)
    assert not [row for row in left if any(one in str(row) for one in of_ada)]
    assert [row for row in left if any(one in str(row) for one in of_bea)] == before
    assert before
    proof = json.loads(text)
    assert proof["left_behind"] == 0
    assert proof["addresses_suppressed"] >= 1
    assert {"profile", "consent", "contacts", "session", "journey", "case", "decisions", "identifiers"} <= set(
        proof["removed"]
    )
    assert proof["removed"]["support queue"] == 1
    assert not any(one in text for one in of_ada)
    assert len(proof["sha256_of_removed"]) == 64


def test_the_case_of_somebody_else_stays_in_the_queue(world):
    run("forget", "ada", "--yes")

    sqs = boto3.client("sqs", region_name="us-east-1")
    url = sqs.get_queue_url(QueueName="Support")["QueueUrl"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    waiting = int(counts["ApproximateNumberOfMessages"]) + int(counts["ApproximateNumberOfMessagesNotVisible"])
    assert waiting == 1


def test_a_visitor_who_became_the_customer_is_found_by_either_name(world):
    code, _ = run("forget", "anon:tablet-7", "--yes")

    assert code == 0
    assert world.customers.load("ada") is None
    assert world.customers.load("anon:tablet-7") is None


def test_who_comes_back_is_new_and_is_not_written_to_at_the_old_address(world):
    old = subject(world, "ada")
    run("forget", "ada", "--yes")
    sent = len(world.emails)

    known(world, "ada", consents=("email",), email="ada@example.com")
    abandons_in_trouble(world, "ada", cart_id="another")
    world.run(timedelta(days=12))

    back = world.customers.load("ada")
    assert subject(world, "ada") != old
    assert not back.cases
    assert len(world.emails) == sent
    assert {"suppressed", "forgotten"} & {row["reason_code"] for row in world.decisions("ada", "contact")}


def test_forgetting_somebody_again_says_that_there_is_nobody(world):
    run("forget", "ada", "--yes")

    code, text = run("forget", "ada", "--yes")

    assert code != 0
    assert "no customer 'ada'" in text


def test_without_a_yes_nobody_is_forgotten(world):
    result = CliRunner().invoke(app, ["forget", "ada"], input="n\n")

    assert result.exit_code != 0
    assert world.customers.load("ada") is not None


def test_an_export_holds_everything_but_our_keys(world, tmp_path):
    ada = world.customers.load("ada")
    path = tmp_path / "ada.json"

    code, _ = run("export", "ada", "--output", str(path))
    copy = json.loads(path.read_text())

    assert code == 0
    assert path.stat().st_mode & 0o077 == 0
    held = {item["what"].partition("#")[0] for item in copy["held"]["ada"]}
    assert {"PROFILE", "CONSENT", "CONTACTS", "SESSION", "JOURNEY", "CASE"} <= held
    assert set(copy["customer_ids"]) == {"ada", "anon:tablet-7"}
    assert ada.profile.subject_secret not in path.read_text()
    assert len(copy["decisions"]) >= len(world.decisions("ada", "moment")) + len(world.decisions("ada", "contact"))
    assert all(one["why"] for one in copy["decisions"])
    assert "bea@example.com" not in path.read_text()


def test_an_export_changes_nothing(world):
    before = rows(world)

    assert run("export", "ada")[0] == 0

    assert rows(world) == before


def test_what_a_function_at_work_writes_back_while_somebody_is_forgotten_goes_as_well(world):
    consent, delete, late = world.customers.load("ada").consent, world.dynamodb.delete_item, []

    def deleting(**request: Any) -> Any:
        answer = delete(**request)
        if request["Key"] == {"pk": {"S": "CUSTOMER#ada"}, "sk": {"S": "CONSENT"}} and not late:
            late.append(world.customers.save("ada", replace(consent, version=0)))
        return answer

    holdings = Holdings(world.dynamodb, "customers", "decisions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.dynamodb, "delete_item", deleting)
        proof = Forgetting(holdings).forget(holdings.find("ada"), world.now)

    assert late
    assert proof.left == 0
    assert not [row for row in rows(world) if row["pk"]["S"] == "CUSTOMER#ada"]


def test_what_is_written_back_later_goes_when_they_are_forgotten_once_more(world):
    consent = world.customers.load("ada").consent
    run("forget", "ada", "--yes")
    world.customers.save("ada", replace(consent, version=0))

    code, text = run("forget", "ada", "--yes")

    assert code == 0
    assert json.loads(text)["removed"] == {"consent": 1}
    assert run("forget", "ada", "--yes")[0] == 1
