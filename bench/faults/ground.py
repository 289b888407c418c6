"""What queues and the lake of the harness stand on: the time, and what breaks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from bench.faults.points import Tap


class Ground(Protocol):
    """The world, as far as its queues and its lake know it."""

    time: datetime
    tap: Tap

    def at(self, time: datetime, act: Callable[[], Any]) -> None:
        """Do something at a time."""

    def working(self, function: str, subject: str, again: Callable[[], Any]) -> AbstractContextManager[None]:
        """Let a function be at work."""
        ...

    def work[T](self, function: str, subject: str, act: Callable[[], T]) -> T | None:
        """Let a consumer work; None where it died or raised."""

    def done(self, queue: str, body: str) -> None:
        """Hear that a message of a queue was dealt with."""

    def delivers_again(self) -> bool:
        """Whether what was done comes once more."""
        ...

    def some_time(self) -> timedelta:
        """Return a while."""
        ...
