"""Decisions on their way into the lake: the table's stream, packed into few records for Firehose."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.evidence import allow_announcements
from infra.components.lake import Lake
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq


def export_decisions(
    scope: Construct,
    *,
    workshop: Workshop,
    decisions: dynamodb.ITable,
    lake: Lake,
    evidence: s3.IBucket,
    failed: QueueWithDlq,
) -> PythonFunction:
    """Add the function that follows the log's stream; a batch that keeps failing goes to `failed`, for people."""
    function = PythonFunction(
        scope,
        "export_decisions",
        workshop=workshop,
        settings={"DELIVERY_STREAM": lake.stream.ref, "EVIDENCE_BUCKET": evidence.bucket_name},
        templates=False,
    )
    function.allow("firehose:PutRecordBatch", resources=[lake.stream.attr_arn])
    allow_announcements(function, evidence)
    function.add_event_source(
        event_sources.DynamoEventSource(
            decisions,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=100,
            # Rows are packed into few records, so a batch may wait a little to fill.
            max_batching_window=Duration.seconds(0 if workshop.stage.name == "local" else 10),
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
    return function
