"""Twenty real shop sessions through the whole system: the moments found equal a count made from the file alone."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from attune.domain.sessions import TAIL_LIMIT
from tests.support.events import envelope
from tests.support.otto import SAMPLE, calls, customer, sessions
from tests.support.world import World

pytestmark = pytest.mark.skipif(
    not SAMPLE.is_file(), reason=f"THE REAL SESSIONS ARE NOT AT {SAMPLE}: NOTHING WAS COMPARED WITH THEM"
)
TEN_MINUTES = 10 * 60 * 1000
type Moments = dict[str, list[datetime]]
CARTS = "cart_abandonment"


def counted_in_the_file() -> Moments:
    """Count without any of our code: gaps of ten minutes or more while something lies in the cart, also the last."""
    found: Moments = {}
    for session in sessions():
        due: list[int] = []
        in_the_cart, before = False, None
        for event in session["events"]:
            if before is not None and in_the_cart and event["ts"] - before >= TEN_MINUTES:
                due.append(before + TEN_MINUTES)
            if event["type"] == "carts":
                in_the_cart = True
            if event["type"] == "orders":
                in_the_cart = False
            before = event["ts"]
        if before is not None and in_the_cart:
            due.append(before + TEN_MINUTES)
        found[customer(session)] = [datetime.fromtimestamp(at / 1000, UTC) for at in due]
    return found


def decided_by(world: World) -> Moments:
    """Return when the moments were due about which something was decided, by customer."""
    found: Moments = {}
    for session in sessions():
        name = customer(session)
        if world.customers.load(name) is not None:
            found[name] = sorted(
                datetime.fromisoformat(row["time"])
                for row in world.decisions(name, "moment")
                if row["playbook"] == CARTS
            )
    return found


def time_of(call: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(call["timestamp"])


EVERY_CALL = (
    sorted((call for session in sessions() for call in calls(session)), key=time_of) if SAMPLE.is_file() else []
)
LAST = max(map(time_of, EVERY_CALL), default=datetime(2026, 1, 1, tzinfo=UTC))


def mocked_world(now: datetime) -> Iterator[World]:
    with mock_aws():
        yield World(now)


@pytest.fixture
def live() -> Iterator[World]:
    yield from mocked_world(time_of(EVERY_CALL[0]))


@pytest.fixture
def long_after() -> Iterator[World]:
    yield from mocked_world(LAST + timedelta(days=1))


def deliver(world: World, batch: list[dict[str, Any]]) -> None:
    assert world.deliver(*map(envelope, batch)) == []


def test_the_sample_is_the_one_the_count_was_made_for():
    assert len(sessions()) == 20
    assert sum(len(session["events"]) for session in sessions()) == 862
    assert sum(map(len, counted_in_the_file().values())) == 80
    assert len(EVERY_CALL) < 862, "products ordered in one go are one order"


def test_published_as_they_happened_the_sessions_bring_exactly_the_moments_of_the_file(live):
    for call in EVERY_CALL:
        live.run(max(timedelta(0), time_of(call) - live.now))
        live.publish(call)
    live.run(timedelta(hours=1))

    assert decided_by(live) == counted_in_the_file()
    assert live.quarantine.messages == []
    assert live.tally["accepted"] == len(EVERY_CALL)


def test_delivered_long_after_in_one_shuffled_batch_they_bring_the_same_moments(long_after):
    shuffled = random.Random(7).sample(EVERY_CALL, len(EVERY_CALL))

    deliver(long_after, shuffled)
    long_after.run(timedelta(hours=1))

    assert decided_by(long_after) == counted_in_the_file()


@pytest.mark.parametrize("seed", [1, 2])
def test_delivered_long_after_shuffled_in_batches_of_ten_they_bring_the_same_moments(long_after, seed):
    """Sessions that fit into the memory come in any order; longer ones are out of order by less than it reaches."""
    chance = random.Random(seed)
    whole = {customer(s) for s in sessions() if len(s["events"]) <= TAIL_LIMIT}
    places = {id(call): n for n, call in enumerate(EVERY_CALL)}
    numbers: defaultdict[str, int] = defaultdict(int)
    for call in EVERY_CALL:
        numbers[call["userId"]] += 1
        if call["userId"] not in whole:
            places[id(call)] = numbers[call["userId"]] + chance.uniform(0, TAIL_LIMIT / 2)
        else:
            places[id(call)] = chance.uniform(0, 300)
    shuffled = sorted(EVERY_CALL, key=lambda call: places[id(call)])

    for start in range(0, len(shuffled), 10):
        deliver(long_after, shuffled[start : start + 10])
    long_after.run(timedelta(hours=1))

    assert decided_by(long_after) == counted_in_the_file()
    assert long_after.tally["late"] == 0


def test_delivered_twice_they_bring_nothing_more(long_after):
    short = [call for call in EVERY_CALL if call["userId"] in ("otto-1", "otto-2", "otto-4", "otto-9")]
    for _ in range(2):
        deliver(long_after, short)
    long_after.run(timedelta(hours=1))

    expected = {name: due for name, due in counted_in_the_file().items() if name in {c["userId"] for c in short}}
    assert decided_by(long_after) == expected
    assert long_after.tally["duplicate"] == len(short)


def test_people_who_only_looked_or_bought_at_once_get_no_journey(live):
    """Nothing in the sample shows trouble, so nobody in it may be written to."""
    for call in EVERY_CALL[:200]:
        live.run(max(timedelta(0), time_of(call) - live.now))
        live.publish(call)
    live.run(timedelta(days=12))

    assert live.executions == {}
    assert {row["choice"] for row in live.decisions(kind="moment")} <= {"calm", "over"}
