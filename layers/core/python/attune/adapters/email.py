"""Send email through SES v2, with one-click unsubscribe (RFC 8058) and both parts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from attune.adapters.providers import delivery
from attune.domain.rendering import Rendered

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.type_defs import MessageTagTypeDef

PERMANENT = frozenset(
    {"MessageRejected", "MailFromDomainNotVerifiedException", "BadRequestException", "NotFoundException"}
)


@dataclass(frozen=True)
class EmailSender:
    """Sends one email at a time from one address."""

    client: "SESV2Client"
    sender: str
    reply_to: str
    configuration_set: str

    def send(self, address: str, rendered: Rendered, *, unsubscribe_url: str, tags: dict[str, str]) -> str:
        """Send, and return SES's message id; raise a DeliveryError that says whether it may have gone out.

        `tags` carry no personal data; they come back with bounces and complaints.
        """
        listed: list[MessageTagTypeDef] = [{"Name": name, "Value": value} for name, value in tags.items()]
        with delivery(PERMANENT):
            answer = self.client.send_email(
                FromEmailAddress=self.sender,
                ReplyToAddresses=[self.reply_to],
                Destination={"ToAddresses": [address]},
                Content={
                    "Simple": {
                        "Subject": {"Data": rendered.subject or "", "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": rendered.text, "Charset": "UTF-8"},
                            "Html": {"Data": rendered.html or "", "Charset": "UTF-8"},
                        },
                        "Headers": [
                            {"Name": "List-Unsubscribe", "Value": f"<{unsubscribe_url}>"},
                            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
                        ],
                    }
                },
                EmailTags=listed,
                ConfigurationSetName=self.configuration_set,
            )
        return answer["MessageId"]
