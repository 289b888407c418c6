"""Uncertain sends: found, counted as sent, and resolved where the provider can tell."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.domain.complaint_brake import Brake
from attune.domain.contacts import Contact, ContactState
from attune.domain.errors import UncertainDeliveryError
from tests.functions.test_gate_fallback import told, with_delivery
from tests.support.crashing import KilledError
from tests.support.events import identify
from tests.support.senders import sns
from tests.support.steps import in_journeys, step
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


class Silent:
    """An email provider that takes the message, or not, and never says so."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send(self, *args: Any, **kwargs: Any) -> str:
        raise self.error


def from_ses(world: World, kind: str, *, journey: str = "cart_abandonment-1", touch: str = "1", **details: Any) -> str:
    """Return what SES says later, with the tags that every email of ours carries."""
    name = kind[0].lower() + kind[1:]
    mail = {
        "messageId": "ses-1",
        "destination": ["ada@example.com"],
        "timestamp": world.now.isoformat(),
        "tags": {"journey": [journey], "touch": [touch], "playbook": ["cart_abandonment"]},
    }
    return sns({"eventType": kind, "mail": mail, name: {"timestamp": world.now.isoformat(), **details}})


def the_contact(world: World) -> Contact:
    ada = world.customers.load("ada")
    assert ada is not None
    [contact] = ada.ledger.contacts
    return contact


def known_by_address(world: World) -> None:
    """Let the address lead to the customer, as it does for everybody who came in by events."""
    world.publish(identify("ada", world.now, email="ada@example.com"))


@pytest.mark.parametrize("kind", ["Send", "Delivery", "DeliveryDelay", "Bounce", "Complaint", "Open", "Click"])
@pytest.mark.parametrize("error", [UncertainDeliveryError("no_answer", "the answer never came"), KilledError()])
def test_an_event_of_ses_about_our_message_makes_the_uncertain_one_sent(world, kind, error):
    known_by_address(world)
    [journey] = in_journeys(world)
    with_delivery(world, email=Silent(error))
    try:
        world.sending.send(step(world, journey, channel="email"))
    except KilledError:
        assert the_contact(world).state is ContactState.RESERVED

    world.now += timedelta(minutes=1)
    for _ in range(3):
        world.deliver(from_ses(world, kind))

    assert (the_contact(world).state, the_contact(world).provider_id) == (ContactState.SENT, "ses-1")
    assert told(world, "contact")[-1] == ("confirmed", "provider_confirmed")
    assert [choice for choice, _ in told(world, "contact")].count("confirmed") == 1
    world.now += timedelta(minutes=1)
    assert world.sending.send(step(world, journey, channel="email"))["outcome"] == "sent"
    assert world.emails == []


@pytest.mark.parametrize("kind", ["Reject", "Rendering Failure"])
def test_a_rejection_makes_it_failed_and_frees_its_place(world, kind):
    known_by_address(world)
    [journey] = in_journeys(world)
    with_delivery(world, email=Silent(UncertainDeliveryError("no_answer", "the answer never came")))
    world.sending.send(step(world, journey, channel="email"))

    world.deliver(from_ses(world, kind))

    assert the_contact(world).state is ContactState.FAILED
    assert told(world, "contact")[-1] == ("rejected", "provider_rejected")


def test_an_answer_that_comes_late_does_not_make_uncertain_what_ses_has_told_of(world):
    """The event overtakes the timeout of the very call that it is about."""
    known_by_address(world)
    [journey] = in_journeys(world)

    class Overtaken:
        def send(self, *args: Any, **kwargs: Any) -> str:
            world.deliver(from_ses(world, "Send"))
            raise UncertainDeliveryError("no_answer", "the answer never came")

    with_delivery(world, email=Overtaken())

    world.sending.send(step(world, journey, channel="email"))

    assert the_contact(world).state is ContactState.SENT


@pytest.mark.parametrize(
    "body",
    [
        {"journey": "somebody-elses"},
        {"touch": "2"},
        {"touch": "one"},
        {"journey": ""},
    ],
)
def test_events_about_other_messages_change_nothing(world, body):
    known_by_address(world)
    [journey] = in_journeys(world)
    with_delivery(world, email=Silent(UncertainDeliveryError("no_answer", "the answer never came")))
    world.sending.send(step(world, journey, channel="email"))

    world.deliver(from_ses(world, "Delivery", **body))

    assert the_contact(world).state is ContactState.UNCERTAIN


# What people complain about, from event to brake


def test_deliveries_and_complaints_reach_the_brake_each_once(world):
    known_by_address(world)
    in_journeys(world)
    for number in range(3):
        body = from_ses(world, "Delivery").replace("ses-1", f"ses-{number}")
        for _ in range(2):
            world.deliver(body)
    for number in range(2):
        complaint = from_ses(world, "Complaint", complainedRecipients=[{"emailAddress": "ada@example.com"}])
        for _ in range(2):
            world.deliver(complaint.replace("ses-1", f"ses-{number}"))
    world.deliver(from_ses(world, "Complaint", complaintFeedbackType="not-spam").replace("ses-1", "ses-9"))

    [today, *_] = world.complaints.read(world.now.date())

    assert (today.delivered, today.complaints) == (3, 2)
    assert world.sending.complaints.brake(world.now) is Brake.ON


def test_complaints_hold_promotional_emails_and_they_leave_when_the_days_are_over(world):
    [journey] = in_journeys(world)
    for number in range(2):
        world.deliver(from_ses(world, "Complaint", journey="another").replace("ses-1", f"x-{number}"))
    promotional = step(world, journey, channel="email")
    promotional["plan"] = {**promotional["plan"], "message": "cart_last_offer"}

    held = world.sending.send(promotional)
    service = world.sending.send(step(world, journey, channel="email", touch=2))

    assert held["outcome"] == "held"
    assert sorted(told(world, "contact")) == [("held", "complaint_brake"), ("sent", "sent")]
    assert service["outcome"] == "sent"
    world.now += timedelta(days=7)
    assert world.sending.send({**promotional, "attempt": 2, "entered_at": world.now.isoformat()})["outcome"] == "sent"


def test_a_batch_whose_complaints_cannot_be_counted_comes_again(world):
    known_by_address(world)
    good = world.ingest.complaints

    class Full:
        def add(self, *args: Any, **kwargs: Any) -> None:
            raise RuntimeError("throttled")

    object.__setattr__(world.ingest, "complaints", Full())
    body = from_ses(world, "Complaint")

    assert world.deliver(body) == ["q-0"]
    object.__setattr__(world.ingest, "complaints", good)
    assert world.deliver(body) == []
    assert world.complaints.read(world.now.date())[0].complaints == 1
