"""What a friction score is called, for all who read one and need nothing of how it comes about."""

from enum import StrEnum

MISMATCH = "mismatch"
"""The term for a page that answers its advertisement badly: evidence, beside the kinds of struggle."""


class Level(StrEnum):
    """How high friction is, from the score."""

    CALM = "calm"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Position in the order calm, low, medium, high."""
        return tuple(Level).index(self)
