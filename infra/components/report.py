"""The weekly report: a schedule asks for it through a queue that asks again where one failed; the page lies in the lake's bucket.

Where a stage names readers, they get it by mail.
"""

import json

from aws_cdk import CfnResource, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.components.lake import REPORTS, Lake
from infra.components.lake_questions import allow_asking, explain_prefixes
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq
from infra.stage import Stage

AT_DAY, AT_HOUR, AT_MINUTE = "MON", "6", "45"
"""When the report is written, UTC: the day's look at fairness is over by then."""
WRITING_TAKES = Duration.minutes(15)


def write_report(
    scope: Construct, *, workshop: Workshop, runs: QueueWithDlq, lake: Lake, policies: dynamodb.Table
) -> PythonFunction:
    """Add the function that writes, and what asks it to."""
    stage = workshop.stage
    mail = _mail(scope) if stage.report_recipients else None
    settings = {
        "POLICIES_TABLE": policies.table_name,
        "WORK_GROUP": lake.work_group.ref,
        "LAKE_DATABASE": lake.database,
        "REPORT_BUCKET": lake.bucket.bucket_name,
        "REPORT_RECIPIENTS": json.dumps(stage.report_recipients),
        "EMAIL_FROM": stage.email_from,
        "CONFIGURATION_SET": mail.configuration_set_name if mail else "",
    }
    function = PythonFunction(scope, "report", workshop=workshop, settings=settings)
    if mail:
        _allow_mail(function, stage, mail)
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
        targets=[
            targets.SqsQueue(
                runs.queue,
                dead_letter_queue=runs.dead_letters,
                message=events.RuleTargetInput.from_object({"time": events.EventField.time, "mail": True}),
            )
        ],
    )
    return function


def _mail(scope: Construct) -> ses.ConfigurationSet:
    """Add what report mail goes through, apart from customers' messages.

    What readers do with it must neither move the brake and the alarms, nor become something known of a customer.
    """
    return ses.ConfigurationSet(scope, "ReportMail", tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE)


def _allow_mail(function: PythonFunction, stage: Stage, mail: ses.ConfigurationSet) -> None:
    """Let the function write to the stage's readers, and to nobody else."""
    names = (
        *(f"identity/{name}" for name in stage.email_identities),
        f"configuration-set/{mail.configuration_set_name}",
    )
    function.add_to_role_policy(
        iam.PolicyStatement(
            actions=["ses:SendEmail"],
            resources=[Stack.of(function).format_arn(service="ses", resource=name) for name in names],
            conditions={"ForAllValues:StringEquals": {"ses:Recipients": list(stage.report_recipients)}},
        )
    )


def _set(construct: Construct, name: str, takes: Duration) -> None:
    """Set a property to what this one run needs, other than what all of its kind have."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
    resource.add_property_override(name, int(takes.to_seconds()))
