"""What export_decisions is told by its environment."""

from attune.settings import Settings as BaseSettings


class Settings(BaseSettings):
    """The stream into the lake."""

    delivery_stream: str
