"""What most would write with Powertools: batch, parser and idempotency, and a counter of the customer's session.

It does less than ours: no identities, no consent, no moments, no decisions. It exists to be measured beside it. With
`session_work` in place of the counter it keeps the session that ours keeps, with the moments to watch: that much alone is the same.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
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

from attune.adapters.customers_table import CustomersTable
from attune.domain.absorbing import absorb
from attune.domain.sessions import Trigger
from attune.domain.signals import KINDS_BY_EVENT, Signal

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


type Work = Callable[[Mapping[str, Any]], None]
"""What is done about a call, once."""


def counting(dynamodb: Any, sessions: str) -> Work:
    """Return what counts a call in one item of its customer's; `sessions` is a table with the key pk."""

    def count(call: Mapping[str, Any]) -> None:
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

    return count


def session_work(customers: CustomersTable, triggers: tuple[Trigger, ...]) -> Work:
    """Return what takes a call into the session that ours keeps; its customers are others than ours, of the same table."""

    def take_in(call: Mapping[str, Any]) -> None:
        context = call["context"]
        customer = customers.load_or_create(f"idiomatic-{call['userId'] or call['anonymousId']}")
        signal = Signal(
            message_id=call["messageId"],
            customer_id=customer.customer_id,
            session_id=context["sessionId"],
            time=datetime.fromisoformat(call["timestamp"]),
            kind=KINDS_BY_EVENT[call["event"]],
            name=call["event"],
            reference=call["properties"].get("cart_id", ""),
            context={
                "locale": context["locale"],
                "time_zone": context["timezone"],
                "page_path": context["page"]["path"],
            },
        )
        for item in absorb(customer, [signal], triggers).changed:
            customers.save(customer.customer_id, item)

    return take_in


def handler_over(dynamodb: Any, *, seen: str, work: Work) -> Callable[[Mapping[str, Any], LambdaContext], Any]:
    """Return the handler; `seen` is a table with the key id."""
    store = DynamoDBPersistenceLayer(table_name=seen, boto3_client=dynamodb)
    config = IdempotencyConfig(event_key_jmespath="detail.messageId", expires_after_seconds=SEEN_FOR)
    processor = BatchProcessor(event_type=EventType.SQS)

    @idempotent_function(data_keyword_argument="event", persistence_store=store, config=config)
    def once(*, event: dict[str, Any]) -> None:
        work(event["detail"])

    def take(record: SQSRecord) -> None:
        once(event=parse(record.body, Event).model_dump(mode="json", by_alias=True))

    def handle(event: Mapping[str, Any], context: LambdaContext) -> Any:
        config.register_lambda_context(context)
        return process_partial_response(event=dict(event), record_handler=take, processor=processor, context=context)

    return handle
