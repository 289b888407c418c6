"""Customers by the million, each as real ingestion left one of a few: profile, consent, a link and a visit."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.cost.stories import known
from tests.support.events import envelope, track
from tests.support.world import World

VISITS = (2, 3, 5, 8)
"""Events of a visit: one customer for each, whom all others are made after."""
NAME, SECRET = "<name>", "<secret>"
PLACES = 10_000_000
BETWEEN = "\0"
type Row = tuple[str, str, str]
"""Partition key, sort key and the item as JSON."""


@dataclass(frozen=True)
class Model:
    """The items of one customer as one text, with places for a name and for what is hashed."""

    text: str

    @classmethod
    def of(cls, name: str, items: Iterable[Mapping[str, Any]]) -> "Model":
        """Return the model of a customer by their items in the table: their own, and the links that lead to them."""
        own = [item for item in items if item["pk"]["S"] == f"CUSTOMER#{name}" or f'"{name}"' in item["data"]["S"]]
        profile = next(json.loads(item["data"]["S"]) for item in own if item["sk"]["S"] == "PROFILE")
        hashes = [profile["subject_secret"], *(mark.rpartition(":")[2] for mark in profile["identifiers"])]

        def placed(text: str) -> str:
            for one in hashes:
                text = text.replace(one, SECRET)
            return text.replace(name, NAME)

        texts = ((item["pk"]["S"], item["sk"]["S"], json.dumps(item, separators=(",", ":"))) for item in own)
        return cls(placed(BETWEEN.join(part for row in texts for part in row)))

    def named(self, name: str) -> Iterator[Row]:
        """Yield the items of somebody of this name."""
        secret = hashlib.sha256(name.encode()).hexdigest()
        parts = iter(self.text.replace(NAME, name).replace(SECRET, secret).split(BETWEEN))
        return zip(parts, parts, parts, strict=True)


def models(world: World, items: Callable[[], Sequence[Mapping[str, Any]]]) -> list[Model]:
    """Return a model for each length of visit; `items` reads the customers table."""
    names = {f"model-of-{events}": events for events in VISITS}
    for name, events in names.items():
        known(world, name)  # type: ignore[arg-type]
        for number in range(events):
            world.deliver(envelope(track(name, "Product Viewed", world.now, **seen(name, number))))
    stored = items()
    return [Model.of(name, stored) for name in names]


def population(made_after: Sequence[Model], many: int) -> Iterator[Row]:
    """Yield the items of so many customers, after the models in turn; their keys lie evenly among all there could be."""
    for number in range(many):
        yield from made_after[number % len(made_after)].named(f"p{number * (PLACES // many):07d}")


def seen(name: str, number: int) -> dict[str, Any]:
    """Return what an event of a visit is about."""
    visit = {
        "sessionId": f"{name}-visit",
        "timezone": "Europe/London",
        "locale": "en-GB",
        "page": {"path": "/products"},
    }
    return {"context": visit, "product_id": f"sku-{number}"}
