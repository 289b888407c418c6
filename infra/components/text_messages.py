"""How a stage sends SMS: through SNS, or through AWS End User Messaging where it says so."""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

from infra.stage import Stage

_ORIGINS = ("phone-number", "pool", "sender-id")


class TextMessages:
    """What sending SMS asks for; neither service has anything to be created for it."""

    def __init__(self, stage: Stage) -> None:
        self._uses_sns = stage.sms_provider == "sns"

    @property
    def accepted_findings(self) -> dict[str, str]:
        """Findings about what `allow_send` allows, with the reason why they are accepted."""
        if self._uses_sns:
            return {}
        reason = "Numbers, pools and names are registered by hand, and another one must not need a deployment."
        here = "arn:<AWS::Partition>:sms-voice:<AWS::Region>:<AWS::AccountId>"
        return {f"AwsSolutions-IAM5[Resource::{here}:{kind}/*]": reason for kind in _ORIGINS}

    def allow_send(self, grantee: iam.IGrantable) -> None:
        """Allow SMS to phone numbers by the stage's provider, and by no other."""
        if self._uses_sns:
            # A phone number has no ARN. What has one is a topic or an endpoint, and those are not meant.
            statement = iam.PolicyStatement(actions=["sns:Publish"], not_resources=["arn:*:sns:*:*:*"])
        else:
            here = f"arn:{Aws.PARTITION}:sms-voice:{Aws.REGION}:{Aws.ACCOUNT_ID}"
            resources = [f"{here}:{kind}/*" for kind in _ORIGINS]
            statement = iam.PolicyStatement(actions=["sms-voice:SendTextMessage"], resources=resources)
        grantee.grant_principal.add_to_principal_policy(statement)
