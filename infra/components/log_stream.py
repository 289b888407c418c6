"""Functions that follow the log: the decisions table's stream, batch after batch, and nothing dropped."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources

from infra.components.acknowledgements import acknowledge
from infra.components.python_function import PythonFunction
from infra.components.queue_with_dlq import QueueWithDlq


def follow_log(
    function: PythonFunction, decisions: dynamodb.ITable, *, batch_size: int, window: Duration, failed: QueueWithDlq
) -> None:
    """Let a function read the log's stream from its beginning; a batch that keeps failing is noted in `failed`, for people."""
    function.add_event_source(
        event_sources.DynamoEventSource(
            decisions,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=batch_size,
            max_batching_window=window,
            bisect_batch_on_error=True,
            retry_attempts=5,
            max_record_age=Duration.hours(12),
            on_failure=event_sources.SqsDlq(failed.queue),
        )
    )
    acknowledge(
        function.execution_role,
        {"AwsSolutions-IAM5[Resource::*]": "dynamodb:ListStreams, which Lambda's poller needs, knows no resource."},
    )
