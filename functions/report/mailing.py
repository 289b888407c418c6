"""Mail a report to its readers: one mail to all of them, with the page as a file, and a link for people of the account."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from attune.adapters.email_headers import mailbox, one_address, plain_subject
from attune.adapters.logs import Logger
from attune.adapters.providers import Backoff
from attune.reporting.mail import Place, report_mail
from attune.reporting.report import Report

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
PERMANENT = frozenset(
    {"MessageRejected", "MailFromDomainNotVerifiedException", "BadRequestException", "NotFoundException"}
)

logger = Logger()


@dataclass(frozen=True, kw_only=True)
class Mailer:
    """Mails the reports of one stage, in a dry run as well: its readers are no customers."""

    client: "SESV2Client"
    sender: str
    recipients: tuple[str, ...]
    configuration_set: str
    dry_run: bool
    backoff: Backoff = field(default_factory=Backoff)

    def __post_init__(self) -> None:
        """Refuse what is no address before anything is asked; raises ValueError or PermanentDeliveryError."""
        mailbox(self.sender)
        for address in self.recipients:
            one_address(address)

    def send(self, report: Report, page: bytes, place: Place) -> None:
        """Send one mail to all readers, so that SES takes all of it or nothing; raise a DeliveryError where it does not."""
        mail = report_mail(report, place, dry_run=self.dry_run)
        answer = self.backoff.hand_over(
            lambda: self.client.send_email(
                FromEmailAddress=mailbox(self.sender),
                Destination={"ToAddresses": [one_address(address) for address in self.recipients]},
                Content={
                    "Simple": {
                        "Subject": {"Data": plain_subject(mail.subject), "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": mail.text, "Charset": "UTF-8"},
                            "Html": {"Data": mail.html, "Charset": "UTF-8"},
                        },
                        "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
                        "Attachments": [
                            {
                                "FileName": place.file,
                                "RawContent": page,
                                "ContentType": "text/html; charset=utf-8",
                                "ContentDisposition": "ATTACHMENT",
                                "ContentTransferEncoding": "BASE64",
                            }
                        ],
                    }
                },
                ConfigurationSetName=self.configuration_set,
            ),
            PERMANENT,
        )
        logger.info("report_mailed", readers=len(self.recipients), message_id=answer["MessageId"])


def place_of(bucket: str, key: str, *, stage: str, region: str, partition: str) -> Place:
    """Say where a page is. A signed link would die with the function's own credentials, within hours of Monday's mail."""
    console = CONSOLES.get(partition, CONSOLES["aws"])
    return Place(
        file=f"attune-{stage}-{key.rpartition('/')[2]}",
        link=f"https://{region}.{console}/s3/object/{bucket}?region={region}&prefix={quote(key)}",
        stored=f"s3://{bucket}/{key}",
    )
