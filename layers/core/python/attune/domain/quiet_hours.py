"""When a customer may be contacted: windows of local time, on the customer's own clock.

A window of local time is computed in the customer's IANA zone day by day, so that days of 23 and 25 hours,
zones with odd offsets and days that never happened come out right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SEARCH_DAYS = 14

type Stretch = tuple[datetime, datetime]
"""From an instant on until before another one, in UTC."""


class Hours(Protocol):
    """Whatever can tell when contact is permitted."""

    def windows_from(self, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
        """Yield permitted stretches, from the local day before `day` on, in order."""
        ...


@dataclass(frozen=True)
class Window:
    """From `opens` to `closes` on the local clock; `closes` at or before `opens` runs past midnight."""

    opens: time
    closes: time

    def on(self, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
        """Yield what this window is on a local day, if the clocks leave anything of it."""
        end_day = day if self.closes > self.opens else day + timedelta(days=1)
        opens = _to_utc(day, self.opens, zone, fold=1)
        closes = _to_utc(end_day, self.closes, zone, fold=0)
        if opens < closes:
            yield opens, closes


@dataclass(frozen=True)
class ContactHours:
    """Permitted windows of a channel: one for each weekday (Monday is 0), or none on days that stay silent."""

    weekdays: Mapping[int, Window]

    def windows_from(self, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
        """Yield permitted stretches in UTC, from the local day before `day` on, in order."""
        for local_day in days_around(day):
            window = self.weekdays.get(local_day.weekday())
            if window is not None:
                yield from window.on(local_day, zone)

    def narrowed(self, opens: time, closes: time) -> "ContactHours":
        """Return what of these hours lies between `opens` and `closes`; days of which nothing is left stay silent.

        A window that runs past midnight can only narrow hours around the clock.
        """
        kept = {
            weekday: Window(opens, closes)
            if window.opens == window.closes
            else Window(max(window.opens, opens), min(window.closes, closes))
            for weekday, window in self.weekdays.items()
        }
        silent = {
            weekday
            for weekday, window in self.weekdays.items()
            if window.opens != window.closes and kept[weekday].opens >= kept[weekday].closes
        }
        return ContactHours({weekday: window for weekday, window in kept.items() if weekday not in silent})


@dataclass(frozen=True)
class AllOf:
    """Hours that several rules all permit; with none of them, never."""

    parts: tuple[Hours, ...]

    def windows_from(self, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
        """Yield the stretches that lie in a window of every part."""
        joined = [_joined(part.windows_from(day, zone)) for part in self.parts]
        common = joined.pop(0) if joined else iter(())
        for other in joined:
            common = _both(common, other)
        return common


def days_around(day: date) -> Iterator[date]:
    """Yield the local days in which the next permitted instant is looked for."""
    return (day + timedelta(days=offset) for offset in range(-1, SEARCH_DAYS))


def every_day(opens: time, closes: time, *, sunday: Window | None = None) -> ContactHours:
    """Return the same window for each day, with another one for Sundays where given."""
    window = Window(opens, closes)
    return ContactHours({**dict.fromkeys(range(6), window), 6: sunday or window})


DEFAULT_HOURS: Mapping[str, ContactHours] = {
    "sms": every_day(time(9), time(20), sunday=Window(time(12), time(20))),
    "email": every_day(time(8), time(21)),
    "onsite": every_day(time(0), time(0)),
}
"""Legal and decent hours by channel; the SMS window is inside every US state's."""


def next_permitted(instant: datetime, zone: ZoneInfo, hours: Hours) -> datetime | None:
    """Return `instant` if it lies in a window, else the opening of the next one; None if two weeks have none."""
    for opens, closes in hours.windows_from(instant.astimezone(zone).date(), zone):
        if instant < closes:
            return max(instant, opens)
    return None


def window_end(instant: datetime, zone: ZoneInfo, hours: Hours) -> datetime | None:
    """Return when the window around `instant` closes, or None if it lies in none."""
    for opens, closes in hours.windows_from(instant.astimezone(zone).date(), zone):
        if opens <= instant < closes:
            return closes
    return None


def find_zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone of this name, or None where there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


ONE_ZONE_COUNTRIES: Mapping[str, str] = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "CH": "Europe/Zurich",
    "CZ": "Europe/Prague",
    "DK": "Europe/Copenhagen",
    "FI": "Europe/Helsinki",
    "GB": "Europe/London",
    "GR": "Europe/Athens",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "NP": "Asia/Kathmandu",
    "PL": "Europe/Warsaw",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "WS": "Pacific/Apia",
    "ZA": "Africa/Johannesburg",
}
"""Countries that lie in one zone. Germany is missing on purpose: the zone database gives it two."""


def customer_zone(profile_zone: str, session_zone: str, country: str) -> ZoneInfo | None:
    """Return the customer's zone: from the profile, else recent events, else a country with one zone, else None."""
    return find_zone(profile_zone) or find_zone(session_zone) or find_zone(ONE_ZONE_COUNTRIES.get(country.upper(), ""))


def _to_utc(day: date, at: time, zone: ZoneInfo, *, fold: int) -> datetime:
    """Place a local time; where it happens twice or never, `fold` picks the reading that narrows the window."""
    local = datetime.combine(day, at, zone)
    earlier, later = (local.replace(fold=f).astimezone(UTC) for f in (0, 1))
    return max(earlier, later) if fold else min(earlier, later)


def _joined(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Join stretches that overlap or touch, as those of windows around midnight do."""
    last = next(stretches, None)
    for opens, closes in stretches:
        if last is not None and opens <= last[1]:
            last = (last[0], max(last[1], closes))
            continue
        if last is not None:
            yield last
        last = (opens, closes)
    if last is not None:
        yield last


def _both(left: Iterator[Stretch], right: Iterator[Stretch]) -> Iterator[Stretch]:
    """Yield what lies in both of two joined sequences."""
    one, other = next(left, None), next(right, None)
    while one is not None and other is not None:
        opens, closes = max(one[0], other[0]), min(one[1], other[1])
        if opens < closes:
            yield opens, closes
        if one[1] <= other[1]:
            one = next(left, None)
        else:
            other = next(right, None)
