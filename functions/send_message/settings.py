"""What send_message is told by its environment."""

from attune.adapters.sending_settings import SendingSettings


class Settings(SendingSettings):
    """What every sender of messages is told, where complaints are counted, and where people are asked for a go-ahead."""

    policies_table: str
    support_queue_url: str
