"""A table of DynamoDB in memory, for as many items as moto cannot hold: it answers the requests of a real client.

Rows are JSON in SQLite, by key. It knows what the functions ask of the way of an event, and refuses everything else, a scan above
all.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any
from unittest.mock import patch
from weakref import finalize

from moto.core.botocore_stubber import BotocoreStubber

from bench.ingest.metering import size

type Item = Mapping[str, Mapping[str, Any]]
type Answer = tuple[int, dict[str, str], str]
OK, REFUSED = 200, 400
INDEXES = {"due": ("due", "due_at")}
_FIELDS = {
    "PutItem": {"TableName", "Item", "ConditionExpression", "ExpressionAttributeValues"},
    "GetItem": {"TableName", "Key", "ConsistentRead"},
    "Query": {
        "TableName",
        "IndexName",
        "KeyConditionExpression",
        "ExpressionAttributeValues",
        "ConsistentRead",
        "Select",
    },
    "BatchGetItem": {"RequestItems"},
    "BatchWriteItem": {"RequestItems"},
}
_CONDITIONS: Mapping[str, Callable[[Item | None, Item], bool]] = {
    "attribute_not_exists(pk)": lambda known, _: known is None,
    "version = :read": lambda known, given: known is not None and known.get("version") == given[":read"],
    "attribute_not_exists(pk) OR expires_at <= :now": lambda known, given: (
        known is None or ("expires_at" in known and int(known["expires_at"]["N"]) <= int(given[":now"]["N"]))
    ),
}


class NotAnsweredError(Exception):
    """Raised where something is asked that a table in memory does not know."""


class TableInMemory:
    """Answers a client of DynamoDB; `asked` counts requests by name, `written` is the size of every item that was put, in bytes."""

    def __init__(self) -> None:
        """Begin empty."""
        self.asked: Counter[str] = Counter()
        self.written: list[int] = []
        self._one_at_a_time = Lock()
        self._rows = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        finalize(self, self._rows.close)
        # Pages that hold an item whole, and no copy of what a transaction changed: a million customers must fit.
        self._rows.executescript("PRAGMA page_size = 32768; PRAGMA journal_mode = OFF;")
        self._rows.execute(
            "CREATE TABLE item (name TEXT, pk TEXT, sk TEXT, due TEXT, due_at TEXT, json TEXT, PRIMARY KEY (name, pk, sk))"
            " WITHOUT ROWID"
        )
        self._rows.execute("CREATE INDEX due ON item (name, due, due_at) WHERE due IS NOT NULL")

    @contextmanager
    def instead_of_moto(self) -> Iterator[None]:
        """Answer what is asked of DynamoDB, inside `mock_aws`, for the time of a block."""
        others = BotocoreStubber.process_request

        def process(stubber: BotocoreStubber, request: Any) -> Any:
            target = request.headers.get("X-Amz-Target", "")
            target = target.decode() if isinstance(target, bytes) else target
            if not target.startswith("DynamoDB_"):
                return others(stubber, request)
            body = request.body.decode() if isinstance(request.body, bytes) else request.body
            with self._one_at_a_time:  # what is due is looked for by several threads
                return self.answer(target.partition(".")[2], json.loads(body))

        with patch.object(BotocoreStubber, "process_request", process):
            yield

    def fill(self, name: str, items: Iterable[tuple[str, str, str]]) -> None:
        """Put items that nobody has to be asked about: partition key, sort key and JSON; none may be on an index."""
        rows = ((name, pk, sk, text) for pk, sk, text in items)
        self._rows.executemany("INSERT INTO item (name, pk, sk, json) VALUES (?, ?, ?, ?)", rows)

    def items(self, name: str) -> list[dict[str, Any]]:
        """Return everything in a table, for whoever looks on; no request can ask for that."""
        found = self._rows.execute("SELECT json FROM item WHERE name = ? ORDER BY pk, sk", (name,))
        return [json.loads(text) for (text,) in found]

    def count(self, name: str) -> int:
        """Return how many items a table holds."""
        return int(self._rows.execute("SELECT count(*) FROM item WHERE name = ?", (name,)).fetchone()[0])

    def empty(self, name: str) -> None:
        """Take everything out of a table."""
        self._rows.execute("DELETE FROM item WHERE name = ?", (name,))

    def answer(self, operation: str, asked: Mapping[str, Any]) -> Answer:
        """Answer one request as DynamoDB would; raise NotAnsweredError for what is not known here."""
        self.asked[operation] += 1
        if operation == "CreateTable":
            return OK, {}, "{}"
        unknown = asked.keys() - _FIELDS.get(operation, set())
        if operation not in _FIELDS or unknown:
            message = f"{operation} with {sorted(unknown)} is asked of a table in memory"
            raise NotAnsweredError(message)
        match operation:
            case "PutItem":
                return self._put(asked)
            case "GetItem":
                item = self._get(asked["TableName"], asked["Key"])
                return OK, {}, f'{{"Item": {item}}}' if item else "{}"
            case "Query":
                found = self._query(asked)
                if asked.get("Select") == "COUNT":
                    return OK, {}, f'{{"Count": {len(found)}, "ScannedCount": {len(found)}}}'
                return OK, {}, f'{{"Items": [{", ".join(found)}], "Count": {len(found)}, "ScannedCount": {len(found)}}}'
            case "BatchGetItem":
                wanted = asked["RequestItems"].items()
                found_in = {name: [self._get(name, key) for key in one["Keys"]] for name, one in wanted}
                parts = (f'"{name}": [{", ".join(filter(None, texts))}]' for name, texts in found_in.items())
                return OK, {}, f'{{"Responses": {{{", ".join(parts)}}}, "UnprocessedKeys": {{}}}}'
            case _:
                for name, requests in asked["RequestItems"].items():
                    for request in requests:
                        self._write(name, request["PutRequest"]["Item"])
                return OK, {}, '{"UnprocessedItems": {}}'

    def _put(self, asked: Mapping[str, Any]) -> Answer:
        item, condition = asked["Item"], asked.get("ConditionExpression", "")
        if condition:
            if condition not in _CONDITIONS:
                raise NotAnsweredError(condition)
            text = self._get(asked["TableName"], item)
            known = json.loads(text) if text else None
            if not _CONDITIONS[condition](known, asked.get("ExpressionAttributeValues", {})):
                kind = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
                return REFUSED, {}, json.dumps({"__type": kind, "message": "The conditional request failed"})
        self._write(asked["TableName"], item)
        return OK, {}, "{}"

    def _write(self, name: str, item: Item) -> None:
        text = json.dumps(item, separators=(",", ":"))
        self.written.append(size(item))
        due = [item[key]["S"] if key in item else None for key in INDEXES["due"]]
        self._rows.execute(
            "INSERT OR REPLACE INTO item VALUES (?, ?, ?, ?, ?, ?)",
            (name, item["pk"]["S"], item["sk"]["S"], *due, text),
        )

    def _get(self, name: str, key: Item) -> str:
        place = (name, key["pk"]["S"], key["sk"]["S"])
        found = self._rows.execute("SELECT json FROM item WHERE name = ? AND pk = ? AND sk = ?", place).fetchone()
        return found[0] if found else ""

    def _query(self, asked: Mapping[str, Any]) -> list[str]:
        """Return what one partition holds, in the order of the key, or of the index."""
        keys = INDEXES[asked["IndexName"]] if "IndexName" in asked else ("pk", "sk")
        where, values = [], []
        for part in asked["KeyConditionExpression"].split(" AND "):
            name, comparison, value = part.split(" ")
            if name not in keys or comparison not in {"=", "<=", ">="}:
                raise NotAnsweredError(asked["KeyConditionExpression"])
            where.append(f"{name} {comparison} ?")
            values.append(asked["ExpressionAttributeValues"][value]["S"])
        sql = f"SELECT json FROM item WHERE name = ? AND {' AND '.join(where)} ORDER BY {keys[1]}"  # noqa: S608 - of names known here
        return [text for (text,) in self._rows.execute(sql, (asked["TableName"], *values))]
