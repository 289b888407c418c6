"""Where events come in: the bus of the stage, and the queue it leads to."""

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.components.queue_with_dlq import QueueWithDlq

OWN_SOURCE = "attune"
"""The source of events that Attune publishes for others; listening to them would make it talk to itself."""
PAGES_SOURCE = "attune.pages"
"""The source of what customers say on our pages; it comes in like any application's."""


class EventIntake(Construct):
    """A classic bus with one rule: everything that is not our own goes to the events queue."""

    def __init__(self, scope: Construct, construct_id: str, *, events_queue: QueueWithDlq) -> None:
        super().__init__(scope, construct_id)
        target = targets.SqsQueue(events_queue.queue, dead_letter_queue=events_queue.dead_letters)
        self.bus = events.EventBus(self, "Bus", description="Facts about customers, from applications")
        events.Rule(
            self,
            "AppEvents",
            description="What applications say, to be understood",
            event_bus=self.bus,
            event_pattern=events.EventPattern(source=events.Match.anything_but(OWN_SOURCE)),
            targets=[target],
        )

    def allow_publish(self, grantee: iam.IGrantable, *, source: str) -> None:
        """Allow putting events on the bus in the name of `source`, and of nobody else."""
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["events:PutEvents"],
                resources=[self.bus.event_bus_arn],
                conditions={"StringEquals": {"events:source": source}},
            )
        )
