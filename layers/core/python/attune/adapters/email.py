"""Send email through SES v2: both parts, one-click unsubscribe (RFC 8058), nothing tracked unless that was allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attune.adapters.email_headers import (
    mailbox,
    one_address,
    plain_subject,
    tags,
    unsubscribe_headers,
    unsubscribe_mailto,
)
from attune.adapters.providers import Backoff
from attune.domain.rendering import Rendered

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sesv2.literals import FeatureStatusType
    from mypy_boto3_sesv2.type_defs import MessageHeaderTypeDef

PERMANENT = frozenset(
    {"MessageRejected", "MailFromDomainNotVerifiedException", "BadRequestException", "NotFoundException"}
)


@dataclass(frozen=True)
class EmailSender:
    """Sends one email at a time from one address; opt-outs by mail go to `unsubscribe_to`, else to `reply_to`."""

    client: "SESV2Client"
    sender: str
    reply_to: str
    configuration_set: str
    unsubscribe_to: str = ""
    backoff: Backoff = field(default_factory=Backoff)

    def __post_init__(self) -> None:
        """Refuse senders that are none while nothing has been reserved for a message; raises ValueError."""
        for written in (self.sender, self.reply_to, self.unsubscribe_to or self.reply_to):
            mailbox(written)

    def send(
        self,
        address: str,
        rendered: Rendered,
        *,
        unsubscribe_url: str,
        labels: Mapping[str, str],
        feedback_id: tuple[str, str] = ("", ""),
        answers: bool = False,
        tracked: bool = False,
    ) -> str:
        """Send, and return SES's message id; raise a DeliveryError that says whether it may have gone out.

        `labels` carry no personal data; they come back with bounces and complaints. `feedback_id` are the two parts of
        the Feedback-ID header that SES leaves to its users, by which mailbox providers sum up complaints. `answers` says
        that a machine answers what somebody wrote, so that their own machine does not answer back (RFC 3834). `tracked`
        lets opens and clicks be told; each message says so for itself, whatever the configuration set would do.
        """
        recipient = one_address(address)
        headers = self._headers(unsubscribe_url, labels, answers=answers)
        listed = dict(tags({**labels, "ses:feedback-id-a": feedback_id[0], "ses:feedback-id-b": feedback_id[1]}))
        tracking: FeatureStatusType = "ENABLED" if tracked else "DISABLED"
        answer = self.backoff.hand_over(
            lambda: self.client.send_email(
                FromEmailAddress=mailbox(self.sender),
                ReplyToAddresses=[mailbox(self.reply_to)],
                Destination={"ToAddresses": [recipient]},
                Content={
                    "Simple": {
                        "Subject": {"Data": plain_subject(rendered.subject or ""), "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": rendered.text, "Charset": "UTF-8"},
                            "Html": {"Data": rendered.html or "", "Charset": "UTF-8"},
                        },
                        "Headers": headers,
                    }
                },
                EmailTags=[{"Name": name, "Value": value} for name, value in listed.items()],
                ConfigurationSetName=self.configuration_set,
                ConfigurationOverrides={
                    "Tracking": {"OpenTrackingEnabled": tracking, "ClickTrackingEnabled": tracking}
                },
            ),
            PERMANENT,
        )
        return answer["MessageId"]

    def _headers(
        self, unsubscribe_url: str, labels: Mapping[str, str], *, answers: bool
    ) -> list["MessageHeaderTypeDef"]:
        mailto = unsubscribe_mailto(mailbox_address(self.unsubscribe_to or self.reply_to), labels.get("journey", ""))
        named = unsubscribe_headers(unsubscribe_url, mailto)
        if answers:
            named["Auto-Submitted"] = "auto-replied"
        return [{"Name": name, "Value": value} for name, value in named.items()]


def mailbox_address(written: str) -> str:
    """Return the address alone of `Name <address>`."""
    return mailbox(written).rpartition("<")[2].rstrip(">")
