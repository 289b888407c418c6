"""What send_message is told by its environment."""

from attune.adapters.sending_settings import SendingSettings


class Settings(SendingSettings):
    """What every sender of messages is told, and where complaints are counted."""

    policies_table: str
