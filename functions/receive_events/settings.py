"""What receive_events is told by its environment."""

from attune.settings import Settings as BaseSettings


class Settings(BaseSettings):
    """The bus it puts events on, and the secrets by which it knows senders."""

    bus_name: str
    ingest_keys_secret: str
    zendesk_secret: str
