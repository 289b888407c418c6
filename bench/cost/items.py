"""How DynamoDB bills items: units of reads and writes, and what its indexes add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from bench.ingest.metering import READ_UNIT, WRITE_UNIT, size
from tests.support.tables import INDEXES as SHAPES

type Item = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Index:
    """An index: the attributes that an item needs to be on it, and whether it carries the whole item."""

    keys: tuple[str, str]
    whole: bool


INDEXES = {"customers": tuple(Index(keys, projected == "ALL") for keys, projected in SHAPES.values())}


def read_units(params: Mapping[str, Any], items: Iterable[Item]) -> float:
    """Return the read units of one answer: half of them where the reader did not ask for the newest state."""
    units = max(1, ceil(sum(map(size, items)) / READ_UNIT))
    return units if params.get("ConsistentRead") else units / 2


def write_units(size_in_bytes: int) -> int:
    """Return the write units of an item."""
    return max(1, ceil(size_in_bytes / WRITE_UNIT))


def index_units(index: Index, before: Item, after: Item) -> int:
    """Return what a write costs on an index: nothing where it sees no change, two writes where an item moves."""
    old, new = _seen(index, before), _seen(index, after)
    if old == new:
        return 0
    moved = bool(old and new) and any(old[key] != new[key] for key in index.keys)
    return (
        sum(write_units(size(item)) for item in (old, new) if item) if moved else write_units(max(size(old), size(new)))
    )


def _seen(index: Index, item: Item) -> Item:
    if not all(key in item for key in index.keys):
        return {}
    if index.whole:
        return item
    return {name: item[name] for name in ("pk", "sk", *index.keys)}
