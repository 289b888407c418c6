"""What review_journey is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """The queues where the next touch and a person are asked for."""

    watch_queue_url: str
    escalations_queue_url: str
