"""Watching fairness: a daily look at the lake, and a topic for people who want to hear of gaps."""

from aws_cdk import CfnResource, Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.lake import Lake
from infra.components.lake_questions import allow_asking
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq

AT_HOUR, AT_MINUTE = "6", "15"
"""When fairness is looked at, UTC: what a day brought is in the lake by then."""
LOOK_TAKES = Duration.minutes(12)


class Fairness(Construct):
    """The topic, and the schedule that asks for a look through a queue that asks again where one failed."""

    def __init__(self, scope: Construct, construct_id: str, *, looks: QueueWithDlq, email: str | None) -> None:
        super().__init__(scope, construct_id)
        self._looks = looks
        # Under the key that AWS manages: only our own function publishes, and it may use that key.
        key = kms.Alias.from_alias_name(self, "Key", "alias/aws/sns")
        self.topic = sns.Topic(self, "Topic", display_name="Attune fairness", enforce_ssl=True, master_key=key)
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
            acknowledge(
                self.topic,
                {"Serverless-SNSRedrivePolicy": "A bounced mail is no loss: the alarm and the log say the same."},
            )
        _set(looks.queue, "VisibilityTimeout", 6 * LOOK_TAKES.to_seconds())
        events.Rule(
            self,
            "Daily",
            description="Compares groups of customers",
            schedule=events.Schedule.cron(hour=AT_HOUR, minute=AT_MINUTE),
            targets=[targets.SqsQueue(looks.queue, dead_letter_queue=looks.dead_letters)],
        )

    def serve(self, function: PythonFunction, *, lake: Lake, decisions: dynamodb.Table) -> None:
        """Let a function look: it asks Athena about one table, tells the topic and writes records."""
        _set(function, "Timeout", LOOK_TAKES.to_seconds())
        decisions.grant(function, "dynamodb:Query", "dynamodb:PutItem")
        function.allow("sns:Publish", resources=[self.topic.topic_arn])
        allow_asking(function, lake)
        function.consume(self._looks, batch_size=1)


def watch_fairness(
    scope: Construct,
    *,
    workshop: Workshop,
    looks: QueueWithDlq,
    lake: Lake,
    decisions: dynamodb.Table,
) -> PythonFunction:
    """Add the function that looks, and what asks it to."""
    fairness = Fairness(scope, "Fairness", looks=looks, email=workshop.stage.alarm_email)
    settings = {
        "DECISIONS_TABLE": decisions.table_name,
        "WORK_GROUP": lake.work_group.ref,
        "LAKE_DATABASE": lake.database,
        "FAIRNESS_TOPIC": fairness.topic.topic_arn,
    }
    function = PythonFunction(scope, "watch_fairness", workshop=workshop, settings=settings)
    fairness.serve(function, lake=lake, decisions=decisions)
    return function


def _set(construct: Construct, name: str, value: float) -> None:
    """Set a property to what this one run needs, other than what all of its kind have."""
    resource = construct.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
    resource.add_property_override(name, int(value))
