"""What is recorded while a message is on its way to its place in the ledger: whatever came first counts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from moto import mock_aws

from attune.adapters.links import LinkClaim
from attune.adapters.queues import EscalationRequest
from attune.domain.contacts import ContactState, Ledger
from attune.domain.customers import Case
from attune.domain.journeys import JourneyStatus
from attune_cli.rights.forgetting import Forgetting
from attune_cli.rights.holdings import Holdings
from functions.record_feedback.unsubscribing import Unsubscribing
from functions.send_message.sending import Sending
from tests.support.crashing import Overtaken
from tests.support.events import identify
from tests.support.steps import in_journeys, step
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def ledger_of(world: World, customer_id: str = "ada") -> Ledger:
    customer = world.customers.load_unmerged(customer_id)
    assert customer is not None
    return customer.ledger


def overtaken(world: World, meanwhile: Callable[[], object]) -> Sending:
    """Return a sender that has asked the gate, and is overtaken in the moment before it reserves."""
    customers = Overtaken(world.customers, meanwhile)
    return replace(world.sending, steps=replace(world.steps, customers=customers))  # type: ignore[arg-type]


def unsubscribes(world: World) -> None:
    claim = LinkClaim(customer_id="ada", journey_id="cart_abandonment-1", channel="sms", locale="en")
    Unsubscribing(world.steps).unsubscribe(claim, ("sms", "email"))


def is_handed_to_a_person(world: World) -> None:
    case = Case(case_id="c", about="direct", opened_at=world.now, triggers=("asked_for_help",), queued=True)
    world.customers.save("ada", case)


def finds_it_unhelpful_and_wants_no_more_of_it(world: World) -> None:
    profile = world.customers.load("ada").profile  # type: ignore[union-attr]
    world.customers.save("ada", replace(profile, muted_topics="cart_abandonment"))


def has_the_journey_ended(world: World) -> None:
    journey = world.customers.load("ada").journeys["cart_abandonment-1"]  # type: ignore[union-attr]
    world.customers.save("ada", replace(journey, status=JourneyStatus.ENDED, ended_because="escalated"))


def is_forgotten(world: World) -> None:
    holdings = Holdings(world.dynamodb, "customers", "decisions")
    Forgetting(holdings).forget(holdings.find("ada"), world.now)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (unsubscribes, "opted_out"),
        (is_handed_to_a_person, "case_open"),
        (finds_it_unhelpful_and_wants_no_more_of_it, "topic_muted"),
        (has_the_journey_ended, "journey_over"),
    ],
)
@pytest.mark.parametrize("others_write_the_ledger", [False, True])
def test_what_was_recorded_before_the_place_was_reserved_stops_the_message(
    world, happens, why, others_write_the_ledger
):
    journey, _ = in_journeys(world, 2)

    def meanwhile() -> None:
        if others_write_the_ledger:
            world.customers.save("ada", ledger_of(world))
        happens(world)

    answer = overtaken(world, meanwhile).send(step(world, journey))

    assert world.texts == []
    assert (answer["outcome"], answer["reason"]) == ("end", why)
    assert world.choices("ada", "contact") == ["withheld"]
    assert ledger_of(world).contacts == ()


def test_a_place_that_is_reserved_only_after_contact_hours_ended_is_given_back_and_held(world):
    [journey] = in_journeys(world)
    world.now = datetime(2026, 11, 24, 19, 59, 59, tzinfo=UTC)

    def night_falls() -> None:
        world.now = datetime(2026, 11, 24, 20, 0, 20, tzinfo=UTC)

    answer = overtaken(world, night_falls).send(step(world, journey))

    assert (answer["outcome"], world.texts, ledger_of(world).contacts) == ("held", [], ())
    assert [row["reason_code"] for row in world.decisions("ada", "contact")] == ["quiet_hours"]


@pytest.mark.parametrize("contacts_before", [False, True])
def test_who_is_forgotten_while_a_place_is_reserved_gets_nothing_and_nothing_stays_behind(world, contacts_before):
    [journey] = in_journeys(world)
    if contacts_before:
        world.customers.save("ada", Ledger())

    answer = overtaken(world, lambda: is_forgotten(world)).send(step(world, journey))

    assert answer["outcome"] == "end"
    assert world.texts == []
    rows = world.dynamodb.scan(TableName="customers")["Items"]
    assert [row["sk"]["S"] for row in rows if row["pk"]["S"] == "CUSTOMER#ada"] == []


def becomes_ada(world: World) -> None:
    world.publish(identify("ada", world.now) | {"anonymousId": "d1"})


def visitor_in_a_journey(world: World) -> dict:
    world.publish(identify("ada", world.now, firstName="Ada"))
    [journey] = in_journeys(world, customer_id="anon:d1")
    return step(world, journey, customer_id="anon:d1")


def test_who_becomes_somebody_else_while_a_place_is_reserved_gets_one_message_that_their_ledger_knows(world):
    asked = visitor_in_a_journey(world)

    answers = [overtaken(world, lambda: becomes_ada(world)).send(asked), world.sending.send(asked)]

    assert {answer["outcome"] for answer in answers} == {"sent"}
    assert len(world.texts) == 1
    assert [contact.state for contact in ledger_of(world).contacts] == [ContactState.SENT]


def test_who_is_forgotten_while_their_case_is_opened_is_no_case_and_leaves_none(world):
    in_journeys(world)
    escalate = world.escalations.consumer.__self__
    customers = Overtaken(world.customers, lambda: is_forgotten(world), at=lambda item: isinstance(item, Case))
    slow = replace(escalate, steps=replace(world.steps, customers=customers))
    request = EscalationRequest(
        customer_id="ada", trigger="asked_for_help", at=world.now, message_id="m-1", text="My card was declined"
    )

    slow.from_queue(request.model_dump_json())

    assert world.support.messages == world.urgent.messages == []
    rows = world.dynamodb.scan(TableName="customers")["Items"]
    assert [row["sk"]["S"] for row in rows if row["pk"]["S"] == "CUSTOMER#ada"] == []
