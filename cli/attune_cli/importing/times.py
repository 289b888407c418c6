"""Durations and times of day as Pinpoint writes them, and as playbooks do."""

from datetime import time, timedelta

from pydantic import TypeAdapter, ValidationError

_DURATION = TypeAdapter(timedelta)
HOUR, MINUTE = 3600, 60


def duration(written: object) -> timedelta | None:
    """Return an ISO 8601 duration of 0 or more; None where it is none."""
    if not isinstance(written, str) or not written.startswith("P"):
        return None
    try:
        found = _DURATION.validate_python(written)
    except ValidationError:
        return None
    return found if found >= timedelta(0) else None


def time_of_day(written: object) -> time | None:
    """Return a local time such as 20:30; None where it is none."""
    if not isinstance(written, str):
        return None
    try:
        found = time.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def iso(span: timedelta) -> str:
    """Return a duration as playbooks write it, e.g. P1DT12H."""
    rest = span.seconds
    clock = [(rest // HOUR, "H"), (rest % HOUR // MINUTE, "M"), (rest % MINUTE, "S")]
    tail = "".join(f"{number}{unit}" for number, unit in clock if number)
    days = f"{span.days}D" if span.days or not tail else ""
    return f"P{days}{f'T{tail}' if tail else ''}"
