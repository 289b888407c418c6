"""Send new decisions to the lake, many rows to a record: Firehose bills each record as at least 5 KB."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_firehose import FirehoseClient
    from mypy_boto3_firehose.type_defs import RecordTypeDef

COLUMNS: Mapping[str, str] = {
    "decision_id": "S",
    "time": "S",
    "kind": "S",
    "subject_key": "S",
    "journey_id": "S",
    "playbook": "S",
    "playbook_version": "S",
    "touch": "N",
    "choice": "S",
    "reason_code": "S",
    "reasons": "S",
    "inputs": "S",
    "options": "S",
    "automated": "BOOL",
    "dry_run": "BOOL",
    "model_version": "S",
    "code_version": "S",
    "expires_at": "N",
}
"""The lake's columns with their DynamoDB types."""

RECORD_BYTES = 512_000
RECORDS_A_CALL = 8


class ExportError(Exception):
    """Raised when Firehose refused records; the stream then delivers the batch again."""


@dataclass(frozen=True)
class Exporter:
    """Writes rows to one delivery stream."""

    client: "FirehoseClient"
    stream: str

    def export(self, stream_records: Iterable[Mapping[str, Any]]) -> int:
        """Export the inserted rows of a stream batch; return how many. Raise ExportError if any was refused."""
        rows = [_row(r["dynamodb"]["NewImage"]) for r in stream_records if r["eventName"] == "INSERT"]
        records: list[RecordTypeDef] = [{"Data": packed} for packed in pack(rows)]
        for start in range(0, len(records), RECORDS_A_CALL):
            answer = self.client.put_record_batch(
                DeliveryStreamName=self.stream, Records=records[start : start + RECORDS_A_CALL]
            )
            if answer["FailedPutCount"]:
                message = f"Firehose refused {answer['FailedPutCount']} of {len(records)} records"
                raise ExportError(message)
        return len(rows)


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


def _row(image: Mapping[str, Any]) -> str:
    return json.dumps({name: _value(image[name][kind], kind) for name, kind in COLUMNS.items() if name in image})


def _value(value: str | bool, kind: str) -> str | int | bool:  # noqa: FBT001 - a column's value
    return int(value) if kind == "N" else value
