"""Bounces and complaints on their way to SES's own suppression list, apart from the way to ours."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.event_bus import EventIntake
from infra.components.python_function import PythonFunction, Workshop
from infra.components.queue_with_dlq import QueueWithDlq

_TOLD = ["Email Bounced", "Email Complaint Received"]


class Suppression(Construct):
    """A queue of its own: however long SES does not answer, our own suppression has been written by then."""

    def __init__(
        self, scope: Construct, construct_id: str, *, queue: QueueWithDlq, intake: EventIntake, mail_topic: sns.Topic
    ) -> None:
        super().__init__(scope, construct_id)
        events.Rule(
            self,
            "BouncesAndComplaints",
            description="Bounces and complaints, for SES's suppression list",
            event_bus=intake.bus,
            event_pattern=events.EventPattern(source=["aws.ses"], detail_type=_TOLD),
            targets=[targets.SqsQueue(queue.queue, dead_letter_queue=queue.dead_letters)],
        )
        mail_topic.add_subscription(
            subscriptions.SqsSubscription(queue.queue, raw_message_delivery=False, dead_letter_queue=queue.dead_letters)
        )


def suppress_addresses(
    scope: Construct, *, workshop: Workshop, queue: QueueWithDlq, intake: EventIntake, mail_topic: sns.Topic
) -> None:
    """Add the function that puts addresses on SES's list, and what leads to it."""
    function = PythonFunction(scope, "suppress_addresses", workshop=workshop, settings={}, templates=False)
    Suppression(scope, "Suppression", queue=queue, intake=intake, mail_topic=mail_topic)
    function.allow("ses:PutSuppressedDestination", resources=["*"])
    acknowledge(
        function.execution_role,
        {"AwsSolutions-IAM5[Resource::*]": "SES keeps one suppression list per account, which knows no resource."},
    )
    function.consume(queue, gradually=True)
