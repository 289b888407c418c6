"""Events that only continue sessions: all of a batch's are read in one request, and whatever that does not see is looked at closely."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.support.events import call, envelope, identify, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PEOPLE = [f"p{number}" for number in range(10)]
VISIT = {"sessionId": "visit", "timezone": "Europe/London", "locale": "en"}


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        world = World(NOON + timedelta(minutes=10))
        assert world.deliver(*(views(person, 0) for person in PEOPLE)) == []
        yield world


def views(person: str, minute: int, session: str = "visit") -> str:
    time = NOON + timedelta(minutes=minute)
    return envelope(track(person, "Product Viewed", time, context=VISIT | {"sessionId": session}))


def delivered(world: World, *bodies: str) -> Counter[str]:
    """Deliver a batch; return how often each operation was asked for."""
    asked: Counter[str] = Counter()

    def count(model: Any, **_: object) -> None:
        asked[model.name] += 1

    world.dynamodb.meta.events.register("before-call.dynamodb", count)
    assert world.deliver(*bodies) == []
    world.dynamodb.meta.events.unregister("before-call.dynamodb", count)
    return asked


def seen(world: World, customer_id: str, session: str = "visit") -> int:
    """How many signals a customer's session holds."""
    return len(world.customers.load(customer_id).sessions[session].tail)  # type: ignore[union-attr]


def delete(world: World, customer_id: str) -> None:
    """Take every row of a customer away."""
    for row in world.dynamodb.scan(TableName="customers")["Items"]:
        if row["pk"]["S"] == f"CUSTOMER#{customer_id}":
            world.dynamodb.delete_item(TableName="customers", Key={"pk": row["pk"], "sk": row["sk"]})


def test_ten_people_who_go_on_are_read_in_one_request(world: World) -> None:
    asked = delivered(world, *(views(person, 1) for person in PEOPLE))

    assert asked == {"BatchGetItem": 1, "PutItem": 10}
    assert world.tally["accepted"] == 20
    assert [seen(world, person) for person in PEOPLE] == [2] * 10


def test_who_begins_another_visit_is_looked_at_closely_beside_those_who_go_on(world: World) -> None:
    asked = delivered(world, views("p0", 1, "second visit"), *(views(person, 1) for person in PEOPLE[1:]))

    assert asked == {"BatchGetItem": 1, "Query": 1, "PutItem": 10}
    assert (seen(world, "p0"), seen(world, "p0", "second visit")) == (1, 1)


@pytest.mark.parametrize("trouble", ["refused", "nothing processed"])
def test_where_nobody_can_be_glanced_at_all_are_looked_at_closely(
    world: World, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(**asked: Any) -> Any:
        if trouble == "refused":
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "BatchGetItem")
        return {"Responses": {}, "UnprocessedKeys": asked["RequestItems"]}

    monkeypatch.setattr(world.dynamodb, "batch_get_item", answer)
    asked = delivered(world, *(views(person, 1) for person in PEOPLE))

    assert asked == {"Query": 10, "PutItem": 10}
    assert [seen(world, person) for person in PEOPLE] == [2] * 10


def test_what_was_told_before_is_told_apart_from_news_and_watched_again(world: World) -> None:
    twice = [views(person, 1) for person in PEOPLE]
    delivered(world, *twice)

    asked = delivered(world, *twice[:5], views("p7", 2))

    assert asked["Query"] == 5, "a duplicate is looked at closely"
    assert world.tally == {"accepted": 21, "duplicate": 5}
    assert [seen(world, person) for person in PEOPLE] == [2] * 7 + [3] + [2] * 2


def test_whose_session_went_to_another_customer_is_found_there(world: World) -> None:
    delivered(world, envelope(call("alias", "p0-renamed", NOON + timedelta(minutes=2), previousId="p0")))
    delivered(world, views("p0", 3))

    customer = world.customers.load("p0-renamed")
    assert customer is not None
    assert sum(len(session.tail) for session in customer.sessions_called("visit")) == 2


def test_a_glance_at_what_was_deleted_since_brings_nothing_of_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.customers.sessions_at_a_glance([("p0", "visit")])
    delete(world, "p0")
    monkeypatch.setattr(world.customers, "sessions_at_a_glance", lambda _wanted: before)

    delivered(world, views("p0", 1))

    assert seen(world, "p0") == 1


def test_a_glance_at_what_was_deleted_and_began_again_since_brings_nothing_of_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.customers.sessions_at_a_glance([("p0", "visit")])
    delete(world, "p0")
    world.now += timedelta(seconds=1)
    delivered(world, views("p0", 1))
    monkeypatch.setattr(world.customers, "sessions_at_a_glance", lambda _wanted: before)

    delivered(world, views("p0", 2))

    tail = world.customers.load("p0").sessions["visit"].tail  # type: ignore[union-attr]
    assert [entry.time for entry in tail] == [NOON + timedelta(minutes=minute) for minute in (1, 2)]


def test_what_an_event_says_of_the_customer_needs_no_glance(world: World) -> None:
    asked = delivered(world, envelope(identify("p0", NOON + timedelta(minutes=1), firstName="Ada")))

    assert "BatchGetItem" not in asked
    assert world.customers.load("p0").profile.first_name == "Ada"  # type: ignore[union-attr]
