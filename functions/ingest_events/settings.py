"""What ingest_events is told by its environment."""

from typing import Literal

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """The queues it writes to, the secret under which identifiers are hashed, and where complaints are counted."""

    policies_table: str
    watch_queue_url: str
    quarantine_queue_url: str
    escalations_queue_url: str
    identity_key_secret: str
    sentiment: Literal["embedded", "comprehend"] = "embedded"
