"""What answer_case is told by its environment."""

from attune.adapters.sending_settings import SendingSettings


class Settings(SendingSettings):
    """What every sender of messages is told, and the bus that hears of replies."""

    bus_name: str
