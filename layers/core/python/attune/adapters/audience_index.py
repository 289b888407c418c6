"""Find customers whom an audience list may be about: bounded queries on the sparse index, never a scan."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attune.adapters.customer_rows import AUDIENCE_INDEX, customer_id_of
from attune.domain.audience.index import partition_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class AudienceIndex:
    """Reads the index of the customers table; it holds keys only, and nobody for whom no list was ever meant."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table_name

    def candidates(self, partition: int, since_day: str) -> Iterator[str]:
        """Yield customer ids of one partition with something that lasts, or was on `since_day` or later; each once."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=AUDIENCE_INDEX,
            KeyConditionExpression="audience = :partition AND audience_day >= :since",
            ExpressionAttributeValues={":partition": {"S": partition_name(partition)}, ":since": {"S": since_day}},
            ProjectionExpression="pk",
        )
        seen: set[str] = set()
        for page in pages:
            for row in page["Items"]:
                customer_id = customer_id_of(row["pk"]["S"])
                if customer_id not in seen:
                    seen.add(customer_id)
                    yield customer_id
