"""Read instants as senders write them: ISO 8601, or seconds or milliseconds since 1970, as number or text."""

import re
from datetime import UTC, datetime, timedelta

from attune.domain.errors import RejectedEventError

CLOCK_TOLERANCE = timedelta(hours=1)
MILLISECONDS_FROM = 1e11
"""As seconds, this would be the year 5138."""


def instant(value: object) -> datetime | None:
    """Return an instant in UTC, or None where there is none; a time without a zone is taken as UTC."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        if isinstance(value, str) and not re.fullmatch(r"-?\d{9,13}(\.\d+)?", value.strip()):
            time = datetime.fromisoformat(value.strip())
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= MILLISECONDS_FROM else seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def when(*candidates: object, now: datetime) -> datetime:
    """Return the first readable instant; raise RejectedEventError where there is none or it lies ahead."""
    time = next((found for value in candidates if (found := instant(value))), None)
    if time is None:
        raise RejectedEventError(
            "missing_time", "neither `timestamp` nor the envelope's `time` is an ISO 8601 time: say when it happened"
        )
    return not_ahead(time, now)


def not_ahead(time: datetime, now: datetime) -> datetime:
    """Return the time; raise RejectedEventError where it lies in the future."""
    if time > now + CLOCK_TOLERANCE:
        ahead = f"`timestamp` {time.isoformat()} lies in the future (now is {now.isoformat(timespec='seconds')})"
        raise RejectedEventError("time_in_future", f"{ahead}: check the sender's clock and time zone")
    return time
