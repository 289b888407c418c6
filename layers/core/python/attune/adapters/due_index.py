"""Find what is due: bounded queries on the sparse index of dues, never a scan."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from attune.adapters.customer_rows import DUE_INDEX, customer_id_of, due_in
from attune.domain.customers import Due
from attune.domain.dues import due_mark, partition_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DueIndex:
    """Reads the index of the customers table that holds dues and nothing else."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table_name

    def until(self, partition: int, now: datetime) -> Iterator[tuple[str, Due]]:
        """Yield what is due by now in one partition, the oldest first, with the id it is stored under."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=DUE_INDEX,
            KeyConditionExpression="due = :partition AND due_at <= :now",
            ExpressionAttributeValues={":partition": {"S": partition_name(partition)}, ":now": {"S": due_mark(now)}},
        )
        for page in pages:
            for row in page["Items"]:
                yield customer_id_of(row["pk"]["S"]), due_in(row)
