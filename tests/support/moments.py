"""People in moments, and what was made of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.events import call, identify, track
from tests.support.world import World

TUESDAY_NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def known(world: World, customer: str = "ada", *, consents: tuple[str, ...] = ("sms", "email"), **traits: Any) -> None:
    """Let somebody sign up: reachable in London, and out of every holdout."""
    told = {"firstName": "Ada", "email": f"{customer}@example.com", "phone": "+447700900001", "locale": "en"}
    world.publish(identify(customer, world.now, **{**told, "timezone": "Europe/London", **traits}))
    if consents:
        world.publish(track(customer, "Consent Granted", world.now, channels=list(consents), source="checkout"))


def does(world: World, *events: str, customer: str = "ada", **properties: Any) -> None:
    """Let events come, all about the same."""
    world.publish(*(track(customer, event, world.now, **properties) for event in events))


def opens(world: World, *paths: str, seconds: int = 70, customer: str = "ada") -> None:
    """Let somebody open pages, and stay on each for a while."""
    for path in paths:
        world.publish(call("page", customer, world.now, name=path, properties={"path": path}, context={}))
        world.run(timedelta(seconds=seconds))


def sent(world: World, customer: str = "ada") -> list[str]:
    """Return the texts that reached somebody, in order."""
    person = world.customers.load(customer)
    assert person is not None
    return [contact.message for contact in person.ledger.contacts if contact.counts]


def answers(world: World, playbook: str, customer: str = "ada") -> list[tuple[str, str]]:
    """Return what was answered to the moments of a playbook, with the first reason."""
    moments = world.decisions(customer, "moment")
    return [(row["choice"], row["reason_code"]) for row in moments if row["playbook"] == playbook]


def ends(world: World, playbook: str, customer: str = "ada") -> Iterator[str]:
    """Yield why journeys of a playbook ended."""
    person = world.customers.load(customer)
    assert person is not None
    yield from (journey.ended_because for journey in person.journeys.values() if journey.playbook == playbook)
