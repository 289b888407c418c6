"""What acknowledge_reply is told by its environment."""

from attune.adapters.sending_settings import SendingSettings


class Settings(SendingSettings):
    """What every sender of messages is told, and the queue on which an answer waits that cannot leave yet."""

    acknowledgements_queue_url: str
