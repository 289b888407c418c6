"""What support says it did: kept on the case, written down once, and timed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.adapters.case_events import AnnouncedQueue, CaseAnnouncer
from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.queues import EscalationRequest
from attune.domain.clock import ClockScale
from attune.domain.customers import Case
from tests.support.events import track
from tests.support.stage import a_stage, handler
from tests.support.steps import in_journeys
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(TUESDAY_NOON)
        in_journeys(world)
        world.escalations.send(
            EscalationRequest(
                customer_id="ada", trigger="asked_for_help", at=world.now, message_id="m1", text="help me, please"
            )
        )
        world.run(MINUTE)
        yield world


def only_case(world: World) -> Case:
    ada = world.customers.load("ada")
    assert ada is not None
    [case] = ada.cases.values()
    return case


def said(world: World, event: str, **properties: Any) -> dict[str, Any]:
    return track("ada", event, world.now, case_id=only_case(world).case_id, **properties)


def rows(world: World) -> list[tuple[str, int]]:
    found = [(row["choice"], json.loads(row["inputs"])) for row in world.decisions("ada", "escalation")]
    return [(choice, inputs["seconds_open"]) for choice, inputs in found if choice != "opened"]


def test_claim_reply_and_end_are_written_down_with_how_long_the_customer_waited(world):
    world.run(4 * MINUTE)
    world.publish(said(world, "Case Claimed", agent_id="sam"))
    world.run(5 * MINUTE)
    world.publish(said(world, "Case Replied", agent_id="sam", channel="phone"))
    world.run(10 * MINUTE)
    world.publish(said(world, "Case Resolved", agent_id="sam", outcome="solved", tags=["payment", "card"]))

    assert rows(world) == [("claimed", 300), ("replied", 600), ("resolved", 1200)]
    case = only_case(world)
    assert (case.claimed_by, case.claimed_at) == ("sam", TUESDAY_NOON + 5 * MINUTE)
    assert case.resolved_at == TUESDAY_NOON + 20 * MINUTE


def test_the_end_of_a_case_says_how_and_what_about_and_never_who(world):
    world.publish(said(world, "Case Resolved", agent_id="sam", outcome="solved", tags=["payment", "card"]))

    [row] = [row for row in world.decisions("ada", "escalation") if row["choice"] == "resolved"]
    inputs = json.loads(row["inputs"])
    assert (inputs["outcome"], inputs["tags"], inputs["trigger"]) == ("solved", "payment,card", "asked_for_help")
    assert row["automated"] is False
    assert "sam" not in json.dumps(row, default=str)


def test_whatever_is_told_again_changes_nothing_and_the_first_claim_stays_the_first(world):
    world.publish(said(world, "Case Claimed", agent_id="sam"))
    world.run(MINUTE)
    world.publish(said(world, "Case Claimed", agent_id="kim"), said(world, "Case Resolved"))
    world.run(MINUTE)
    world.publish(said(world, "Case Resolved"))

    assert [choice for choice, _ in rows(world)] == ["claimed", "resolved"]
    assert only_case(world).claimed_by == "sam"


def test_a_case_that_is_nobodys_changes_nothing(world):
    before = only_case(world)
    world.publish(track("ada", "Case Resolved", world.now, case_id="case-of-somebody-else"))

    assert only_case(world) == before
    assert rows(world) == []


def test_how_long_customers_waited_is_counted_once(world, capsys):
    world.run(4 * MINUTE)
    for _ in range(2):
        world.publish(said(world, "Case Claimed", agent_id="sam"))
        world.publish(said(world, "Case Resolved", agent_id="sam"))

    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"TimeTo' in line]
    assert [blob.get("TimeToClaim", blob.get("TimeToResolution")) for blob in counted] == [[300.0], [300.0]]


def test_a_new_case_is_told_on_the_bus_without_the_customers_words_and_an_update_is_not(monkeypatch):
    with a_stage(monkeypatch) as stage:
        world = CustomersTable(stage.dynamodb, "customers", Clock(ClockScale()))
        world.load_or_create("ada")
        escalate = handler("escalate").lambda_handler
        for number in range(2):
            request = EscalationRequest(
                customer_id="ada",
                trigger="wants_a_person",
                at=TUESDAY_NOON,
                message_id=f"m{number}",
                text="my secret sorrow",
            )
            record = {"messageId": "q", "body": request.model_dump_json()}
            assert escalate({"Records": [record]}, None) == {"batchItemFailures": []}

        [told] = [said["detail"] for said in stage.received("bus_listener")]
        assert len(stage.received("support")) == 2
    assert (told["event"], told["userId"]) == ("Case Opened", "ada")
    assert told["properties"]["summary"].startswith("The customer wants to speak with a person.")
    assert "sorrow" not in str(told)


class Broken:
    """A bus that takes nothing."""

    def put_events(self, **_: Any) -> dict[str, Any]:
        return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "InternalFailure"}]}


def test_a_bus_that_takes_nothing_does_not_keep_a_case_from_support(world):
    message = {**world.support.messages[0]}
    sent: list[dict[str, Any]] = []

    class Queue:
        def send_message(self, **message: Any) -> None:
            sent.append(message)

    AnnouncedQueue(Queue(), "url", CaseAnnouncer(Broken(), "bus")).send(message)  # type: ignore[arg-type]

    assert len(sent) == 1
