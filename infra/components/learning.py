"""How the policy learns: evidence from the log's stream, and a nightly run that works out what to believe."""

from aws_cdk import CfnResource, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct

from infra.components.log_stream import follow_log
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq

AT_HOUR, AT_MINUTE = "2", "15"
"""When beliefs are refitted, UTC."""
REFIT_TAKES = Duration.minutes(15)


def learn_policy(
    scope: Construct,
    *,
    workshop: Workshop,
    decisions: dynamodb.Table,
    policies: dynamodb.Table,
    failed: QueueWithDlq,
) -> PythonFunction:
    """Add the second reader of the log's stream: what it could not keep is noted in `failed`."""
    settings = {"POLICIES_TABLE": policies.table_name}
    function = PythonFunction(scope, "learn_policy", workshop=workshop, settings=settings, templates=False)
    policies.grant(function, "dynamodb:BatchWriteItem")
    # Nothing waits for evidence before the night: full batches are cheaper.
    window = Duration.seconds(0 if workshop.stage.name == "local" else 60)
    follow_log(function, decisions, batch_size=200, window=window, failed=failed)
    return function


def refit_policies(
    scope: Construct,
    *,
    workshop: Workshop,
    decisions: dynamodb.Table,
    policies: dynamodb.Table,
    runs: QueueWithDlq,
) -> PythonFunction:
    """Add the nightly refit, asked for by a schedule through a queue that asks again where a run failed."""
    settings = {"POLICIES_TABLE": policies.table_name, "DECISIONS_TABLE": decisions.table_name}
    function = PythonFunction(scope, "refit_policies", workshop=workshop, settings=settings)
    policies.grant(
        function,
        "dynamodb:Query",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
    )
    decisions.grant(function, "dynamodb:PutItem")
    _set(function, "Timeout", REFIT_TAKES.to_seconds())
    _set(runs.queue, "VisibilityTimeout", 6 * REFIT_TAKES.to_seconds())
    function.consume(runs, batch_size=1)
    events.Rule(
        scope,
        "NightlyRefit",
        description="Works out what the policy may believe",
        schedule=events.Schedule.cron(hour=AT_HOUR, minute=AT_MINUTE),
        targets=[targets.SqsQueue(runs.queue, dead_letter_queue=runs.dead_letters)],
    )
    return function


def _set(construct: Construct, name: str, value: float) -> None:
    """Set a property to what this one run needs, other than what all of its kind have."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
    resource.add_property_override(name, int(value))
