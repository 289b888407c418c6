"""How a stage sends: its SES configuration set, its sender, and SMS without topics."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.config import Stage


class Mail(Construct):
    """The configuration set that every message of the stage is sent with; opens and clicks are not tracked."""

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
        if stage.manages_email_identity:
            ses.EmailIdentity(self, "Sender", identity=ses.Identity.email(self._identities[0]))

    def allow_send(self, grantee: iam.IGrantable) -> None:
        """Allow email from the stage's sender through its configuration set, and SMS to phone numbers."""
        resources = [f"identity/{name}" for name in self._identities]
        resources.append(f"configuration-set/{self.configuration_set.configuration_set_name}")
        arns = [Stack.of(self).format_arn(service="ses", resource=resource) for resource in resources]
        grantee.grant_principal.add_to_principal_policy(iam.PolicyStatement(actions=["ses:SendEmail"], resources=arns))
        # A phone number has no ARN. What has one is a topic or an endpoint, and those are not meant.
        grantee.grant_principal.add_to_principal_policy(
            iam.PolicyStatement(actions=["sns:Publish"], not_resources=["arn:*:sns:*:*:*"])
        )
