"""What people will notice between two versions of a playbook, in words: texts, delays, channels, limits, audience."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta

from attune.domain.playbook_rules import Touch
from attune.domain.playbooks import Playbook

_PARTS = ("limits", "audience", "re_entry", "fatigue", "escalation", "trigger")
_SINGLE = (
    "enabled",
    "service",
    "friction_floor",
    "expires_after",
    "outcome_window",
    "goals",
    "fallback_time_zone",
    "fallback_locale",
    "hours",
    "purpose",
)


def differences(before: Playbook | None, after: Playbook | None) -> Iterator[str]:
    """Yield each difference as a line; nothing where one of the two is missing."""
    if before is None or after is None or before == after:
        return
    for number in range(max(len(before.touches), len(after.touches))):
        old, new = (one.touches[number] if number < len(one.touches) else None for one in (before, after))
        yield from _touch_differences(number + 1, old, new)
    for part in _PARTS:
        old_part, new_part = getattr(before, part), getattr(after, part)
        for one in fields(old_part):
            was, now = getattr(old_part, one.name), getattr(new_part, one.name)
            if was != now:
                yield f"{part}.{one.name}: {_said(was)} becomes {_said(now)}"
    for name in _SINGLE:
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield "hours is another" if name == "hours" else f"{name}: {_said(was)} becomes {_said(now)}"


def _touch_differences(number: int, old: Touch | None, new: Touch | None) -> Iterator[str]:
    if old is None or new is None:
        yield f"message {number} is {'new' if old is None else 'gone'}"
        return
    for one in fields(old):
        was, now = getattr(old, one.name), getattr(new, one.name)
        if was != now:
            yield f"message {number}, {one.name}: {_said(was)} becomes {_said(now)}"


def _said(value: object) -> str:
    match value:
        case tuple():
            return ", ".join(map(_said, value)) or "none"
        case timedelta():
            return _duration(value)
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case "" | None:
            return "none"
    if is_dataclass(value):
        return ", ".join(f"{one.name.replace('_', ' ')} {_said(getattr(value, one.name))}" for one in fields(value))
    return str(value)


def _duration(value: timedelta) -> str:
    """Return a duration as people say it: `1 day 12 hours`; nothing at all is `0`."""
    seconds = round(value.total_seconds())
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
    told = []
    for name, length in units:
        number, seconds = divmod(seconds, length)
        if number:
            told.append(f"{number} {name}{'s' if number > 1 else ''}")
    return " ".join(told) or "0"
