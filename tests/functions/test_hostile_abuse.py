"""Who can put events on the bus and means harm: what they can reach, and where it ends (docs/security.md)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from moto import mock_aws

from attune.domain.learning.evidence import assemble, piece_of
from tests.support.events import identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MESSAGES_A_WEEK = 3
"""So many touches a cart has; fifteen carts of one customer have no more."""


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON)


def somebody(world: World, name: str, *, consents: bool) -> None:
    """Let a customer be known, with an address for every channel."""
    traits = {"email": f"{name}@shop.example", "phone": "+447900123456", "timezone": "Europe/London", "locale": "en"}
    world.publish(identify(name, world.now, firstName="Ada", **traits))
    if consents:
        world.publish(track(name, "Consent Granted", world.now, channels=["sms", "email"], source="checkout"))


def forge_trouble(world: World, name: str, cart: str) -> None:
    """Make up a cart that somebody struggled with and left."""
    now = world.now
    world.publish(
        track(name, "Product Added", now, cart_id=cart),
        *(track(name, "Page Reloaded", now) for _ in range(4)),
        *(track(name, "Form Failed", now) for _ in range(3)),
    )


def test_forged_trouble_brings_nothing_to_who_never_agreed(world: World) -> None:
    somebody(world, "victim", consents=False)
    for number in range(12):
        forge_trouble(world, "victim", f"cart-{number}")
        world.run(timedelta(hours=6))
    world.run(timedelta(days=4))

    assert world.texts == []
    assert world.emails == []


def test_many_forged_carts_bring_no_more_messages_than_the_caps_let_pass(world: World) -> None:
    """The attacker has the bus and the victim has agreed to everything: still one message a day at most, over all carts."""
    somebody(world, "victim", consents=True)
    for number in range(15):
        forge_trouble(world, "victim", f"cart-{number}")
    left = [0]
    for _ in range(8):
        world.run(timedelta(days=1))
        left.append(len(world.texts) + len(world.emails))

    assert left[-1] >= 1, "somebody in trouble who agreed is written to"
    assert max(after - before for before, after in pairwise(left)) <= 1
    assert left[-1] <= MESSAGES_A_WEEK


def test_consent_that_was_forged_is_stopped_for_good_by_one_word_of_the_victim(world: World) -> None:
    somebody(world, "victim", consents=True)
    world.publish(track("victim", "Message Replied", world.now, text="STOP", channel="sms"))
    for number in range(4):
        forge_trouble(world, "victim", f"cart-{number}")
        world.run(timedelta(days=2))

    assert world.texts == []


def test_poisoned_outcomes_count_once_for_a_message_however_often_they_are_told(world: World) -> None:
    """Who wants an arm to win tells of orders and thanks by the hundred: a message has one outcome of each kind."""
    somebody(world, "victim", consents=True)
    forge_trouble(world, "victim", "cart-1")
    world.run(timedelta(days=3))
    [journey] = {row["journey_id"] for row in world.decisions("victim", "contact")}

    for number in range(40):
        world.publish(
            track("victim", "Feedback Given", world.now, helpful=True, journey_id=journey),
            track("victim", "Order Completed", world.now, order_id=f"made-up-{number}", total=9_999),
        )

    pieces = [piece for row in world.decisions("victim") if (piece := piece_of(row))]
    [evidence] = assemble(pieces)
    assert len(pieces) > 40, "each is in the log, with its id"
    assert sum(contact.helped for contact in evidence.contacts) == 1


def test_outcomes_of_journeys_that_are_not_the_senders_reach_no_evidence(world: World) -> None:
    """A journey's id is a keyed hash: it cannot be guessed, and one that was seen belongs to one customer."""
    for name in ("victim", "attacker"):
        somebody(world, name, consents=True)
    forge_trouble(world, "victim", "cart-1")
    world.run(timedelta(days=3))
    [journey] = {row["journey_id"] for row in world.decisions("victim", "contact")}

    world.publish(
        *(track("attacker", "Feedback Given", world.now, helpful=False, journey_id=journey) for _ in range(5))
    )

    assert world.decisions("attacker", "outcome") == []
    assert not [row for row in world.decisions("victim", "outcome") if row["choice"] in {"not_helpful", "unhelpful"}]
