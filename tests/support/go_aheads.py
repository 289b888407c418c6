"""A customer whose first touch waits for a person: who is asked, what they answer, what is told of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from attune.adapters.go_ahead_messages import GoAheadMessage, read_go_ahead
from attune.domain.go_aheads import GoAhead
from tests.support.events import identify, track
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOOK = "cart_abandonment"


def needs_go_ahead(world: World, *, within: timedelta) -> None:
    """Let the first touch, the only one here, wait for a person."""
    book = world.steps.playbooks[BOOK]
    first = replace(book.touches[0], approval="required", approval_within=within)
    world.steps.playbooks[BOOK] = replace(book, touches=(first,))  # type: ignore[index]


def in_trouble(world: World) -> None:
    known = {"firstName": "Ada", "phone": "+447700900001", "locale": "en", "timezone": "Europe/London"}
    world.publish(
        identify("ada", world.now, **known),
        track("ada", "Consent Granted", world.now, channels=["sms"]),
        track("ada", "Product Added", world.now),
        *(track("ada", "Form Failed", world.now) for _ in range(3)),
    )


def asked(world: World) -> GoAheadMessage:
    """Let a customer get into trouble and time pass until a person is asked; return what support sees."""
    in_trouble(world)
    while not world.support.messages:
        world.run(10 * MINUTE)
        assert world.now < TUESDAY_NOON + 5 * DAY, "nobody was ever asked"
    [message] = world.support.messages
    return read_go_ahead(json.dumps(message))


def answer(world: World, request: GoAheadMessage, *, yes: bool = True, agent_id: str = "sam", **more: Any) -> None:
    event = "Touch Approved" if yes else "Touch Declined"
    call = track("ada", event, world.now, request_id=request.request_id, agent_id=agent_id, **more)
    assert world.publish(call) == []


def stored(world: World) -> GoAhead:
    ada = world.customers.load("ada")
    assert ada is not None
    [one] = ada.go_aheads.values()
    return one


def told(world: World, kind: str) -> list[tuple[str, str]]:
    return [(row["choice"], row["reason_code"]) for row in world.decisions("ada", kind)]
