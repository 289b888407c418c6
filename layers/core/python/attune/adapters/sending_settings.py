"""What a function that sends messages is told by its environment."""

from enum import StrEnum

from pydantic import Json

from attune.adapters.wiring import SwitchSettings


class SmsProvider(StrEnum):
    """By which service SMS leave."""

    SNS = "sns"
    END_USER_MESSAGING = "end_user_messaging"


class SendingSettings(SwitchSettings):
    """Who sends, by what, where links lead, and whether anything may be sent at all."""

    email_from: str
    email_reply_to: str
    email_unsubscribe_to: str = ""
    email_senders: int = 1
    email_tracking: bool = False
    configuration_set: str
    sms_provider: SmsProvider = SmsProvider.SNS
    sms_sender_id: str
    sms_numbers: Json[dict[str, str]] = {}  # noqa: RUF012 - pydantic copies defaults
    sms_configuration_set: str = ""
    sms_protect_configuration: str = ""
    sms_rehearsal: bool = False
    pages_url: str
    site_url: str
    tracking_hosts: Json[tuple[str, ...]] = ()
    company_name: str
    postal_address: str
    support_phone: str
    link_key_secret: str
    dry_run: bool
    sending_enabled: bool
