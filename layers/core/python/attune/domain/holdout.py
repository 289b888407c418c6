"""Who gets no message, so that the effect of messages can be measured."""

import hashlib

BUCKETS = 10_000


def in_holdout(customer_id: str, *, salt: str, percent: float) -> bool:
    """Whether a customer is held out: stable for a customer and salt, `percent` of all (0 to 100)."""
    return is_among(f"holdout:{salt}:{customer_id}", percent=percent)


def is_among(name: str, *, percent: float) -> bool:
    """Whether a name is among `percent` of all names (0 to 100): stable, and a larger share keeps who was in a smaller."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8]) % BUCKETS < percent * BUCKETS / 100
