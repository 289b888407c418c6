"""Reads that are a moment old, or ten minutes, leave the same behind as reads of the newest state: nothing lost, nothing twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from moto import mock_aws

from tests.support.events import envelope
from tests.support.stale_reads import StaleReads
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
USERS, DEVICES = ("ada", "bo"), ("phone", "laptop", "tablet")
LOOKING = ("Product Viewed", "Products Searched", "Rage Clicked", "Page Reloaded", "Checkout Started")
STEPS = 30
type Body = str
type Batch = tuple[timedelta, list[Body]]


class Story:
    """People who look around, buy, agree, refuse, answer, log in and change their names; much is told twice, or late."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.numbers = count(1)
        self.told: list[Body] = []
        self.now = NOON

    def batches(self) -> Iterator[Batch]:
        yield timedelta(0), [self._tell(self._agrees(user)) for user in USERS]
        for _ in range(STEPS):
            pause = timedelta(seconds=self.draw.choice((1, 1, 20, 90, 90, 9_000, 90_000)))
            self.now += pause
            again = self.draw.sample(self.told, k=min(len(self.told), self.draw.randint(0, 4)))
            news = [self._tell(self._something()) for _ in range(self.draw.randint(1, 6))]
            yield pause, self.draw.sample(again + news, k=len(again + news))

    def _tell(self, call: dict[str, Any]) -> Body:
        number = next(self.numbers)
        late = timedelta(seconds=self.draw.choice((0, 0, 0, 5, 600)))
        body = envelope({"messageId": f"m-{number}", "timestamp": (self.now - late).isoformat(), **call})
        self.told.append(body)
        return body

    def _something(self) -> dict[str, Any]:
        user, device = self.draw.choice(USERS), self.draw.choice(DEVICES)
        named, own = {"userId": user}, {"userId": user, "anonymousId": f"{user}-{device}"}
        looks, number = self.draw.choice(LOOKING), self.draw.randint(1, 3)
        traits = {"firstName": user.title(), "locale": self.draw.choice(("en", "de"))}
        calls = {
            "looks": (60, self._track(named, looks)),
            "looks, nobody knows who": (15, self._track({"anonymousId": device}, looks)),
            "looks, on a device of theirs": (8, self._track(own, looks)),
            "fills a cart": (8, self._track(named, "Product Added", cart_id=f"cart-{number}")),
            "orders": (4, self._track(named, "Order Completed", order_id=f"order-{number}")),
            "agrees": (4, self._agrees(user)),
            "refuses": (4, self._track(named, "Consent Withdrawn", channels=["sms"])),
            "answers": (3, self._track(named, "Message Replied", channel="email", text="Please call me.")),
            "is described": (4, {"type": "identify", **own, "traits": traits}),
            "logs in": (3, {"type": "identify", "userId": f"owner-of-{device}", "anonymousId": device, "traits": {}}),
            "has another name": (2, {"type": "alias", "userId": f"{user}-renamed", "previousId": user}),
        }
        weights, told = zip(*calls.values(), strict=True)
        return self.draw.choices(told, weights)[0]

    def _agrees(self, user: str) -> dict[str, Any]:
        return self._track({"userId": user}, "Consent Granted", channels=["email", "sms"], source="checkout")

    def _track(self, who: dict[str, str], event: str, **properties: object) -> dict[str, Any]:
        context = {
            "sessionId": self.draw.choice(("visit", "visit", "visit", "another")),
            "timezone": "Europe/London",
            "locale": "en",
        }
        return {"type": "track", **who, "event": event, "properties": properties, "context": context}


def lived(seed: int, *, stale: bool) -> tuple[dict[str, Any], StaleReads | None]:
    """Tell a story, and return everything that it left: rows, messages, what was sent, and how events were counted."""
    with mock_aws():
        world = World(NOON)
        reads = StaleReads(world.dynamodb, "customers", lambda: world.now, seed) if stale else None
        for pause, bodies in Story(seed).batches():
            world.run(pause)
            assert world.deliver(*bodies) == []
        world.run(timedelta(days=4))
        return left_by(world), reads


def left_by(world: World) -> dict[str, Any]:
    scan = world.dynamodb.get_paginator("scan")
    rows = {
        (table, row["pk"]["S"], row["sk"]["S"]): row
        for table in ("customers", "decisions", "policies")
        for row in scan.paginate(TableName=table).build_full_result()["Items"]
    }
    queues = ("watch_queue", "escalations", "support", "urgent", "quarantine")
    return {
        "rows": rows,
        **{name: getattr(world, name).messages for name in queues},
        "emails": len(world.emails),
        "tally": world.tally,
    }


@pytest.fixture(autouse=True)
def links_made_at_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links bear the time of this machine, in which two tellings differ."""
    monkeypatch.setattr("itsdangerous.timed.TimestampSigner.get_timestamp", lambda _self: 1_795_521_600)


@pytest.mark.parametrize("seed", [238, 244])
def test_whatever_age_reads_have_that_may_be_old_the_same_is_left(seed: int) -> None:
    fresh, _ = lived(seed, stale=False)
    stale, reads = lived(seed, stale=True)

    assert reads is not None
    assert reads.stale > 5, "little was read that was old"
    assert reads.refused > 1, "little was written over what was old"
    for name, kept in fresh["rows"].items():
        assert stale["rows"].get(name) == kept, name
    assert stale == fresh
