"""What most would write with Powertools: batch, parser and idempotency, and a counter of the customer's session.

It does less than ours: no identities, no consent, no moments, no decisions. It exists to be measured beside it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.parser import BaseModel, parse
from aws_lambda_powertools.utilities.parser.models import EventBridgeModel
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

SEEN_FOR = 24 * 3600


class Call(BaseModel):
    """A call of the Segment spec, as far as it is read here."""

    type: str
    userId: str = ""  # noqa: N815 - the spec's name
    anonymousId: str = ""  # noqa: N815 - the spec's name
    messageId: str  # noqa: N815 - the spec's name
    event: str = ""
    timestamp: str
    properties: dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)


class Event(EventBridgeModel):
    """The event around a call."""

    detail: Call


def handler_over(dynamodb: Any, *, sessions: str, seen: str) -> Callable[[Mapping[str, Any], LambdaContext], Any]:
    """Return the handler; `sessions` and `seen` are tables with the keys pk and id."""
    store = DynamoDBPersistenceLayer(table_name=seen, boto3_client=dynamodb)
    config = IdempotencyConfig(event_key_jmespath="detail.messageId", expires_after_seconds=SEEN_FOR)
    processor = BatchProcessor(event_type=EventType.SQS)

    @idempotent_function(data_keyword_argument="event", persistence_store=store, config=config)
    def count(*, event: dict[str, Any]) -> None:
        call = event["detail"]
        dynamodb.update_item(
            TableName=sessions,
            Key={"pk": {"S": f"CUSTOMER#{call['userId'] or call['anonymousId']}"}},
            UpdateExpression="ADD signals :one SET seen_at = :at, last_event = :event",
            ExpressionAttributeValues={
                ":one": {"N": "1"},
                ":at": {"S": call["timestamp"]},
                ":event": {"S": call["event"]},
            },
        )

    def take(record: SQSRecord) -> None:
        count(event=parse(record.body, Event).model_dump(mode="json", by_alias=True))

    def handle(event: Mapping[str, Any], context: LambdaContext) -> Any:
        config.register_lambda_context(context)
        return process_partial_response(event=dict(event), record_handler=take, processor=processor, context=context)

    return handle
