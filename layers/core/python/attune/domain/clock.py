"""Map real time to the stage's time: the same at speed 1, faster where a stage lives faster."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf

from attune.domain.errors import ClockError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ClockScale:
    """A straight line between real time and stage time; both meet their anchors at the same moment.

    `speed` is stage seconds per real second. At speed 1 without anchors the two times are one.
    """

    speed: float = 1.0
    real_anchor: datetime = EPOCH
    stage_anchor: datetime = EPOCH

    def __post_init__(self) -> None:
        """Refuse clocks that stand still or run backwards, and naive anchors."""
        if not 0 < self.speed < inf:
            message = (
                f"clock speed must be above 0 and finite, not {self.speed}: set ATTUNE_CLOCK_SPEED to 1 for real time"
            )
            raise ClockError(message)
        if self.real_anchor.tzinfo is None or self.stage_anchor.tzinfo is None:
            message = "clock anchors need a UTC offset, e.g. 2026-11-23T09:00:00Z"
            raise ClockError(message)

    def to_stage(self, real: datetime) -> datetime:
        """Return the stage's time at a real instant."""
        return self.stage_anchor + (real - self.real_anchor) * self.speed

    def to_real(self, stage: datetime) -> datetime:
        """Return the real instant at which the stage's clock will show `stage`."""
        return self.real_anchor + (stage - self.stage_anchor) / self.speed

    def real_duration(self, stage: timedelta) -> timedelta:
        """Return how long a stretch of stage time lasts in real time."""
        return stage / self.speed


def parse_instant(text: str) -> datetime:
    """Parse an ISO 8601 instant with offset into UTC; raise ClockError when it has none."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{text!r} is not an ISO 8601 time such as 2026-11-23T09:00:00Z"
        raise ClockError(message) from error
    if instant.tzinfo is None:
        message = f"{text!r} has no UTC offset; write e.g. {text}Z"
        raise ClockError(message)
    return instant.astimezone(UTC)


def format_instant(instant: datetime) -> str:
    """Write an instant as ISO 8601 in UTC with milliseconds and a Z; sorts as text."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_scale(speed: float, anchor: str) -> ClockScale:
    """Build the scale from ATTUNE_CLOCK_SPEED and ATTUNE_CLOCK_ANCHOR ("<real ISO>/<stage ISO>").

    A speed other than 1 needs an anchor: without one nobody could say what time it is.
    """
    if not anchor:
        if speed != 1.0:
            message = "ATTUNE_CLOCK_SPEED is not 1, so ATTUNE_CLOCK_ANCHOR must say '<real instant>/<stage instant>'"
            raise ClockError(message)
        return ClockScale()
    real, separator, stage = anchor.partition("/")
    if not separator:
        message = f"ATTUNE_CLOCK_ANCHOR must be '<real instant>/<stage instant>', not {anchor!r}"
        raise ClockError(message)
    return ClockScale(speed, parse_instant(real), parse_instant(stage))
