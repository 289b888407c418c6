"""The counts and sums of docs/costs.md, counted again on the real functions and summed again from its price list."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from tests.support.events import identify, track
from tests.support.world import World

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "costs.md").read_text(encoding="utf-8")
COLUMNS = ("events", "sqs", "invocations", "reads", "writes", "transitions", "decisions")
CONTEXT = {
    "sessionId": "0b5e-visit-1",
    "timezone": "Europe/London",
    "locale": "en-GB",
    "userAgentData": {"mobile": True},
    "page": {"path": "/checkout"},
}


@dataclass
class Meter:
    """Counts what a world asks of AWS, in the units that AWS bills, with every message alone in its batch."""

    world: World
    units: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        on = self.world.dynamodb.meta.events
        on.register("provide-client-params.dynamodb.PutItem", self._put)
        on.register("after-call.dynamodb.Query", self._query)

    def _put(self, params: Mapping[str, Any], **_: object) -> None:
        self.units["writes"] += max(1, ceil(size(params["Item"]) / 1024))

    def _query(self, parsed: Mapping[str, Any], **_: object) -> None:
        self.units["reads"] += max(1, ceil(sum(map(size, parsed.get("Items", ()))) / 4096))

    def visits(self) -> list[str]:
        return self.world.visited

    def count(self, act: Any, *, published: int = 0, looks: int = 0) -> tuple[int, ...]:
        """Do something that publishes so many events and answers so many watch messages; return what it took."""
        self.units.clear()
        decided, visited = len(self.world.decisions()), len(self.visits())
        runs, begun = len(self.world.executions), len(self.world.journeys)
        act()
        decisions = len(self.world.decisions()) - decided
        steps = self.visits()[visited:]
        states = next(iter(self.world.executions.values())).definition["States"] if steps else {}
        asked = len(self.world.executions) - runs - (len(self.world.journeys) - begun)  # by a review, over the queue
        tasks = sum(states[name]["Type"] == "Task" for name in steps)
        counted = {
            "events": published,
            "sqs": 3 * (published + looks + asked),  # put, received, deleted
            "invocations": published
            + looks
            + asked
            + tasks
            + decisions,  # each decision exported by its own invocation
            "transitions": len(steps),
            "decisions": decisions,
            **self.units,
        }
        return tuple(counted.get(column, 0) for column in COLUMNS)


def size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Return the bytes that DynamoDB bills for an item, numbers at their longest."""
    values = ((name, kind, value) for name, typed in item.items() for kind, value in typed.items())
    return sum(len(name) + {"S": len(str(value).encode()), "N": 21}.get(kind, 1) for name, kind, value in values)


def without_looks(counted: tuple[int, ...], *, looks: int) -> tuple[int, ...]:
    """Take out what answering the watch messages of earlier events took: that is in the events' own rows."""
    each = {"sqs": 3, "invocations": 1, "reads": 1}
    return tuple(one - looks * each.get(column, 0) for column, one in zip(COLUMNS, counted, strict=True))


@pytest.fixture
def meter() -> Iterator[Meter]:
    with mock_aws():
        world = World(datetime(2026, 11, 24, 12, tzinfo=UTC))
        traits = {"firstName": "Ada", "email": "ada@example.com", "locale": "en", "timezone": "Europe/London"}
        world.publish(identify("ada", world.now, **traits))
        world.publish(track("ada", "Consent Granted", world.now, channels=["email"], source="checkout"))
        yield Meter(world)


def does(meter: Meter, event: str, *, times: int = 1, **properties: object) -> None:
    for _ in range(times):
        meter.world.run(timedelta(seconds=10))
        meter.world.publish(track("ada", event, meter.world.now, context=CONTEXT, **properties))


def row(label: str) -> list[str]:
    """Return the cells of a table's row, without its label."""
    found = re.search(rf"^\| {re.escape(label)} \|(.*)\|$", PAGE, re.MULTILINE)
    assert found, f"docs/costs.md has no row {label!r}"
    return [cell.strip() for cell in found[1].split("|")]


def documented(label: str) -> tuple[int, ...]:
    return tuple(int(cell) for cell in row(label)[: len(COLUMNS)])


def same(counted: tuple[int, ...], label: str) -> bool:
    """Whether counts are those of the page: exactly, but for units that follow from the length of texts and draws."""
    slack = {"reads": 1, "writes": 2}
    return all(
        abs(one - other) <= slack.get(column, 0)
        for column, one, other in zip(COLUMNS, counted, documented(label), strict=True)
    )


def usd(counts: tuple[int, ...]) -> float:
    """Sum counts by the page's own price list, for a million of what was counted."""
    unit = {name: float(row(label)[0]) for name, label in PRICES.items()}
    seconds, gib = float(row("billed time of an invocation, s")[0]), float(row("memory of a function, GiB")[0])
    invocation = unit["request"] + seconds * gib * unit["gb_second"]
    decision = 5 / 1024**2 * (unit["firehose"] + unit["parquet"]) * 1e6
    each = (unit["event"], unit["sqs"], invocation, unit["read"], unit["write"], unit["transition"], decision)
    return sum(count * price for count, price in zip(counts, each, strict=True))


PRICES = {
    "event": "EventBridge, million events",
    "sqs": "SQS, million requests",
    "request": "Lambda arm64, million requests",
    "gb_second": "Lambda arm64, million GB-seconds",
    "read": "DynamoDB, million read units",
    "write": "DynamoDB, million write units",
    "transition": "Step Functions Standard, million transitions",
    "firehose": "Firehose, GB",
    "parquet": "Firehose to Parquet, GB",
}
ROWS = (
    "An event, no cart open",
    "An event while a cart is open",
    "The same in a session of 64 signals or more",
    "A moment answered with silence",
    "A journey with one email",
    "A journey with two emails",
)


def test_an_event_of_somebody_looking_around(meter: Meter) -> None:
    does(meter, "Product Viewed", times=3)

    counted = meter.count(lambda: does(meter, "Product Viewed"), published=1)

    assert same(counted, ROWS[0]), counted


@pytest.mark.parametrize(("label", "earlier"), [(ROWS[1], 3), (ROWS[2], 80)])
def test_an_event_while_a_cart_is_open_also_costs_a_later_look(meter: Meter, label: str, earlier: int) -> None:
    does(meter, "Product Viewed", times=earlier)
    does(meter, "Product Added", cart_id="cart-1")
    looked_at = meter.world.now + timedelta(minutes=10)

    def goes_on_and_is_looked_at() -> None:
        does(meter, "Product Viewed")
        meter.world.run(looked_at - meter.world.now)

    counted = meter.count(goes_on_and_is_looked_at, published=1, looks=1)

    assert same(counted, label), counted


def test_a_moment_that_is_answered_with_silence(meter: Meter) -> None:
    does(meter, "Product Added", cart_id="cart-1")

    counted = without_looks(meter.count(lambda: meter.world.run(timedelta(minutes=11)), looks=1), looks=1)

    assert meter.world.choices("ada", "moment") == ["calm"]
    assert same(counted, ROWS[3]), counted


@pytest.mark.parametrize(
    ("label", "trouble", "emails"),
    [(ROWS[4], ("Rage Clicked", "Rage Clicked"), 1), (ROWS[5], ("Form Failed", "Payment Failed"), 2)],
)
def test_a_journey_from_its_moment_to_its_end(meter: Meter, label: str, trouble: tuple[str, ...], emails: int) -> None:
    does(meter, "Product Added", cart_id="cart-1")
    for event in trouble:
        does(meter, event)

    counted = without_looks(meter.count(lambda: meter.world.run(timedelta(days=11)), looks=3), looks=3)

    assert len(meter.world.emails) == emails
    assert same(counted, label), counted


@pytest.mark.parametrize("label", ROWS)
def test_the_sum_of_each_row_follows_from_its_counts_and_the_prices(label: str) -> None:
    assert row(label)[-1] == f"{usd(documented(label)):.2f}"


def test_the_month_of_a_shop_adds_up() -> None:
    section = PAGE.partition("## A month of one shop")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line][2:]
    sums = [round(int(many.replace(",", "")) / 1e6 * float(price), 2) for _, many, price, _ in lines[:-1]]

    assert [float(line[3]) for line in lines[:-1]] == sums
    assert lines[-1][0] == "Sum"
    assert float(lines[-1][3]) == round(sum(sums), 2)


def test_the_readme_repeats_the_sums() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for label in ROWS:
        assert f"| {label} | {row(label)[-1]} |" in readme
