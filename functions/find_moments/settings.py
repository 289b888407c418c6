"""What find_moments is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """The watch queue, and support's requests."""

    watch_queue_url: str
    escalations_queue_url: str
