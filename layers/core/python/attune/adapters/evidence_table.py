"""Evidence in the policies table: pieces by the day their journeys began, sums of days that are over, and what came late.

    _evidence#<playbook>#<day>#<shard>   <journey>#<decision>   one piece; written again it is the same item
    _days#<playbook>                     <day>#<revision>       what came of a day, packed; a revision never changes
    _late#<playbook>                     <day>                  evidence came after the day was summed up

A piece is put, never added to: whatever is delivered again, and in whatever order, leaves the same items.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError
from pydantic import TypeAdapter

from attune.adapters.batch_writes import put_all
from attune.adapters.clock import Clock
from attune.domain.learning.evidence import Piece
from attune.domain.learning.refitting import HORIZON, Tally

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SHARDS = 4
KEPT_FOR = timedelta(days=150)
"""Longer than anything can still come late: a journey's window, and 60 days in which an order may be taken back."""


class EvidenceTable:
    """Writes and reads evidence."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Clock) -> None:
        """Keep the client, the table's name and the clock that expiry is told by."""
        self._client = client
        self._table = table_name
        self._clock = clock

    def put(self, pieces: Iterable[Piece]) -> int:
        """Write pieces; return how many there were, each counted once."""
        known = {piece.ref: piece for piece in pieces}
        # A mark of its own each time: who counts what an earlier mark stands for must not take this one away.
        marks = [
            {"pk": {"S": f"_late#{playbook}"}, "sk": {"S": day.isoformat()}, "token": {"S": uuid4().hex}}
            for playbook, day in sorted({(piece.playbook, piece.day) for piece in known.values() if piece.late})
        ]
        put_all(self._client, self._table, list(map(self._row, known.values())))
        # Only now: a mark that came first could be taken away before its piece is there.
        put_all(self._client, self._table, marks)
        return len(known)

    def pieces(self, playbook: str, day: date) -> tuple[Piece, ...]:
        """Return all pieces of journeys that began on a day."""
        found = (
            _piece().validate_json(row["data"]["S"])
            for shard in range(SHARDS)
            for row in self._rows(_partition(playbook, day, shard))
        )
        return tuple(found)

    def summed_days(self, playbook: str, *, since: date) -> dict[date, Tally]:
        """Return the latest sum of each day that was summed up."""
        found: dict[date, Tally] = {}
        for row in self._rows(f"_days#{playbook}", since=since.isoformat()):
            day = date.fromisoformat(row["sk"]["S"].partition("#")[0])
            found[day] = unpack_tally(row["data"]["B"])  # sorted by revision: the last one stays
        return found

    def put_sum(self, playbook: str, day: date, tally: Tally) -> None:
        """Write what came of a day as a new revision; those before it stay as they are."""
        before = [row["sk"]["S"] for row in self._rows(f"_days#{playbook}", since=day.isoformat())]
        revisions = sum(sort_key.startswith(day.isoformat()) for sort_key in before)
        ends = datetime.combine(day, time(), UTC) + HORIZON + KEPT_FOR
        self._client.put_item(
            TableName=self._table,
            Item={
                "pk": {"S": f"_days#{playbook}"},
                "sk": {"S": f"{day.isoformat()}#{revisions + 1:04d}"},
                "data": {"B": pack_tally(tally)},
                "expires_at": {"N": str(int(self._clock.to_real(ends).timestamp()))},
            },
            ConditionExpression="attribute_not_exists(pk)",
        )

    def late_days(self, playbook: str) -> dict[date, str]:
        """Return the days that evidence came late for, each with the mark to take away once it is counted."""
        rows = self._rows(f"_late#{playbook}")
        return {date.fromisoformat(row["sk"]["S"]): row["token"]["S"] for row in rows}

    def forget_late(self, playbook: str, day: date, token: str) -> None:
        """Take a day's mark away, unless more came meanwhile."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"pk": {"S": f"_late#{playbook}"}, "sk": {"S": day.isoformat()}},
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={":token": {"S": token}},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def _row(self, piece: Piece) -> dict[str, Any]:
        shard = sha256(piece.journey_id.encode()).digest()[0] % SHARDS
        ends = datetime.combine(piece.day, time(), UTC) + KEPT_FOR
        # Whether it came late is about this delivery, not about what happened: the item is the same either way.
        data = _piece().dump_json(replace(piece, late=False), exclude_defaults=True).decode()
        return {
            "pk": {"S": _partition(piece.playbook, piece.day, shard)},
            "sk": {"S": f"{piece.journey_id}#{piece.ref}"},
            "data": {"S": data},
            "expires_at": {"N": str(int(self._clock.to_real(ends).timestamp()))},
        }

    def _rows(self, key: str, *, since: str = "") -> Iterator[Mapping[str, Any]]:
        condition, values = "pk = :pk", {":pk": {"S": key}}
        if since:
            condition, values = "pk = :pk AND sk >= :since", {**values, ":since": {"S": since}}
        # Consistent: whoever has seen a mark, and takes it away, must have seen the evidence it stands for.
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]


def pack_tally(tally: Tally) -> bytes:
    """Return a sum as compressed JSON."""
    return zlib.compress(_tally().dump_json(tally), 9)


def unpack_tally(data: object) -> Tally:
    """Return the sum that was packed."""
    packed = data if isinstance(data, bytes) else bytes(getattr(data, "value", b""))
    return _tally().validate_json(zlib.decompress(packed))


def _partition(playbook: str, day: date, shard: int) -> str:
    return f"_evidence#{playbook}#{day.isoformat()}#{shard}"


@cache
def _piece() -> TypeAdapter[Piece]:
    return TypeAdapter(Piece)


@cache
def _tally() -> TypeAdapter[Tally]:
    return TypeAdapter(Tally)
