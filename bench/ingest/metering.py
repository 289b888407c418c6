"""What is asked of DynamoDB: requests, items, and the units that AWS would bill for them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

READ_UNIT = 4_096
WRITE_UNIT = 1_024
COUNTED = frozenset({"Query", "GetItem", "BatchGetItem", "PutItem", "DeleteItem"})
type Key = tuple[str, str, str]
type Item = Mapping[str, Mapping[str, Any]]


class UnpricedCallError(Exception):
    """Raised when ingest asks DynamoDB something whose units the bench does not know how to count."""


@dataclass
class Usage:
    """What some work took; `calls` by name of the request, `writes` by kind of item."""

    calls: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    read_units: int = 0
    write_units: int = 0
    refused: int = 0
    """Conditional writes that failed; they are billed as well."""


class Meter:
    """Counts the requests of a DynamoDB client; it must see all of them, to know how large items were."""

    def __init__(self, dynamodb: Any) -> None:
        """Listen to the client."""
        self._sizes: dict[Key, int] = {}
        self._usage = Usage()
        on = dynamodb.meta.events
        on.register("before-parameter-build.dynamodb", self._asked)
        on.register("after-call.dynamodb", self._answered)

    @contextmanager
    def counting(self) -> Iterator[Usage]:
        """Count what is asked inside the block."""
        self._usage = Usage()
        yield self._usage
        self._usage = Usage()

    def _asked(self, params: Mapping[str, Any], model: Any, context: dict[str, Any], **_: object) -> None:
        context["attune_bench"] = (model.name, params)

    def _answered(self, http_response: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: object) -> None:
        name, params = context["attune_bench"]
        if name not in COUNTED:
            if name in {"Scan", "CreateTable"}:
                return
            message = f"{name} is asked of DynamoDB, and nobody said what it costs"
            raise UnpricedCallError(message)
        self._usage.calls[name] += 1
        match name:
            case "Query":
                self._usage.read_units += _units(sum(map(size, parsed.get("Items", ()))), READ_UNIT)
            case "GetItem":
                self._usage.read_units += _units(size(parsed.get("Item", {})), READ_UNIT)
            case "BatchGetItem":
                self._read_many(params, parsed)
            case _:
                self._wrote(params, deleted=name == "DeleteItem", refused=http_response.status_code >= 400)  # noqa: PLR2004

    def _read_many(self, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        """Each item is billed on its own, and one that is not there like a small one."""
        asked = sum(len(request["Keys"]) for request in params["RequestItems"].values())
        found = [item for items in parsed["Responses"].values() for item in items]
        self._usage.read_units += sum(_units(size(item), READ_UNIT) for item in found) + asked - len(found)

    def _wrote(self, params: Mapping[str, Any], *, deleted: bool, refused: bool) -> None:
        """A write is billed by the larger of what was there and what is."""
        item: Item = params["Key"] if deleted else params["Item"]
        key = (params["TableName"], item["pk"]["S"], item["sk"]["S"])
        after = 0 if deleted else size(item)
        self._usage.write_units += _units(max(self._sizes.get(key, 0), after), WRITE_UNIT)
        if refused:
            self._usage.refused += 1
            return
        self._sizes[key] = after
        kind = key[2].partition("#")[0] if key[0] == "customers" else "DECISION"
        self._usage.writes[f"{kind} deleted" if deleted else kind] += 1


def size(item: Item) -> int:
    """Return the size of an item in bytes as DynamoDB reckons it: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content) // 2 + 1
        case _:
            return 1


def _units(size_in_bytes: int, unit: int) -> int:
    return max(1, ceil(size_in_bytes / unit))
