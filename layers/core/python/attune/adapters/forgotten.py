"""Addresses of people who were forgotten: a keyed hash each, so that nobody writes to them again."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from attune.domain.identifiers import IdentifierType
from attune.domain.identity import type_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUPPRESSED = "SUPPRESSED"
REACHED_BY = frozenset({IdentifierType.EMAIL, IdentifierType.PHONE})


class ForgottenAddresses:
    """Reads and writes the hashes, beside the links of identifiers; the key is the stage's, not the person's."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the customers table's name."""
        self._client = client
        self._table = table_name

    def remember(self, marks: Iterable[str], at: datetime) -> tuple[str, ...]:
        """Suppress the addresses among some marks; return those that were."""
        addresses = tuple(sorted(mark for mark in marks if type_of(mark) in REACHED_BY))
        for mark in addresses:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": f"IDENTITY#{mark}"},
                    "sk": {"S": SUPPRESSED},
                    "version": {"N": "1"},
                    "data": {"S": json.dumps({"since": at.date().isoformat()})},
                },
            )
        return addresses

    def any_of(self, marks: Iterable[str]) -> bool:
        """Whether one of some marks is the address of somebody who was forgotten."""
        return any(self._is_suppressed(mark) for mark in sorted(marks) if type_of(mark) in REACHED_BY)

    def _is_suppressed(self, mark: str) -> bool:
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk = :sk",
            ExpressionAttributeValues={":pk": {"S": f"IDENTITY#{mark}"}, ":sk": {"S": SUPPRESSED}},
            ConsistentRead=True,
            Select="COUNT",
        )
        return answer["Count"] > 0
