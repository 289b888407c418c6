"""Decisions on their way into the lake: the table's stream, packed into few records for Firehose."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.components.evidence import allow_announcements
from infra.components.lake import Lake
from infra.components.log_stream import follow_log
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
    # Rows are packed into few records, so a batch may wait a little to fill.
    window = Duration.seconds(0 if workshop.stage.name == "local" else 10)
    follow_log(function, decisions, batch_size=100, window=window, failed=failed)
    return function
