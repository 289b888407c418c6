"""What review_journey is told by its environment."""

from attune.adapters.wiring import TableSettings


class Settings(TableSettings):
    """The tables and nothing more; a class of its own, so that errors name this function."""
