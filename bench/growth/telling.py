"""The same stories among more and more customers: requests, bytes, USD and processor time for each event and journey."""

import gc
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import batched
from random import Random
from statistics import fmean
from typing import Any

from moto import mock_aws

from attune_cli.costing.pricing import Prices, story_cost
from bench.cost.meter import Meter, Usage
from bench.cost.metered_world import MeteredWorld
from bench.cost.stories import NOON, known
from bench.growth.population import PLACES, Model, Row, models, population, seen
from bench.growth.table import TableInMemory
from tests.support.events import envelope, track

PEOPLE, EVENTS_EACH, BATCH = 100, 5, 10
CARTS = 10
IN_TROUBLE = ("Product Added", "Rage Clicked", "Rage Clicked")
PUT_AT_ONCE = 25


class GrowingWorld(MeteredWorld):
    """A metered world among many customers; `table` is where they are, where that is no table of moto's."""

    table: TableInMemory | None = None

    def log_rows(self) -> list[dict[str, Any]]:
        """Return the rows of the log; nobody who is metered asks for them."""
        return super().log_rows() if self.table is None else self.table.items("decisions")


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one story took, for each thing it is about."""

    things: int
    requests: float
    """Of DynamoDB."""
    read_units: float
    write_units: float
    usd_per_million: float
    cpu_ms: float
    """Of our functions with their clients of AWS; what the table takes to answer is not in it."""


@dataclass(frozen=True)
class Told:
    """What all stories took among so many customers."""

    customers: int
    event: Found
    journey: Found
    look_requests: float
    """Of the look at what is due, which is every hour."""
    item_bytes: float | None
    """Of what an event writes, on average; None on moto, which is not asked."""


def made_models() -> list[Model]:
    """Let real ingestion make the customers that all others are made after."""
    table = TableInMemory()
    with mock_aws(), table.instead_of_moto():
        return models(MeteredWorld(NOON, Meter()), lambda: table.items("customers"))


def in_memory(table: TableInMemory, many: int, marker: str) -> Told:
    """Tell the stories over a table in memory that holds so many customers; what is not about customers begins anew."""
    for name in ("decisions", "policies"):
        table.empty(name)
    meter = Meter()
    with mock_aws(), meter.open(), table.instead_of_moto():
        world = GrowingWorld(NOON, meter)
        world.table = table
        return _told(world, marker, many)


def on_moto(made_after: list[Model], many: int, marker: str) -> Told:
    """Tell the stories over moto's tables, among so many customers."""
    meter = Meter()
    with mock_aws(), meter.open():
        world = GrowingWorld(NOON, meter)
        _put(world, population(made_after, many))
        return _told(world, marker, many)


def _told(world: GrowingWorld, marker: str, many: int) -> Told:
    draw = Random(marker)  # noqa: S311 - a story, the same every time and at every size
    names = [f"p{draw.randrange(PLACES):07d}-{marker}-{number}" for number in range(PEOPLE + CARTS)]
    for name in names:
        known(world, name)
    gc.collect()
    gc.freeze()  # what the population left in memory is not walked through while somebody counts
    try:
        before = len(world.table.written) if world.table else 0
        event = _visits(world, names[:PEOPLE])
        item_bytes = fmean(world.table.written[before:]) if world.table else None
        journey = _carts(world, names[PEOPLE:])
    finally:
        gc.unfreeze()
    return Told(many, event, journey, _look(world), item_bytes)


def _visits(world: GrowingWorld, names: list[str]) -> Found:
    """Let everybody look around, step by step: nobody is twice in a batch, which is the most that a batch can cost."""
    with _counting(world) as usage:
        for step in range(EVENTS_EACH):
            for some in batched(names, BATCH, strict=False):
                world.run(timedelta(seconds=2))
                calls = (track(name, "Product Viewed", world.now, **seen(name, step)) for name in some)
                world.deliver(*map(envelope, calls))
    return _priced(len(names) * EVENTS_EACH, usage)


def _carts(world: GrowingWorld, names: list[str]) -> Found:
    """Let people leave carts in trouble, and follow each to the end of the journey, its decisions exported and learnt from."""
    for name in names:
        for step, event in enumerate(IN_TROUBLE):
            at = world.now + timedelta(seconds=20 * step)
            world.deliver(envelope(track(name, event, at, cart_id=f"cart-of-{name}", **seen(name, step))))
    before = {row["sk"]["S"] for row in world.log_rows()}
    with _counting(world) as usage:
        world.run(timedelta(days=12))
    rows = [row for row in world.log_rows() if row["sk"]["S"] not in before]
    with _counting(world, usage):
        world.export(sorted(rows, key=lambda row: row["sk"]["S"]))
    return _priced(len(world.journeys), usage)


def _look(world: GrowingWorld) -> float:
    """Look once at what is due; return the requests."""
    with _counting(world) as usage, world.meter.invocation("find_moments"):
        world.finder.find(world.now)
    return float(sum(run.calls["dynamodb"] for one in usage.values() for run in one.functions.values()))


@contextmanager
def _counting(world: GrowingWorld, usage: dict[str, Usage] | None = None) -> Iterator[dict[str, Usage]]:
    """Count what is used inside the block, on top of what was."""
    world.meter.usage.clear()
    world.meter.usage.update(usage or {})
    world.meter.counting = True
    yield (counted := dict[str, Usage]() if usage is None else usage)
    world.meter.counting = False
    counted.update(world.meter.usage)


def _priced(things: int, usage: Mapping[str, Usage]) -> Found:
    used = {
        name: {"units": dict(one.units), "functions": {key: dict(vars(run)) for key, run in one.functions.items()}}
        for name, one in usage.items()
    }
    runs = [run for one in usage.values() for run in one.functions.values()]
    units = sum((one.units for one in usage.values()), Counter[str]())
    return Found(
        things=things,
        requests=sum(run.calls["dynamodb"] for run in runs) / things,
        read_units=units["dynamodb_read_units"] / things,
        write_units=units["dynamodb_write_units"] / things,
        usd_per_million=story_cost({"things": things, "playbooks": used}, Prices.read())["usd_per_million"],
        cpu_ms=sum(run.cpu for run in runs) / things * 1000,
    )


def _put(world: GrowingWorld, rows: Iterator[Row]) -> None:
    for some in batched((json.loads(text) for _, _, text in rows), PUT_AT_ONCE, strict=False):
        world.dynamodb.batch_write_item(RequestItems={"customers": [{"PutRequest": {"Item": item}} for item in some]})
