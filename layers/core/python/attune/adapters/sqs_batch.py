"""Work through an SQS batch so that one bad message does not take the others down."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attune.adapters.logs import Logger

type BatchResponse = dict[str, list[dict[str, str]]]


def failures(message_ids: Iterable[str]) -> BatchResponse:
    """Return the partial batch response that makes SQS deliver exactly these messages again."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in message_ids]}


def each_record(event: Mapping[str, Any], work: Callable[[str], None], logger: Logger) -> BatchResponse:
    """Do `work` on the body of every record; report those that raised, for redelivery and in the end the DLQ."""
    failed = []
    for record in event["Records"]:
        try:
            work(record["body"])
        except Exception:
            logger.exception("record_failed", message_id=record["messageId"])
            failed.append(record["messageId"])
    return failures(failed)
