"""The two stories that are metered: people who look around, and people whose cart gets one email."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import batched
from random import Random
from typing import Any

from bench.cost.metered_world import MeteredWorld
from tests.support.events import envelope, identify, track

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LOOKING = ("Product Viewed", "Product List Viewed", "Products Searched", "Product Clicked")
EVENTS_A_VISIT = (2, 12)
CARTS = 10


@dataclass(frozen=True)
class Told:
    """How a story went: how many of what it is about, emails, and how long executions ran."""

    things: int
    emails: int
    mean_run_hours: float = 0.0


def looking_around(world: MeteredWorld, *, people: int, batch: int) -> Told:
    """People known by name come back for a visit of 2 to 12 events each and put nothing into a cart.

    All of them step by step, so that nobody is twice in a batch: the most that a batch can cost.
    """
    draw = Random(1)  # noqa: S311 - a story, the same every time
    names = [f"p{number}" for number in range(people)]
    for name in names:
        known(world, name)
    lengths = {name: draw.randint(*EVENTS_A_VISIT) for name in names}
    steps = [[name for name in names if step < lengths[name]] for step in range(max(lengths.values()))]
    world.meter.counting = True
    for some in (some for still_here in steps for some in batched(still_here, batch, strict=False)):
        world.run(timedelta(seconds=40 * batch / people))
        calls = (track(name, draw.choice(LOOKING), world.now, **_seen(name, draw)) for name in some)
        world.deliver(*map(envelope, calls))
    world.meter.counting = False
    return Told(sum(lengths.values()), len(world.emails))


def one_email(world: MeteredWorld) -> Told:
    """Carts that people left in trouble, from the quiet after the last event to the end of the journey."""
    draw = Random(2)  # noqa: S311 - a story, the same every time
    names = [f"c{number}" for number in range(CARTS)]
    for number, name in enumerate(names):
        known(world, name)
        at = world.now
        for step, event in enumerate(("Product Added", "Rage Clicked", "Rage Clicked")):
            call = track(name, event, at + timedelta(seconds=20 * step), cart_id=f"cart-{number}", **_seen(name, draw))
            world.deliver(envelope(call))
    before = {row["sk"]["S"] for row in world.log_rows()}
    world.meter.counting = True
    world.run(timedelta(days=12))
    world.meter.counting = False
    rows = [row for row in world.log_rows() if row["sk"]["S"] not in before]
    world.meter.counting = True
    world.export(sorted(rows, key=lambda row: row["sk"]["S"]))
    world.meter.counting = False
    hours = sum(world.ran, timedelta()) / timedelta(hours=1) / max(1, len(world.ran))
    return Told(len(world.journeys), len(world.emails), round(hours, 1))


STORIES = {
    "events": partial(looking_around, people=100, batch=100),
    "events_alone": partial(looking_around, people=10, batch=1),
    "one_email_journeys": one_email,
}


def known(world: MeteredWorld, name: str) -> None:
    """Make somebody who may be written to by email."""
    traits = {"firstName": "Ada", "email": f"{name}@shop.example", "locale": "en-GB", "timezone": "Europe/London"}
    calls = (
        identify(name, world.now, **traits),
        track(name, "Consent Granted", world.now, channels=["email"], source="checkout"),
    )
    world.deliver(*map(envelope, calls))


def _seen(name: str, draw: Random) -> dict[str, Any]:
    visit = {
        "sessionId": f"{name}-visit",
        "timezone": "Europe/London",
        "locale": "en-GB",
        "page": {"path": "/products"},
    }
    return {"context": visit, "product_id": f"sku-{draw.randint(1, 500)}"}
