"""Send SMS through AWS End User Messaging: with an expiry, a protect configuration, and a rehearsal that sends nothing."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attune.adapters.providers import Backoff
from attune.adapters.sms import Sms

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client
    from mypy_boto3_pinpoint_sms_voice_v2.type_defs import SendTextMessageRequestTypeDef

SHORTEST_LIFE = 5
LONGEST_LIFE = 259_200
"""In seconds, what `TimeToLive` takes."""
PERMANENT = frozenset(
    {
        "ConflictException:DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
        "ConflictException:DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
        "ConflictException:DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
        "ConflictException:DESTINATION_PHONE_NUMBER_OPTED_OUT",
        "ConflictException:NUMBER_CAPABILITIES_MISMATCH",
        "ValidationException:COUNTRY_NOT_ENABLED",
        "ValidationException:DESTINATION_COUNTRY_BLOCKED",
        "ValidationException:FIELD_VALIDATION_FAILED",
        "ValidationException:INTERNATIONAL_SENDING_NOT_SUPPORTED",
        "ValidationException:INVALID_PARAMETER",
        "ValidationException:INVALID_REQUEST",
        "ValidationException:MAXIMUM_SIZE_EXCEEDED",
        "ValidationException:PRICE_OVER_THRESHOLD",
    }
)
"""Refusals that lie in the message or its recipient. What lies in our registrations can be mended, and is held."""


@dataclass(frozen=True)
class EndUserMessagingSender:
    """Sends one SMS at a time; empty settings leave to the account's own what they would name.

    With `dry_run` the service checks everything and sends nothing.
    """

    client: "PinpointSMSVoiceV2Client"
    configuration_set: str = ""
    protect_configuration: str = ""
    dry_run: bool = False
    backoff: Backoff = field(default_factory=Backoff)

    def send(self, sms: Sms) -> str:
        """Send, and return the message id; raise a DeliveryError that says whether it may have gone out."""
        request: SendTextMessageRequestTypeDef = {
            "DestinationPhoneNumber": sms.phone,
            "OriginationIdentity": sms.origin.identity,
            "MessageBody": sms.words,
            "MessageType": "PROMOTIONAL" if sms.promotional else "TRANSACTIONAL",
            "TimeToLive": max(SHORTEST_LIFE, min(LONGEST_LIFE, sms.seconds_to_live)),
            "DryRun": self.dry_run,
        }
        if self.configuration_set:
            request["ConfigurationSetName"] = self.configuration_set
        if self.protect_configuration:
            request["ProtectConfigurationId"] = self.protect_configuration
        answer = self.backoff.hand_over(lambda: self.client.send_text_message(**request), PERMANENT)
        return answer["MessageId"]
