"""What can differ between the stages; how they do is in `infra.config`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from aws_cdk.aws_logs import RetentionDays

from infra.forwarding import Forwarder


@dataclass(frozen=True, kw_only=True)
class PartnerBus:
    """A bus that a partner fills in this account (Segment, Shopify, Stripe, …), whose events Attune should hear."""

    name: str
    """As EventBridge shows it, e.g. `aws.partner/shopify.com/1234567/attune`."""
    pattern: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """An event pattern, as EventBridge writes it, for hearing less than everything the partner sends."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of Attune. What is not here is the same in every stage."""

    name: str
    retain_state: bool
    """Keep tables, lake and keys when the stack goes, and protect the stack from going."""
    host_platform: bool
    """Build for the machine that deploys instead of for Lambda on arm64: the local AWS runs functions as processes."""
    operations: bool
    """Deploy the operations stack, and with it the journey's `live` alias. The local AWS refuses its types."""
    canary: bool
    """Give a new journey definition a tenth of the new journeys first."""
    log_retention: RetentionDays
    archive_days: int
    lake_days: int
    max_concurrency: int
    """Most copies of one function that a queue may keep busy at once."""
    allows_fast_clock: bool
    dry_run: bool
    """Decide and record everything, send nothing."""
    sending_enabled: bool
    """The kill switch of this stage."""
    email_from: str
    email_reply_to: str
    manages_email_identity: bool
    """Create the sender's SES identity here. Off where the domain is verified once for the whole account."""
    sms_sender_id: str
    """Shown as sender in countries that allow names; empty for none."""
    site_url: str
    company_name: str
    postal_address: str
    """Stands under every email: the law asks for it."""
    support_phone: str
    email_unsubscribe_to: str = ""
    """Where opt-outs by mail go: an address whose mail SES receives for us. Empty: to `email_reply_to`, to people."""
    email_senders: int = 4
    """How many copies of send_message share the account's send rate."""
    email_tracking: bool = False
    """Let opens and clicks be told, of customers who allowed it."""
    sentiment: str = "embedded"
    """Who reads how replies sound: "embedded" (in the function), or "comprehend" (Amazon Comprehend, priced by text)."""
    cases_in_dry_run: bool = True
    """In a dry run, too, give support what customers themselves asked for: help, a person, their data, and distress."""
    draft_model: str = ""
    """The model of Amazon Bedrock that drafts replies for support, by id or inference profile. Empty: no drafts."""
    draft_guardrail: str = ""
    """The guardrail around it, `<id>:<version>`. Empty: none."""
    sms_provider: str = "sns"
    """`sns`, or `end_user_messaging` for messages that expire with the contact hours."""
    sms_numbers: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Numbers that can be answered, by the country they text to (ISO code): E.164; with End User Messaging also a pool."""
    sms_configuration_set: str = ""
    sms_protect_configuration: str = ""
    sms_rehearsal: bool = False
    """Let End User Messaging check each SMS and send none."""
    site_origins: tuple[str, ...] = ()
    """Origins of the pages that show notes and ask for hints, as https://www.shop.com. Empty: the origin of `site_url`."""
    tracking_hosts: tuple[str, ...] = ()
    """Hosts of carriers, as www.carrier.com, to which a tracking link in a message may lead besides our own site."""
    partner_buses: tuple[PartnerBus, ...] = ()
    """Buses of partners that forward to the stage's own."""
    publisher_accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Other accounts that may put events on the bus, each with the sources it may name: {"111122223333": ("app.shop",)}."""
    forwarders: tuple[Forwarder, ...] = ()
    """Other systems that hear of cases and feedback (docs/forwarding.md). Empty: nothing leaves the account."""
    evidence_lock: bool = False
    """Lock what bears witness to the log for `lake_days` (S3 Object Lock, compliance mode): nobody can undo that.

    To be chosen before a stage is first deployed.
    """
    alarm_email: str | None = None
    announcements: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Who hears of roll-outs before they take effect: email addresses by topic (product, support, sales)."""
    report_recipients: tuple[str, ...] = ()
    """Who gets the weekly report by mail, as addresses. Empty: nobody, and the page lies in the lake's bucket only."""
    log_level: str = "INFO"
    clock_speed: float = 1.0
    clock_anchor: str = ""

    @property
    def email_identities(self) -> tuple[str, str]:
        """The two SES identities that may cover the sender: its address and its domain."""
        address = parseaddr(self.email_from)[1]
        return address, address.partition("@")[2]

    @property
    def onsite_origins(self) -> tuple[str, ...]:
        """From which origins a browser may ask what to show."""
        site = urlsplit(self.site_url)
        return self.site_origins or (f"{site.scheme}://{site.netloc}",)
