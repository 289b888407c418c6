"""Whose an identifier is: one link item per identifier, claimed and moved by conditional writes."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from attune.domain.errors import ConflictError
from attune.domain.identity import Link

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEYS_PER_REQUEST = 100
LINK = "LINK"


class IdentityLinks:
    """Reads and writes links in the customers table."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        """Keep the client and the table's name."""
        self._client = client
        self._table = table_name

    def get(self, mark: str) -> Link | None:
        """Return the link of an identifier, if anybody ever claimed it."""
        answer = self._client.get_item(TableName=self._table, Key=_key(mark), ConsistentRead=True)
        return _read(answer["Item"]) if "Item" in answer else None

    def get_many(self, marks: Iterable[str]) -> dict[str, Link]:
        """Return the links there are, in as few requests as possible."""
        wanted = sorted(set(marks))
        found: dict[str, Link] = {}
        for start in range(0, len(wanted), KEYS_PER_REQUEST):
            keys: Any = [_key(mark) for mark in wanted[start : start + KEYS_PER_REQUEST]]
            while keys:
                request: Any = {self._table: {"Keys": keys, "ConsistentRead": True}}
                answer = self._client.batch_get_item(RequestItems=request)
                found |= {link.mark: link for link in map(_read, answer["Responses"].get(self._table, []))}
                unprocessed = answer.get("UnprocessedKeys", {})
                keys = unprocessed[self._table]["Keys"] if self._table in unprocessed else []
        return found

    def save(self, link: Link) -> Link:
        """Write a link over the version it was read in; raise ConflictError if somebody else was first."""
        written = replace(link, version=link.version + 1)
        values: Any = {":read": {"N": str(link.version)}} if link.version else {}
        condition = "version = :read" if link.version else "attribute_not_exists(pk)"
        item: Any = {
            **_key(link.mark),
            "version": {"N": str(written.version)},
            "data": {"S": _link().dump_json(written).decode()},
        }
        options: Any = {"ExpressionAttributeValues": values} if values else {}
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression=condition, **options)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                message = f"the link of {link.mark} was written by somebody else first"
                raise ConflictError(message) from error
            raise
        return written


def _key(mark: str) -> dict[str, Any]:
    return {"pk": {"S": f"IDENTITY#{mark}"}, "sk": {"S": LINK}}


def _read(row: Any) -> Link:
    return replace(_link().validate_json(row["data"]["S"]), version=int(row["version"]["N"]))


@cache
def _link() -> TypeAdapter[Link]:
    """Return what reads and writes links, built when the first one comes."""
    return TypeAdapter(Link)
