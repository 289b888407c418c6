"""Write many items to one DynamoDB table with few requests, and insist until all are there."""

import random
import time
from collections.abc import Iterable, Mapping
from itertools import batched
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 25
TRIES = 8
LONGEST_PAUSE_SECONDS = 2.0

type Item = Mapping[str, Any]


class UnwrittenError(Exception):
    """Raised when DynamoDB kept putting items off; whoever asked may ask again."""


def put_all(client: "DynamoDBClient", table: str, items: Iterable[Item]) -> int:
    """Put items, the last one of each key; return how many. Raises UnwrittenError where some were not taken."""
    unique = {(item["pk"]["S"], item["sk"]["S"]): item for item in items}
    _write(client, table, [{"PutRequest": {"Item": dict(item)}} for item in unique.values()])
    return len(unique)


def delete_all(client: "DynamoDBClient", table: str, keys: Iterable[tuple[str, str]]) -> int:
    """Delete items by partition and sort key; return how many keys were given."""
    unique = set(keys)
    _write(client, table, [{"DeleteRequest": {"Key": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in unique])
    return len(unique)


def _write(client: "DynamoDBClient", table: str, requests: list[dict[str, Any]]) -> None:
    for part in batched(requests, AT_ONCE, strict=False):
        left: list[Any] = list(part)
        for attempt in range(TRIES):
            left = client.batch_write_item(RequestItems={table: left})["UnprocessedItems"].get(table, [])
            if not left:
                break
            time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.05 * 2**attempt)))  # noqa: S311 - jitter is no secret
        else:
            message = f"{len(left)} items of {table} were not written in {TRIES} tries"
            raise UnwrittenError(message)
