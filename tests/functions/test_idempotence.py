"""Repeated, retried, killed half-way or all at once: one contact at most, and the uncertain one visible."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.domain.contacts import ContactState, Ledger
from attune.domain.errors import (
    DeliveryError,
    PermanentDeliveryError,
    ThrottledDeliveryError,
    UncertainDeliveryError,
)
from tests.support.crashing import KilledError, Killing, Overtaken, Provider
from tests.support.events import envelope, identify, track
from tests.support.steps import in_journeys, step
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MANY = 32


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


def answering(world: World, *answers: DeliveryError | KilledError) -> Provider:
    """Put a provider into the world that answers so first."""
    provider = Provider(world.delivery.sms, list(answers))
    world.sending = replace(world.sending, delivery=replace(world.delivery, sms=provider))  # type: ignore[arg-type]
    return provider


def first_messages(world: World) -> int:
    """Return how many times the first touch went out; later touches are another matter."""
    return sum("cart is kept" in words for _, words in world.texts)


def states(world: World) -> list[ContactState]:
    ada = world.customers.load("ada")
    assert ada is not None
    return [contact.state for contact in ada.ledger.contacts]


def in_trouble(world: World) -> list[dict[str, Any]]:
    """Return the calls of a customer whose cart will bring a journey."""
    traits = {"firstName": "Ada", "phone": "+447700900001", "timezone": "Europe/London", "locale": "en"}
    return [
        identify("ada", world.now, **traits),
        track("ada", "Consent Granted", world.now, channels=["sms"]),
        track("ada", "Product Added", world.now),
        track("ada", "Form Failed", world.now),
    ]


def test_the_same_events_three_times_make_one_moment_one_journey_one_message(world):
    bodies = [envelope(call) for call in in_trouble(world)]
    for _ in range(3):
        for body in bodies:
            world.deliver(body)

    world.run(timedelta(hours=80))

    assert world.tally["duplicate"] == 2 * len(bodies)
    assert world.choices("ada", "moment") == ["started"]
    assert world.choices("ada", "consent") == ["granted"]
    assert len(world.journeys) == 1
    assert first_messages(world) == 1


def test_a_batch_delivered_again_changes_nothing(world):
    bodies = [envelope(call) for call in in_trouble(world)]
    world.deliver(*bodies)
    before = world.customers.load("ada")

    assert world.deliver(*bodies) == []

    assert world.customers.load("ada") == before


def test_an_ingest_killed_before_it_asked_for_the_watch_asks_when_the_batch_comes_again(world):
    bodies = [envelope(call) for call in in_trouble(world)]

    class Deaf:
        def send(self, *args: Any, **kwargs: Any) -> None:
            raise KilledError

    died = replace(world.ingest, watch_queue=Deaf())
    failed, _ = died.batch([{"messageId": str(n), "body": body} for n, body in enumerate(bodies)])
    assert len(failed) == len(bodies)

    world.deliver(*bodies)
    world.run(timedelta(hours=80))

    assert world.choices("ada", "moment") == ["started"]
    assert first_messages(world) == 1


def test_an_ingest_killed_between_two_writes_completes_them_when_the_batch_comes_again(world):
    bodies = [envelope(call) for call in in_trouble(world)]
    killing = Killing(world.customers, lambda item: type(item).__name__ == "Consent")
    died = replace(world.ingest, tables=replace(world.ingest.tables, customers=killing))  # type: ignore[arg-type]
    died.batch([{"messageId": str(n), "body": body} for n, body in enumerate(bodies)])

    world.deliver(*bodies)
    world.run(timedelta(hours=80))

    assert world.customers.load("ada").consent.allows("sms")  # type: ignore[union-attr]
    assert first_messages(world) == 1


def test_a_watch_that_comes_three_times_starts_one_journey(world):
    world.publish(*in_trouble(world))
    [*_, watch] = world.watch_queue.messages
    world.run(timedelta(minutes=11))
    for _ in range(3):
        world.watch_queue.send(watch)

    world.run(timedelta(minutes=1))

    assert len(world.journeys) == 1
    assert world.choices("ada", "moment") == ["started"]


def test_evidence_that_comes_too_late_and_changes_the_answer_is_written_down_beside_the_first(world):
    traits, consent, added, failed = in_trouble(world)
    world.publish(traits, consent, added)
    world.run(timedelta(minutes=11))
    assert world.choices("ada", "moment") == ["calm"]

    world.publish(failed)
    world.run(timedelta(minutes=5))

    assert sorted(world.choices("ada", "moment")) == ["calm", "started"]
    assert len(world.journeys) == 1


def test_a_sender_killed_between_sending_and_confirming_never_sends_again_and_says_so(world):
    [journey] = in_journeys(world)
    killing = Killing(
        world.customers,
        lambda item: isinstance(item, Ledger) and any(c.state is ContactState.SENT for c in item.contacts),
    )
    died = replace(world.sending, steps=replace(world.steps, customers=killing))  # type: ignore[arg-type]
    with pytest.raises(KilledError):
        died.send(step(world, journey))
    assert states(world) == [ContactState.RESERVED]

    answer = world.sending.send(step(world, journey))

    assert answer["outcome"] == "sent"
    assert len(world.texts) == 1
    assert states(world) == [ContactState.UNCERTAIN]
    [decision] = world.decisions("ada", "contact")
    assert (decision["choice"], decision["reason_code"]) == ("uncertain", "crashed_between")


def test_a_sender_killed_between_reserving_and_sending_does_not_send_either(world):
    """Nobody can tell this crash from the one above; silence is the safe side."""
    [journey] = in_journeys(world)
    answering(world, KilledError())
    with pytest.raises(KilledError):
        world.sending.send(step(world, journey))

    answer = world.sending.send(step(world, journey))

    assert answer["outcome"] == "sent"
    assert world.texts == []
    assert states(world) == [ContactState.UNCERTAIN]
    assert world.choices("ada", "contact") == ["uncertain"]


def test_a_send_step_that_failed_for_good_leaves_its_contact_visible_as_uncertain(world):
    [journey] = in_journeys(world)
    answering(world, KilledError())
    with pytest.raises(KilledError):
        world.sending.send(step(world, journey))

    world.functions["review_journey"](step(world, journey, failed={"Error": "Lambda.Unknown", "Cause": "killed"}))

    assert states(world) == [ContactState.UNCERTAIN]
    assert world.choices("ada", "contact") == ["uncertain"]
    assert world.choices("ada", "journey") == ["failed"]


def test_a_confirmed_contact_asked_for_again_answers_the_same_and_sends_nothing(world):
    [journey] = in_journeys(world)

    answers = [world.sending.send(step(world, journey)) for _ in range(3)]

    assert {answer["outcome"] for answer in answers} == {"sent"}
    assert len(world.texts) == 1
    assert world.choices("ada", "contact") == ["sent"]


def test_a_throttled_message_is_held_and_sent_later_once(world):
    provider = answering(world, ThrottledDeliveryError("Throttling", "slow down"))
    world.publish(*in_trouble(world))

    world.run(timedelta(hours=80))

    assert world.choices("ada", "contact")[:2] == ["held", "sent"]
    held, sent = (datetime.fromisoformat(row["time"]) for row in world.decisions("ada", "contact")[:2])
    assert sent - held >= timedelta(minutes=15)
    assert first_messages(world) == 1
    assert provider.asked == 1 + len(world.texts)


def test_a_message_refused_for_good_is_not_tried_again_and_does_not_count(world):
    provider = answering(world, PermanentDeliveryError("OptedOut", "no"))
    [journey] = in_journeys(world)

    answer = world.sending.send(step(world, journey))

    assert (answer["outcome"], answer["reason"]) == ("channel_failed", "refused_OptedOut")
    assert (provider.asked, world.texts) == (1, [])
    assert states(world) == [ContactState.FAILED]
    assert world.choices("ada", "contact") == ["failed"]


@pytest.mark.parametrize("days", [1, 12])
def test_a_message_nobody_knows_about_is_never_sent_again_and_counts_as_sent(world, days):
    provider = answering(world, UncertainDeliveryError("no_answer", "the answer never came"))
    world.publish(*in_trouble(world))
    world.run(timedelta(hours=80))
    ada = world.customers.load("ada")
    assert ada is not None
    [first] = [contact for contact in ada.ledger.contacts if contact.touch == 1]

    world.run(timedelta(days=days))

    assert first.state is ContactState.UNCERTAIN
    assert world.choices("ada", "contact")[0] == "uncertain"
    assert first_messages(world) == 0
    assert provider.asked == 1 + len(world.texts)


@pytest.mark.parametrize(
    ("end", "outcome", "left"),
    [
        (lambda ledger, mine: ledger.fail(mine), "channel_failed", [ContactState.FAILED, ContactState.SENT]),
        (lambda ledger, mine: ledger.release(mine.contact_id), "held", [ContactState.SENT]),
        (
            lambda ledger, mine: ledger.settle(mine.contact_id, ContactState.SENT),
            "sent",
            [ContactState.SENT],
        ),
    ],
    ids=["refused", "throttled", "sent"],
)
def test_who_asks_while_another_sender_is_still_at_it_goes_by_how_that_ends(world, end, outcome, left):
    """The place of a refused contact may be taken in that very moment: it must not come back as an uncertain one."""
    journey, other = in_journeys(world, 2)
    answering(world, KilledError())
    with pytest.raises(KilledError):
        world.sending.send(step(world, journey))
    [mine] = world.customers.load("ada").ledger.contacts

    def the_other_sender_ends() -> None:
        world.customers.save("ada", end(world.customers.load("ada").ledger, mine))
        world.sending.send(step(world, other))

    overtaken = Overtaken(world.customers, the_other_sender_ends)
    second = replace(world.sending, steps=replace(world.steps, customers=overtaken))

    answer = second.send(step(world, journey))

    assert answer["outcome"] == outcome
    assert states(world) == left
    assert "uncertain" not in world.choices("ada", "contact")
