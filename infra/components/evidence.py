"""What bears witness to the log: a bucket for seals and announcements, and the daily run that seals."""

from aws_cdk import CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.lake import RESULTS, TABLE, Lake
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq
from infra.stage import Stage

ANNOUNCED, ROWS, SEALS = "announced", "rows", "seals"
ANNOUNCED_KEPT = Duration.days(35)
AT_HOUR, AT_MINUTE = "4", "15"
"""When the day before is sealed, UTC: Firehose has delivered it, and nothing else runs."""
SEALING_TAKES = Duration.minutes(15)


class Evidence(Construct):
    """The bucket: encrypted, TLS only, private; where the stage says so nobody can take anything back out of it."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, access_logs: s3.IBucket) -> None:
        super().__init__(scope, construct_id)
        kept = Duration.days(stage.lake_days)
        lock = s3.ObjectLockRetention.compliance(kept) if stage.evidence_lock else None
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="evidence/",
            versioned=True if lock else None,
            object_lock_default_retention=lock,
            lifecycle_rules=[
                s3.LifecycleRule(prefix=f"{ANNOUNCED}/", expiration=ANNOUNCED_KEPT),
                # The seals themselves stay for good: they are small, and each one vouches for all before it.
                s3.LifecycleRule(prefix=f"{ROWS}/", expiration=Duration.days(stage.lake_days + 30)),
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(7)),
            ],
            removal_policy=RemovalPolicy.RETAIN if stage.retain_state else RemovalPolicy.DESTROY,
        )


def allow_announcements(function: PythonFunction, bucket: s3.IBucket) -> None:
    """Let a function say which rows are on their way into the lake, and nothing else."""
    function.allow("s3:PutObject", resources=[bucket.arn_for_objects(f"{ANNOUNCED}/*")])
    _explain(function, bucket, (ANNOUNCED,), "Announcements are named by their content; it writes below one prefix.")


def seal_decisions(
    scope: Construct, *, workshop: Workshop, runs: QueueWithDlq, lake: Lake, bucket: s3.IBucket
) -> PythonFunction:
    """Add the daily run, asked for by a schedule through a queue that asks again where a run failed."""
    settings = {
        "WORK_GROUP": lake.work_group.ref,
        "LAKE_DATABASE": lake.database,
        "EVIDENCE_BUCKET": bucket.bucket_name,
        "LAKE_DAYS": str(workshop.stage.lake_days),
    }
    function = PythonFunction(scope, "seal_decisions", workshop=workshop, settings=settings, templates=False)
    _allow_questions(function, lake)
    function.allow("s3:ListBucket", resources=[bucket.bucket_arn])
    function.allow("s3:GetObject", resources=[bucket.arn_for_objects(f"{ANNOUNCED}/*")])
    function.allow(
        "s3:GetObject", "s3:PutObject", resources=[bucket.arn_for_objects(f"{name}/*") for name in (ROWS, SEALS)]
    )
    _explain(function, bucket, (ANNOUNCED, ROWS, SEALS), "Seals and rows are named by number and day.")
    _set(function, "Timeout", SEALING_TAKES.to_seconds())
    _set(runs.queue, "VisibilityTimeout", 6 * SEALING_TAKES.to_seconds())
    function.consume(runs, batch_size=1)
    events.Rule(
        scope,
        "DailySeal",
        description="Seals the decisions of the day before",
        schedule=events.Schedule.cron(hour=AT_HOUR, minute=AT_MINUTE),
        targets=[targets.SqsQueue(runs.queue, dead_letter_queue=runs.dead_letters)],
    )
    return function


def _allow_questions(function: PythonFunction, lake: Lake) -> None:
    """Let a function ask the lake by its workgroup: read the decisions, and write what Athena answers."""
    stack = Stack.of(function)
    group = stack.format_arn(service="athena", resource="workgroup", resource_name=lake.work_group.ref)
    function.allow(
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        resources=[group],
    )
    names = ("catalog", f"database/{lake.database}", f"table/{lake.database}/{TABLE}")
    catalogue = [stack.format_arn(service="glue", resource=name) for name in names]
    function.allow("glue:GetDatabase", "glue:GetTable", "glue:GetPartitions", resources=catalogue)
    function.allow("s3:GetBucketLocation", "s3:ListBucket", resources=[lake.bucket.bucket_arn])
    function.allow("s3:GetObject", resources=[lake.bucket.arn_for_objects(f"{TABLE}/*")])
    function.allow(
        "s3:GetObject",
        "s3:PutObject",
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
        resources=[lake.bucket.arn_for_objects(f"{RESULTS}/*")],
    )
    _explain(
        function, lake.bucket, (TABLE, RESULTS), "Athena reads the decisions and writes its answers, by day and id."
    )


def _explain(function: PythonFunction, bucket: s3.IBucket, prefixes: tuple[str, ...], reason: str) -> None:
    state = Stack.of(bucket)
    arn = state.resolve(state.export_value(bucket.bucket_arn))["Fn::ImportValue"]
    acknowledge(
        function.execution_role, {f"AwsSolutions-IAM5[Resource::{arn}/{prefix}/*]": reason for prefix in prefixes}
    )


def _set(construct: Construct, name: str, value: float) -> None:
    """Set a property to what this one run needs, other than what all of its kind have."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
    resource.add_property_override(name, int(value))
