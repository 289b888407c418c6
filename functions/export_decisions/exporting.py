"""Send new decisions to the lake, many rows to a record: Firehose bills each record as at least 5 KB."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from attune.adapters.decision_columns import COLUMNS as LAKE_COLUMNS
from attune.adapters.seal_store import SealStore
from attune.domain.sealing import row_hash

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_firehose.type_defs import RecordTypeDef

_TYPES = {"string": "S", "int": "N", "bigint": "N", "boolean": "BOOL"}
COLUMNS: Mapping[str, str] = {name: _TYPES[kind] for name, kind in LAKE_COLUMNS.items()}
"""The lake's columns with their DynamoDB types."""

RECORD_BYTES = 512_000
RECORDS_A_CALL = 8


class ExportError(Exception):
    """Raised when Firehose refused records; the stream then delivers the batch again."""


@dataclass(frozen=True)
class Exported:
    """How many rows of a batch went to the lake, and how many of them break the rules of their kind."""

    rows: int
    defective: int


@dataclass(frozen=True)
class Exporter:
    """Writes rows to one delivery stream, after saying so where the lake is held against it."""

    client: "FirehoseClient"
    stream: str
    store: SealStore
    today: Callable[[], date] = lambda: datetime.now(UTC).date()

    def export(self, stream_records: Iterable[Mapping[str, Any]]) -> Exported:
        """Export the inserted rows of a stream batch. Raise ExportError if Firehose refused any."""
        rows = [_row(r["dynamodb"]["NewImage"]) for r in stream_records if r["eventName"] == "INSERT"]
        if rows:
            self.store.announce(self.today(), {str(row["decision_id"]): row_hash(row) for row in rows})
        records: list[RecordTypeDef] = [{"Data": packed} for packed in pack(map(json.dumps, rows))]
        for start in range(0, len(records), RECORDS_A_CALL):
            answer = self.client.put_record_batch(
                DeliveryStreamName=self.stream, Records=records[start : start + RECORDS_A_CALL]
            )
            if answer["FailedPutCount"]:
                message = f"Firehose refused {answer['FailedPutCount']} of {len(records)} records"
                raise ExportError(message)
        return Exported(len(rows), sum(1 for row in rows if row.get("defects")))


def pack(rows: Iterable[str]) -> Iterator[bytes]:
    """Pack rows into records of at most 512,000 bytes, one JSON object a line."""
    packed: list[bytes] = []
    size = 0
    for row in rows:
        line = f"{row}\n".encode()
        if packed and size + len(line) > RECORD_BYTES:
            yield b"".join(packed)
            packed, size = [], 0
        packed.append(line)
        size += len(line)
    if packed:
        yield b"".join(packed)


def _row(image: Mapping[str, Any]) -> dict[str, str | int | bool]:
    return {name: _value(image[name][kind], kind) for name, kind in COLUMNS.items() if name in image}


def _value(value: str | bool, kind: str) -> str | int | bool:  # noqa: FBT001 - a column's value
    return int(value) if kind == "N" else value
