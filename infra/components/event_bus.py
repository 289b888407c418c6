"""Where events come in: the bus of the stage, the buses that forward to it, and the queue it leads to."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from aws_cdk import Aws
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.components.queue_with_dlq import QueueWithDlq
from infra.stage import PartnerBus

OWN_SOURCE = "attune"
"""The source of events that Attune publishes for others; listening to them would make it talk to itself."""
PAGES_SOURCE = "attune.pages"
"""The source of what customers say on our pages; it comes in like any application's."""
ONSITE_SOURCE = "attune.onsite"
"""The source of what customers answer to notes on the site."""
HTTP_SOURCE = "attune.http"
"""The source of what senders without EventBridge post to the HTTP API."""
# Opens and clicks are missing on purpose: they are tracked only where a stage says so, and by default none does.
MAIL_EVENTS = (
    ses.EmailSendingEvent.SEND,
    ses.EmailSendingEvent.DELIVERY,
    ses.EmailSendingEvent.DELIVERY_DELAY,
    ses.EmailSendingEvent.BOUNCE,
    ses.EmailSendingEvent.COMPLAINT,
    ses.EmailSendingEvent.REJECT,
    ses.EmailSendingEvent.RENDERING_FAILURE,
    ses.EmailSendingEvent.SUBSCRIPTION,
)


def app_events() -> dict[str, Any]:
    """Return the pattern of what comes in: everything that is not our own."""
    return {"source": [{"anything-but": [OWN_SOURCE]}]}


class EventIntake(Construct):
    """A classic bus with one rule: everything that is not our own goes to the events queue."""

    def __init__(self, scope: Construct, construct_id: str, *, events_queue: QueueWithDlq) -> None:
        super().__init__(scope, construct_id)
        self._dead_letters = events_queue.dead_letters
        self.bus = events.EventBus(self, "Bus", description="Facts about customers, from applications")
        target = targets.SqsQueue(events_queue.queue, dead_letter_queue=self._dead_letters)
        self._rule("AppEvents", self.bus, app_events(), "What applications say, to be understood", target)

    def allow_publish(self, grantee: iam.IGrantable, *, source: str) -> None:
        """Allow putting events on the bus in the name of `source`, and of nobody else."""
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(
                actions=["events:PutEvents"],
                resources=[self.bus.event_bus_arn],
                conditions={"StringEquals": {"events:source": source}},
            )
        )

    def listen_to_mail(self, mail: ses.ConfigurationSet) -> None:
        """Take in what SES says about this stage's mail: SES can reach the default bus only."""
        default = events.EventBus.from_event_bus_name(self, "Default", "default")
        mail.add_event_destination(
            "ToDefaultBus", destination=ses.EventDestination.event_bus(default), events=list(MAIL_EVENTS)
        )
        self._forward(
            "MailEvents",
            None,
            {
                "source": ["aws.ses"],
                "detail": {"mail": {"tags": {"ses:configuration-set": [mail.configuration_set_name]}}},
            },
            "What became of this stage's mail; other mail of the account is left alone",
        )

    def listen_to_partner(self, partner: PartnerBus) -> None:
        """Take in what a partner puts on its bus; its rule goes with the stage."""
        # A name has slashes and may be long: its hash keeps the logical id when the order of the list changes.
        suffix = hashlib.sha256(partner.name.encode()).hexdigest()[:8]
        bus = events.EventBus.from_event_bus_name(self, f"PartnerBus{suffix}", partner.name)
        pattern = partner.pattern or {"source": [partner.name]}
        self._forward(f"Partner{suffix}", bus, pattern, f"What {partner.name} says, to be understood"[:512])

    def _forward(
        self, construct_id: str, bus: events.IEventBus | None, pattern: Mapping[str, Any], description: str
    ) -> None:
        """Forward events of another bus (None: the default one) to ours, where they are archived like all others."""
        here = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        caller = iam.ServicePrincipal("events.amazonaws.com", conditions=here)
        role = iam.Role(self, f"{construct_id}Role", assumed_by=caller)
        target = targets.EventBus(self.bus, role=role, dead_letter_queue=self._dead_letters)
        self._rule(construct_id, bus, pattern, description, target)

    def _rule(
        self,
        construct_id: str,
        bus: events.IEventBus | None,
        pattern: Mapping[str, Any],
        description: str,
        target: events.IRuleTarget,
    ) -> None:
        # CDK's own pattern cannot say all that EventBridge's language can; ours is put in its place.
        placeholder = events.EventPattern(source=[OWN_SOURCE])
        rule = events.Rule(
            self, construct_id, description=description, event_bus=bus, event_pattern=placeholder, targets=[target]
        )
        cast("events.CfnRule", rule.node.default_child).event_pattern = pattern
