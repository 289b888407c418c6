"""The weekly report: a schedule asks for it through a queue that asks again where one failed; the page lies in the lake's bucket."""

from aws_cdk import CfnResource, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.components.lake import REPORTS, Lake
from infra.components.lake_questions import allow_asking, explain_prefixes
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq

AT_DAY, AT_HOUR, AT_MINUTE = "MON", "6", "45"
"""When the report is written, UTC: the day's look at fairness is over by then."""
WRITING_TAKES = Duration.minutes(15)


def write_report(
    scope: Construct, *, workshop: Workshop, runs: QueueWithDlq, lake: Lake, policies: dynamodb.Table
) -> PythonFunction:
    """Add the function that writes, and what asks it to."""
    settings = {
        "POLICIES_TABLE": policies.table_name,
        "WORK_GROUP": lake.work_group.ref,
        "LAKE_DATABASE": lake.database,
        "REPORT_BUCKET": lake.bucket.bucket_name,
    }
    function = PythonFunction(scope, "report", workshop=workshop, settings=settings, memory_mib=1769)
    policies.grant(function, "dynamodb:Query", "dynamodb:GetItem")
    allow_asking(function, lake)
    function.allow("s3:PutObject", resources=[lake.bucket.arn_for_objects(f"{REPORTS}/*")])
    explain_prefixes(function, lake.bucket, (REPORTS,), "A page is named by its day; it writes below one prefix.")
    _set(function, "Timeout", WRITING_TAKES)
    _set(runs.queue, "VisibilityTimeout", Duration.seconds(6 * WRITING_TAKES.to_seconds()))
    function.consume(runs, batch_size=1)
    events.Rule(
        scope,
        "WeeklyReport",
        description="Writes the report",
        schedule=events.Schedule.cron(week_day=AT_DAY, hour=AT_HOUR, minute=AT_MINUTE),
        targets=[targets.SqsQueue(runs.queue, dead_letter_queue=runs.dead_letters)],
    )
    return function


def _set(construct: Construct, name: str, takes: Duration) -> None:
    """Set a property to what this one run needs, other than what all of its kind have."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
    resource.add_property_override(name, int(takes.to_seconds()))
