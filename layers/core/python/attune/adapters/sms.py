"""Send SMS through SNS."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attune.adapters.providers import delivery
from attune.domain.rendering import Rendered

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

PERMANENT = frozenset(
    {"InvalidParameter", "InvalidParameterValue", "OptedOut", "EndpointDisabled", "AuthorizationError"}
)


@dataclass(frozen=True)
class SmsSender:
    """Sends one SMS at a time under one sender id."""

    client: "SNSClient"
    sender_id: str

    def send(self, phone: str, rendered: Rendered, *, promotional: bool) -> str:
        """Send, and return SNS's message id; raise a DeliveryError that says whether it may have gone out."""
        kind = "Promotional" if promotional else "Transactional"
        with delivery(PERMANENT):
            answer = self.client.publish(
                PhoneNumber=phone,
                Message=rendered.text,
                MessageAttributes={
                    "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": kind},
                    "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": self.sender_id},
                },
            )
        return answer["MessageId"]
