"""What a function needs to ask the lake: one workgroup, the table's description, the rows, and a place for answers."""

from aws_cdk import Aws, Stack
from aws_cdk import aws_s3 as s3

from infra.components.acknowledgements import acknowledge
from infra.components.lake import RESULTS, TABLE, Lake
from infra.components.python_function import PythonFunction


def allow_asking(function: PythonFunction, lake: Lake) -> None:
    """Let a function ask Athena about decisions, read the rows, write answers, and nothing else."""
    here = f"{Aws.REGION}:{Aws.ACCOUNT_ID}"
    function.allow(
        "athena:StartQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StopQueryExecution",
        resources=[f"arn:{Aws.PARTITION}:athena:{here}:workgroup/{lake.work_group.ref}"],
    )
    catalogue = f"arn:{Aws.PARTITION}:glue:{here}"
    function.allow(
        "glue:GetDatabase",
        "glue:GetTable",
        "glue:GetPartitions",
        resources=[
            f"{catalogue}:catalog",
            f"{catalogue}:database/{lake.database}",
            f"{catalogue}:table/{lake.database}/{TABLE}",
        ],
    )
    bucket = lake.bucket
    function.allow("s3:GetBucketLocation", "s3:ListBucket", resources=[bucket.bucket_arn])
    function.allow("s3:GetObject", resources=[bucket.arn_for_objects(f"{TABLE}/*")])
    function.allow("s3:GetObject", "s3:PutObject", resources=[bucket.arn_for_objects(f"{RESULTS}/*")])
    reason = "One object for each delivery and each answer; it reads the rows, and writes answers and nothing else."
    explain_prefixes(function, bucket, (TABLE, RESULTS), reason)


def explain_prefixes(function: PythonFunction, bucket: s3.IBucket, prefixes: tuple[str, ...], reason: str) -> None:
    """Say why a function's role names objects of a bucket by their prefix."""
    state = Stack.of(bucket)
    arn = state.resolve(state.export_value(bucket.bucket_arn))["Fn::ImportValue"]
    acknowledge(
        function.execution_role, {f"AwsSolutions-IAM5[Resource::{arn}/{prefix}/*]": reason for prefix in prefixes}
    )
