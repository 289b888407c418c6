"""The dated price list, and what an event costs by it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).resolve().parents[2] / "cli" / "attune_cli" / "costing" / "prices.json"
BATCH = 10
"""Messages that one receive, one delete and one invocation take, where so many wait."""


@dataclass(frozen=True)
class Prices:
    """USD for a million of each unit, and what is assumed of Lambda."""

    as_of: str
    region: str
    per_million: Mapping[str, float]
    assumed: Mapping[str, float]

    @property
    def invocation(self) -> float:
        """USD for a million invocations of the assumed length."""
        gb_seconds = self.assumed["lambda_billed_seconds"] * self.assumed["lambda_memory_gib"]
        return self.per_million["lambda_requests"] + gb_seconds * self.per_million["lambda_gb_seconds"]


@dataclass(frozen=True)
class Cost:
    """USD for a million events, by service."""

    eventbridge: float
    sqs: float
    function: float
    dynamodb: float

    @property
    def total(self) -> float:
        """Return the sum."""
        return self.eventbridge + self.sqs + self.function + self.dynamodb


def load() -> Prices:
    """Read the price list."""
    listed = json.loads(LIST.read_text(encoding="utf-8"))
    return Prices(listed["as_of"], listed["region"], listed["per_million"], listed["assumed"])


def cost_per_million(
    prices: Prices, *, events: int, read_units: float, write_units: float, sent: Mapping[str, int]
) -> Cost:
    """Return what a million events cost when `events` in one batch took so much; `sent` are messages by queue.

    An event is one request into the events queue, and a receive and a delete shared by its batch. A watch arrives
    alone, later: send, receive, delete, and an invocation of the function that looks (its reads are not in here).
    Other queues are read by people or rarely: their send alone is counted.
    """
    each = prices.per_million
    watches = sent.get("watch", 0)
    others = sum(sent.values()) - watches
    return Cost(
        eventbridge=each["eventbridge_events"],
        sqs=each["sqs_requests"] * (1 + (2 + 3 * watches + others) / events),
        function=prices.invocation * (1 + watches) / events,
        dynamodb=(each["dynamodb_read_units"] * read_units + each["dynamodb_write_units"] * write_units) / events,
    )
