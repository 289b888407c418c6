"""The stage's clock: real time through the scale that the stage's settings give."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Self

from attune.domain.clock import ClockScale, parse_scale
from attune.settings import Settings

MAX_QUEUE_DELAY = 900


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Clock:
    """Tell the stage's time; tests hand in their own `real_now`."""

    scale: ClockScale
    real_now: Callable[[], datetime] = _real_now

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Build the clock a function was told to live by."""
        return cls(parse_scale(settings.attune_clock_speed, settings.attune_clock_anchor))

    def now(self) -> datetime:
        """Return the stage's time."""
        return self.scale.to_stage(self.real_now())

    def to_real(self, stage: datetime) -> datetime:
        """Return the real instant for a stage time, e.g. for a Wait state or a TTL."""
        return self.scale.to_real(stage)

    def queue_delay(self, duration: timedelta) -> int:
        """Return an SQS delay (whole real seconds, 1 to 900) that lasts at least `duration`, as far as SQS can."""
        return max(1, min(MAX_QUEUE_DELAY, ceil(self.scale.real_duration(duration).total_seconds())))
