"""A clock whose hands a test moves."""

from datetime import UTC, datetime, timedelta

from attune.adapters.clock import Clock
from attune.domain.clock import ClockScale


class Hands:
    """The real time of a test; `clock` tells it."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)) -> None:
        self.now = now
        self.clock = Clock(ClockScale(), lambda: self.now)

    def move(self, duration: timedelta) -> None:
        self.now += duration
