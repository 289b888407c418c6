"""What export_decisions is told by its environment."""

from attune.settings import Settings as BaseSettings


class Settings(BaseSettings):
    """The stream into the lake, and the bucket that bears witness to it."""

    delivery_stream: str
    evidence_bucket: str
