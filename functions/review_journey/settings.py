"""What review_journey is told by its environment."""

from attune.adapters.wiring import TableSettings as Settings

__all__ = ["Settings"]
