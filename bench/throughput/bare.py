"""The same way without Attune: a bus, a queue, a handler that puts a row, and two readers of the rows that do nothing.

As many parts as the stage has on the way of an event, of the same sizes, so that what the local AWS itself takes shows.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

NAME = "attune-bench-bare"
ROLE = "arn:aws:iam::000000000000:role/bench"
CODE = f"""
import json
import botocore.session
dynamodb = botocore.session.get_session().create_client("dynamodb")

def write(event, context):
    for record in event["Records"]:
        call = json.loads(record["body"])["detail"]
        key = {{"pk": {{"S": call["userId"]}}, "sk": {{"S": call["timestamp"] + "#" + call["messageId"]}}}}
        dynamodb.put_item(TableName="{NAME}", Item={{**key, "data": {{"S": record["body"]}}}})
    return {{"batchItemFailures": []}}

def read(event, context):
    return {{}}
"""


@dataclass(frozen=True)
class Bare:
    """What was made: where to publish, and the stream of what is written."""

    bus: str
    stream_arn: str


def make_bare(session: Any, layers: list[str], concurrency: int) -> Bare:
    """Make all of it; it ends with the local AWS."""
    table = session.client("dynamodb").create_table(
        TableName=NAME,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]
    stream = table["LatestStreamArn"]
    functions = session.client("lambda")
    from_queue: dict[str, Any] = {"BatchSize": 10, "ScalingConfig": {"MaximumConcurrency": concurrency}}
    from_stream: dict[str, Any] = {"BatchSize": 100, "StartingPosition": "LATEST"}
    for name, handler, source, options in (
        (f"{NAME}-write", "write", _queue_behind_bus(session), from_queue),
        (f"{NAME}-read", "read", stream, from_stream),
        (f"{NAME}-read-too", "read", stream, from_stream),
    ):
        _function(functions, name, handler, layers)
        functions.create_event_source_mapping(FunctionName=name, EventSourceArn=source, **options)
    return Bare(NAME, stream)


def _queue_behind_bus(session: Any) -> str:
    sqs, events = session.client("sqs"), session.client("events")
    url = sqs.create_queue(QueueName=NAME, Attributes={"VisibilityTimeout": "180"})["QueueUrl"]
    arn = str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])
    events.create_event_bus(Name=NAME)
    pattern = json.dumps({"source": [{"anything-but": ["attune"]}]})
    events.put_rule(Name=NAME, EventBusName=NAME, EventPattern=pattern)
    events.put_targets(Rule=NAME, EventBusName=NAME, Targets=[{"Id": "queue", "Arn": arn}])
    return arn


def _function(functions: Any, name: str, handler: str, layers: list[str]) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("bare.py", CODE)
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler=f"bare.{handler}",
        Role=ROLE,
        Layers=layers,
        MemorySize=512,
        Code={"ZipFile": code.getvalue()},
    )
