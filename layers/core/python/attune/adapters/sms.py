"""Send SMS: through SNS here, and what every way of sending them is asked for."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from attune.adapters.providers import Backoff
from attune.domain.sms_senders import OriginKind, SmsOrigin

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

PERMANENT = frozenset(
    {"InvalidParameter", "InvalidParameterValue", "OptedOut", "EndpointDisabled", "AuthorizationError"}
)
_ORIGIN_ATTRIBUTES = {
    OriginKind.NUMBER: "AWS.MM.SMS.OriginationNumber",
    OriginKind.SENDER_ID: "AWS.SNS.SMS.SenderID",
}


@dataclass(frozen=True, kw_only=True)
class Sms:
    """One SMS as it leaves: whom to, whose, what, and until when (in seconds from now) it may still be delivered."""

    phone: str
    words: str
    origin: SmsOrigin
    promotional: bool
    seconds_to_live: int


class SmsSender(Protocol):
    """A way to send SMS."""

    def send(self, sms: Sms) -> str:
        """Send, and return the provider's message id; raise a DeliveryError that says whether it may have gone out."""
        ...


@dataclass(frozen=True)
class SnsSmsSender:
    """Sends one SMS at a time through SNS, which knows no expiry: what it took may come late."""

    client: "SNSClient"
    backoff: Backoff = field(default_factory=Backoff)

    def send(self, sms: Sms) -> str:
        """Send, and return SNS's message id; raise a DeliveryError that says whether it may have gone out."""
        attributes: dict[str, MessageAttributeValueTypeDef] = {
            "AWS.SNS.SMS.SMSType": _string("Promotional" if sms.promotional else "Transactional"),
            _ORIGIN_ATTRIBUTES[sms.origin.kind]: _string(sms.origin.identity),
        }
        answer = self.backoff.hand_over(
            lambda: self.client.publish(PhoneNumber=sms.phone, Message=sms.words, MessageAttributes=attributes),
            PERMANENT,
        )
        return answer["MessageId"]


def _string(value: str) -> "MessageAttributeValueTypeDef":
    return {"DataType": "String", "StringValue": value}
