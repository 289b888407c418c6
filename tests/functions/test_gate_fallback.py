"""A channel that fails for good: the same touch on the next permitted one, each channel once, all through the one gate."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.domain.contacts import ContactState
from attune.domain.customers import ChannelConsent
from attune.domain.errors import PermanentDeliveryError
from tests.support.events import identify, track
from tests.support.providers import FakeSms
from tests.support.steps import in_journeys, step
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(TUESDAY_NOON)


class Refusing:
    """An email provider that refuses for good."""

    def __init__(self) -> None:
        self.asked = 0

    def send(self, *args: Any, **kwargs: Any) -> str:
        self.asked += 1
        raise PermanentDeliveryError("MessageRejected", "no")


def with_delivery(world: World, **changes: Any) -> None:
    world.sending = replace(world.sending, delivery=replace(world.sending.delivery, **changes))


LINE = ["PlanTouch", "WaitUntil", "SendMessage", "WaitForResponse", "ReviewJourney"]


def in_trouble(world: World, channels: tuple[str, ...] = ("sms", "email"), **traits: Any) -> None:
    known = {"firstName": "Ada", "email": "ada@example.com", "phone": "+447700900001", "locale": "en"}
    world.publish(
        identify("ada", world.now, **{**known, "timezone": "Europe/London", **traits}),
        track("ada", "Consent Granted", world.now, channels=list(channels)),
        track("ada", "Product Added", world.now),
        track("ada", "Form Failed", world.now),
    )


def told(world: World, kind: str) -> list[tuple[str, str]]:
    return [(row["choice"], row["reason_code"]) for row in world.decisions("ada", kind)]


def visited(world: World) -> list[str]:
    assert len(world.journeys) == 1
    return world.visited


def ledger(world: World) -> Any:
    ada = world.customers.load("ada")
    assert ada is not None
    return ada.ledger


def test_the_same_touch_leaves_at_once_on_the_next_channel(world):
    sms = FakeSms([PermanentDeliveryError("InvalidParameter", "no")])
    with_delivery(world, sms=sms)
    in_trouble(world)

    world.run(timedelta(days=3, hours=8))

    # Both are of one instant, and rows of one instant are in the order of their ids.
    failed, sent = sorted(world.decisions("ada", "contact")[:2], key=lambda row: row["choice"])
    assert (failed["choice"], failed["reason_code"]) == ("failed", "refused_InvalidParameter")
    assert sent["choice"] == "sent"
    assert failed["time"] == sent["time"]
    assert failed["touch"] == sent["touch"] == "1"
    assert len(world.emails) == 1
    left_out = '"name":"sms","probability":null,"permitted":false,"note":"channel_failed"'
    assert any(left_out in row["options"] for row in world.decisions("ada", "tone"))
    first = ledger(world).contacts[0]
    assert (first.channel, first.state, first.failed_channels) == ("email", ContactState.SENT, ("sms",))
    assert visited(world)[:8] == [*LINE, "PlanTouch", "WaitUntil", "SendMessage"]


def test_with_no_channel_left_the_touch_ends_with_a_decision_and_nobody_is_asked_twice(world):
    sms, email = FakeSms([PermanentDeliveryError("InvalidParameter", "no")] * 9), Refusing()
    with_delivery(world, sms=sms, email=email)
    in_trouble(world)
    world.publish(
        track("ada", "Consent Withdrawn", world.now + timedelta(minutes=1), channels=["onsite"]),
    )

    world.run(timedelta(days=11))

    assert ("skip", "no_permitted_channel") in told(world, "tone")
    first_touch = [row["choice"] for row in world.decisions("ada", "contact") if row["touch"] == "1"]
    assert first_touch == ["failed", "failed"]
    assert all(contact.state is ContactState.FAILED for contact in ledger(world).contacts)
    assert all(execution.done for execution in world.executions.values())
    assert visited(world)[-1] == "ReviewJourney"
    assert (world.texts, world.emails) == ([], [])


def test_a_failed_contact_takes_no_place_of_the_one_that_is_made_instead(world):
    """At most one contact a day: the failed SMS is none."""
    with_delivery(world, sms=FakeSms([PermanentDeliveryError("InvalidParameter", "no")]))
    [journey] = in_journeys(world)

    first = world.sending.send(step(world, journey))
    again = world.functions["choose_tone"](step(world, journey))
    second = world.sending.send(step(world, journey, channel=again["plan"]["channel"], attempt=2))

    assert (first["outcome"], again["at_once"], second["outcome"]) == ("channel_failed", True, "sent")
    assert again["plan"]["channel"] == "email"


def test_a_step_that_is_repeated_after_its_channel_failed_asks_the_provider_no_more(world):
    sms = FakeSms([PermanentDeliveryError("InvalidParameter", "no")])
    with_delivery(world, sms=sms)
    [journey] = in_journeys(world)

    answers = [world.sending.send(step(world, journey))["outcome"] for _ in range(3)]

    assert answers == ["channel_failed"] * 3
    assert sms.sent == []
    assert told(world, "contact") == [("failed", "refused_InvalidParameter")]


def test_an_address_that_bounced_during_the_wait_is_suppressed_and_the_touch_goes_elsewhere(world):
    [journey] = in_journeys(world)
    consent = world.customers.load("ada").consent  # type: ignore[union-attr]
    bounced = ChannelConsent(granted=False, at=world.now, source="ses_bounce")
    world.customers.save("ada", replace(consent, channels={**consent.channels, "email": bounced}))

    answer = world.sending.send(step(world, journey, channel="email"))
    chosen = world.functions["choose_tone"](step(world, journey))

    assert (answer["outcome"], answer["reason"]) == ("channel_failed", "suppressed")
    assert told(world, "contact") == [("withheld", "suppressed")]
    assert chosen["plan"]["channel"] == "sms"
    assert '"rule":"suppressed"' in world.decisions("ada", "contact")[0]["inputs"]


@pytest.mark.parametrize("channels", [("sms",), ("email",), ("sms", "email")])
@pytest.mark.parametrize("broken", [set(), {"sms"}, {"email"}, {"sms", "email"}])
def test_whatever_fails_a_touch_ends_and_makes_one_contact_at_most(world, channels, broken):
    changes: dict[str, Any] = {}
    if "sms" in broken:
        changes["sms"] = FakeSms([PermanentDeliveryError("InvalidParameter", "no")] * 20)
    if "email" in broken:
        changes["email"] = Refusing()
    with_delivery(world, **changes)
    in_trouble(world, channels)

    world.run(timedelta(days=11))

    assert all(execution.done for execution in world.executions.values())
    made = [contact.touch for contact in ledger(world).contacts if contact.counts]
    assert len(made) == len(set(made))
    assert visited(world).count("SendMessage") <= 3 * 3
