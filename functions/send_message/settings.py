"""What send_message is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """Who sends, where links lead, and whether anything may be sent at all."""

    email_from: str
    email_reply_to: str
    configuration_set: str
    sms_sender_id: str
    pages_url: str
    site_url: str
    company_name: str
    postal_address: str
    support_phone: str
    link_key_secret: str
    dry_run: bool
    sending_enabled: bool
