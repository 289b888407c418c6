"""What taking an event in asks of DynamoDB and SQS, counted on the real ingest, and what a million of each shape cost.

    python -m bench.ingest.run [--json]

The bars: at most one item written an event for known customers without a merge, and at most two requests to the
table for each customer and batch. Where a shape takes more, the last column says why.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from moto import mock_aws

from bench.ingest.metering import Meter, Usage
from bench.ingest.prices import Cost, Prices, cost_per_million, load
from bench.ingest.shapes import NOON, Shape, deliver_all, shapes
from functions.ingest_events.ingesting import logger
from tests.support.world import World

ITEMS_PER_EVENT = 1
CALLS_PER_CUSTOMER = 2


@dataclass(frozen=True)
class Measured:
    """What one batch of a shape took."""

    shape: Shape
    usage: Usage
    sent: Counter[str]
    tally: Counter[str]
    cost: Cost

    @property
    def calls(self) -> int:
        """Requests to tables."""
        return self.usage.calls.total()

    @property
    def items(self) -> int:
        """Items written, decisions among them."""
        return self.usage.writes.total()

    @property
    def calls_bar(self) -> bool:
        """Whether the bar of requests for each customer and batch is met."""
        return self.calls <= CALLS_PER_CUSTOMER * self.shape.customers

    @property
    def items_bar(self) -> bool | None:
        """Whether the bar of items for each event is met; None where it does not apply."""
        return self.items <= ITEMS_PER_EVENT * len(self.shape.batch) if self.shape.known else None


def measure(prices: Prices) -> list[Measured]:
    """Take every shape in, on moto's tables."""
    logger.setLevel("ERROR")
    with mock_aws():
        world = World(NOON)
        meter = Meter(world.dynamodb)
        return [_measure(shape, world, meter, prices) for shape in shapes()]


def _measure(shape: Shape, world: World, meter: Meter, prices: Prices) -> Measured:
    deliver_all(world.deliver, shape.before)
    if shape.fresh_process:
        world.identities = replace(world.identities, _remembered={})
        world.ingest = replace(world.ingest, identities=world.identities)
    queues = {"watch": world.watch_queue, "quarantine": world.quarantine, "escalations": world.escalations}
    lengths = {name: len(queue.messages) for name, queue in queues.items()}
    before = Counter(world.tally)
    with meter.counting() as usage:
        failed = world.deliver(*shape.batch)
    if failed:
        message = f"{shape.name}: ingest failed"
        raise RuntimeError(message)
    sent = Counter({name: len(queue.messages) - lengths[name] for name, queue in queues.items()})
    cost = cost_per_million(
        prices, events=len(shape.batch), read_units=usage.read_units, write_units=usage.write_units, sent=sent
    )
    return Measured(shape, usage, sent, Counter(world.tally) - before, cost)


def as_json(found: Sequence[Measured], prices: Prices) -> dict[str, Any]:
    """Return the figures."""
    return {
        "prices": {"as_of": prices.as_of, "region": prices.region, "assumed": prices.assumed},
        "shapes": [
            {
                "name": one.shape.name,
                "events": len(one.shape.batch),
                "customers": one.shape.customers,
                "tally": one.tally,
                "calls": one.usage.calls,
                "items_written": one.usage.writes,
                "refused_writes": one.usage.refused,
                "read_units": one.usage.read_units,
                "write_units": one.usage.write_units,
                "sent": +one.sent,
                "usd_per_million_events": {**vars(one.cost), "total": one.cost.total},
                "calls_bar_met": one.calls_bar,
                "items_bar_met": one.items_bar,
                "why": "" if one.calls_bar and one.items_bar is not False else one.shape.why,
            }
            for one in found
        ],
    }


def show(found: Sequence[Measured], prices: Prices) -> None:
    """Print the figures as tables."""
    print(f"USD for a million events: prices of {prices.region}, {prices.as_of}; an invocation is assumed to take")
    print("{lambda_billed_seconds} s of {lambda_memory_gib} GiB.".format_map(prices.assumed))
    header = f"{'shape (one batch)':<55}{'events':>7}{'calls':>6}{'items':>6}{'RRU':>5}{'WRU':>5}{'watch':>6}"
    print(f"{header}{'bus':>6}{'SQS':>6}{'Lambda':>7}{'table':>7}{'USD':>7}")
    for one in found:
        usage, cost = one.usage, one.cost
        print(
            f"{one.shape.name:<55}{len(one.shape.batch):>7}{one.calls:>6}{one.items:>6}{usage.read_units:>5}"
            f"{usage.write_units:>5}{one.sent['watch']:>6}{cost.eventbridge:>6.2f}{cost.sqs:>6.2f}"
            f"{cost.function:>7.2f}{cost.dynamodb:>7.2f}{cost.total:>7.2f}"
        )
    print(f"\n{'bars':<55}{'calls for a customer':>21}{'items for an event':>20}")
    for one in found:
        calls = f"{one.calls / one.shape.customers:g} {_verdict(met=one.calls_bar)}"
        items = f"{one.items / len(one.shape.batch):g} {_verdict(met=one.items_bar)}"
        print(f"{one.shape.name:<55}{calls:>21}{items:>20}".rstrip())
        if not one.calls_bar or one.items_bar is False:
            print(f"    {_listed(one.usage.calls)}; written: {_listed(one.usage.writes) or 'nothing'}")
            print(f"    {one.shape.why or 'NOT EXPLAINED'}")


def _verdict(*, met: bool | None) -> str:
    return {True: "met", False: "MISSED", None: "n/a"}[met]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    prices = load()
    found = measure(prices)
    if options.json:
        print(json.dumps(as_json(found, prices), indent=2))
    else:
        show(found, prices)


if __name__ == "__main__":
    main()
