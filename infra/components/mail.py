"""How a stage sends email: its SES configuration set and its sender."""

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.stage import Stage


class Mail(Construct):
    """The configuration set that every message of the stage is sent with.

    Opens and clicks are told only where the stage says so, and then of messages that ask for it one by one.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self._identities = stage.email_identities
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            reputation_metrics=True,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
        )
        if stage.email_tracking:
            self.configuration_set.add_event_destination(
                "OpensAndClicks",
                destination=ses.EventDestination.event_bus(
                    events.EventBus.from_event_bus_name(self, "Default", "default")
                ),
                events=[ses.EmailSendingEvent.OPEN, ses.EmailSendingEvent.CLICK],
            )
        if stage.manages_email_identity:
            ses.EmailIdentity(self, "Sender", identity=ses.Identity.email(self._identities[0]))

    @property
    def accepted_findings(self) -> dict[str, str]:
        """Findings about what `allow_send` allows, with the reason why they are accepted."""
        return {"AwsSolutions-IAM5[Resource::*]": "ses:GetAccount, which says what may be sent, knows no resource."}

    def allow_send(self, grantee: iam.IGrantable) -> None:
        """Allow email from the stage's sender through its configuration set, and asking how much may be sent."""
        resources = [f"identity/{name}" for name in self._identities]
        resources.append(f"configuration-set/{self.configuration_set.configuration_set_name}")
        arns = [Stack.of(self).format_arn(service="ses", resource=resource) for resource in resources]
        for actions, allowed in ((["ses:SendEmail"], arns), (["ses:GetAccount"], ["*"])):
            grantee.grant_principal.add_to_principal_policy(iam.PolicyStatement(actions=actions, resources=allowed))
