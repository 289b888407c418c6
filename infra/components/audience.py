"""What keeps ads away: the bucket for their hashed lists, and the daily run between both."""

from aws_cdk import CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq
from infra.stage import Stage

LISTS, MEMBERS = "lists", "members"
LISTS_KEPT = Duration.days(7)
MEMBERS_KEPT = Duration.days(30)
"""Longer than the lists, so that a run after a pause still knows who is new. They are hashes of keyed hashes."""
AT_HOUR, AT_MINUTE = "3", "30"
"""When lists are made, UTC."""
RUN_TAKES = Duration.minutes(15)


class AudienceBucket(Construct):
    """The bucket for lists: encrypted, TLS only, private, without versions, and soon empty again."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, access_logs: s3.IBucket) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=False,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="audience/",
            lifecycle_rules=[
                s3.LifecycleRule(prefix=f"{LISTS}/", expiration=LISTS_KEPT),
                s3.LifecycleRule(prefix=f"{MEMBERS}/", expiration=MEMBERS_KEPT),
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1)),
            ],
            removal_policy=RemovalPolicy.RETAIN if stage.retain_state else RemovalPolicy.DESTROY,
        )


class AudienceRun(Construct):
    """A schedule that asks for the lists once a day, by a queue that asks again where a run failed."""

    def __init__(self, scope: Construct, construct_id: str, *, runs: QueueWithDlq) -> None:
        super().__init__(scope, construct_id)
        self._runs = runs
        _set(runs.queue, "VisibilityTimeout", 6 * RUN_TAKES.to_seconds())
        events.Rule(
            self,
            "Daily",
            description="Makes the lists of people who should see no ads",
            schedule=events.Schedule.cron(hour=AT_HOUR, minute=AT_MINUTE),
            targets=[targets.SqsQueue(runs.queue, dead_letter_queue=runs.dead_letters)],
        )

    def serve(self, function: PythonFunction, *, bucket: s3.Bucket, index: str) -> None:
        """Let a function make the lists: it reads the index, and writes files."""
        _set(function, "Timeout", RUN_TAKES.to_seconds())
        function.allow("dynamodb:Query", resources=[index])
        function.allow("s3:ListBucket", resources=[bucket.bucket_arn])
        function.allow("s3:PutObject", "s3:DeleteObject", resources=[bucket.arn_for_objects(f"{LISTS}/*")])
        function.allow("s3:PutObject", "s3:GetObject", resources=[bucket.arn_for_objects(f"{MEMBERS}/*")])
        function.consume(self._runs, batch_size=1)
        state = Stack.of(bucket)
        arn = state.resolve(state.export_value(bucket.bucket_arn))["Fn::ImportValue"]
        reason = "One object for each day, platform and list; it may write below these two prefixes and nowhere else."
        acknowledge(
            function.execution_role,
            {f"AwsSolutions-IAM5[Resource::{arn}/{prefix}/*]": reason for prefix in (LISTS, MEMBERS)},
        )


def export_audience(
    scope: Construct, *, workshop: Workshop, runs: QueueWithDlq, bucket: s3.Bucket, index: str, tables: dict[str, str]
) -> PythonFunction:
    """Add the function that makes the lists, and what asks it to."""
    settings = {**tables, "AUDIENCE_BUCKET": bucket.bucket_name}
    function = PythonFunction(scope, "export_audience", workshop=workshop, settings=settings)
    AudienceRun(scope, "AudienceRun", runs=runs).serve(function, bucket=bucket, index=index)
    return function


def _set(construct: Construct, name: str, value: float) -> None:
    """Set a property to what this one run needs, other than what all of its kind have."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
    resource.add_property_override(name, int(value))
