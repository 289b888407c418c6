"""What goes on in a session whose customer becomes another one: no event stays behind, wherever the merge stopped or was overtaken."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from moto import mock_aws

from attune.adapters.identities import Identities
from attune.adapters.merges import Merges
from attune.domain.sessions import Session
from tests.support.crashing import KilledError, Killing, Overtaken
from tests.support.events import call, envelope, track
from tests.support.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
VISIT = {"sessionId": "visit", "timezone": "Europe/London", "locale": "en"}
MOST_WRITES = 8


@pytest.fixture
def world() -> Iterator[World]:
    with mock_aws():
        yield World(NOON + timedelta(minutes=10))


def looks(minute: int, **who: str) -> str:
    time = (NOON + timedelta(minutes=minute)).isoformat()
    track = {"type": "track", "event": "Product Viewed", "messageId": f"m-{minute}", "timestamp": time, **who}
    return envelope({**track, "context": VISIT})


def renamed() -> str:
    return envelope(call("alias", "ada-renamed", NOON + timedelta(minutes=5), previousId="ada"))


def seen(world: World, customer_id: str) -> int:
    """How many signals of the visit a customer has, by whatever id they came."""
    customer = world.customers.load(customer_id)
    assert customer is not None
    return sum(len(session.tail) for session in customer.sessions_called("visit"))


def dies_at(world: World, write: int, body: str) -> list[str]:
    """Deliver an event to a process that dies at one of its merge's writes; return what has to come again."""
    writes = iter(range(1, 100))
    dying = Killing(world.customers, lambda _: next(writes) == write)
    merges = Merges(dying, world.decisions_table)  # type: ignore[arg-type]
    well = world.ingest
    world.ingest = replace(well, identities=Identities(world.identities.links, merges, world.identities.key))
    failed = world.deliver(body)
    world.ingest = well
    return failed


def an_hour_passes(world: World) -> None:
    """And what is due is looked at, as a stage does."""
    world.run(timedelta(hours=1))
    assert world.finder.find(world.now)["failed"] == 0


@pytest.mark.parametrize("write", range(1, MOST_WRITES))
def test_a_rename_that_died_on_its_way_is_brought_to_its_end_when_it_is_told_again(world: World, write: int) -> None:
    world.deliver(looks(0, userId="ada"), looks(1, userId="ada"))
    rename = renamed()
    died = dies_at(world, write, rename)

    world.deliver(looks(6, userId="ada"))
    assert world.deliver(rename) == []
    for minute in (7, 8):
        world.deliver(looks(minute, userId="ada"))

    assert died or write > 5
    assert seen(world, "ada-renamed") == 5


def test_who_signs_in_while_their_visit_begins_leaves_nothing_of_it_behind(world: World) -> None:
    world.deliver(envelope(call("identify", "", NOON, userId=None, anonymousId="d1", traits={"locale": "en"})))

    def signs_in() -> None:
        told = envelope(call("identify", "ada", NOON + timedelta(minutes=1), anonymousId="d1", traits={}))
        other = replace(world.ingest, identities=replace(world.identities, _remembered={}))
        assert other.batch([{"messageId": "q-x", "body": told}])[0] == []

    table = Overtaken(world.customers, signs_in, at=lambda item: isinstance(item, Session))
    world.ingest = replace(world.ingest, tables=replace(world.ingest.tables, customers=table))  # type: ignore[arg-type]
    for minute in (2, 3, 4):
        assert world.deliver(looks(minute, anonymousId="d1")) == []

    assert seen(world, "ada") == 3


def test_a_visit_that_begins_while_its_user_is_renamed_is_found_within_the_hour(world: World) -> None:
    world.deliver(envelope(call("identify", "ada", NOON, traits={"locale": "en"})))

    def rename() -> None:
        assert replace(world.ingest).batch([{"messageId": "q-x", "body": renamed()}])[0] == []

    table = Overtaken(world.customers, rename, at=lambda item: isinstance(item, Session))
    well = world.ingest
    world.ingest = replace(well, tables=replace(well.tables, customers=table))  # type: ignore[arg-type]
    world.deliver(looks(6, userId="ada"))
    world.ingest = well
    world.deliver(looks(7, userId="ada"))
    assert seen(world, "ada-renamed") == 0, "nobody saw that the visit began"

    an_hour_passes(world)
    world.deliver(looks(8, userId="ada"))

    assert seen(world, "ada-renamed") == 3
    assert not world.customers.load_unmerged("ada").dues  # type: ignore[union-attr]


@pytest.mark.parametrize("write", range(1, MOST_WRITES))
def test_a_rename_that_died_on_its_way_and_is_never_told_again_loses_nothing(world: World, write: int) -> None:
    world.deliver(looks(0, userId="ada"), looks(1, userId="ada"))
    dies_at(world, write, renamed())

    world.deliver(looks(6, userId="ada"))
    an_hour_passes(world)
    world.deliver(looks(7, userId="ada"))

    assert seen(world, "ada") == 4


def test_who_was_told_apart_again_goes_on_in_sessions_of_their_own(world: World) -> None:
    world.deliver(looks(0, userId="ada"))
    world.deliver(renamed())

    world.identities.separate("ada", world.now)
    world.deliver(looks(6, userId="ada"))

    session = world.customers.load("ada").sessions["visit"]  # type: ignore[union-attr]
    assert (session.moved_to, len(session.tail), seen(world, "ada")) == ("", 2, 2)


def test_what_nobody_came_to_watch_before_a_merge_is_watched_when_it_is_told_again(world: World) -> None:
    fills = track("ada", "Product Added", NOON + timedelta(minutes=9), context=VISIT, cart_id="cart-1")

    def dies(*_: object, **__: object) -> None:
        raise KilledError

    queue = world.watch_queue
    world.ingest = replace(world.ingest, watch_queue=SimpleNamespace(send=dies))  # type: ignore[arg-type]
    assert world.deliver(envelope(fills)) == ["q-0"]
    world.ingest = replace(world.ingest, watch_queue=queue)  # type: ignore[arg-type]
    world.deliver(renamed())
    assert queue.messages == []

    assert world.deliver(envelope(fills)) == []

    assert [(watch["playbook"], watch["key"]) for watch in queue.messages] == [("cart_abandonment", "cart-1")]
    assert (seen(world, "ada-renamed"), world.tally["duplicate"]) == (1, 1)


def test_who_was_merged_into_somebody_forgotten_since_is_taken_in_anew(world: World) -> None:
    world.deliver(looks(0, userId="ada"))
    world.deliver(renamed())
    for row in world.dynamodb.scan(TableName="customers")["Items"]:
        if row["pk"]["S"] == "CUSTOMER#ada-renamed":
            world.dynamodb.delete_item(TableName="customers", Key={"pk": row["pk"], "sk": row["sk"]})

    assert world.deliver(looks(6, userId="ada")) == []
    assert world.deliver(looks(7, userId="ada")) == []

    assert seen(world, "ada-renamed") == 2
