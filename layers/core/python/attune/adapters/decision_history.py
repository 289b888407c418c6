"""The decisions about one person, read back from the log."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attune.adapters.clock import Clock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DecisionHistory:
    """Reads the decisions of the last 90 days."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Clock) -> None:
        """Keep the client, the table's name and the clock that expiry is told by."""
        self._client = client
        self._table = table_name
        self._clock = clock

    def of(self, subject_key: str) -> tuple[Mapping[str, Any], ...]:
        """Return the rows about one subject, oldest first, as flat columns."""
        now = self._clock.real_now().timestamp()
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": subject_key}},
        )
        rows = (_plain(item) for page in pages for item in page["Items"])
        return tuple(row for row in rows if float(row.get("expires_at", now + 1)) > now)


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(kind, value) for name, typed in item.items() for kind, value in typed.items()}


def _value(kind: str, value: Any) -> Any:
    match kind:
        case "N":
            return float(value) if "." in value or "e" in value.casefold() else int(value)
        case _:
            return value
