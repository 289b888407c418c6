"""When a customer may be contacted: windows of local time, on the customer's own clock.

A window of local time is computed in the customer's IANA zone day by day, so that days of 23 and 25 hours,
zones with odd offsets and days that never happened come out right.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SEARCH_DAYS = 14


@dataclass(frozen=True)
class Window:
    """From `opens` to `closes` on the local clock; `closes` at or before `opens` runs past midnight."""

    opens: time
    closes: time


@dataclass(frozen=True)
class ContactHours:
    """Permitted windows of a channel: one for each weekday (Monday is 0), or none on days that stay silent."""

    weekdays: Mapping[int, Window]

    def windows_from(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield permitted stretches in UTC, from the local day before `day` on, in order."""
        for offset in range(-1, SEARCH_DAYS):
            local_day = day + timedelta(days=offset)
            window = self.weekdays.get(local_day.weekday())
            if window is None:
                continue
            end_day = local_day if window.closes > window.opens else local_day + timedelta(days=1)
            opens = _to_utc(local_day, window.opens, zone, fold=1)
            closes = _to_utc(end_day, window.closes, zone, fold=0)
            if opens < closes:
                yield opens, closes

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


def next_permitted(instant: datetime, zone: ZoneInfo, hours: ContactHours) -> datetime | None:
    """Return `instant` if it lies in a window, else the opening of the next one; None if two weeks have none."""
    for opens, closes in hours.windows_from(instant.astimezone(zone).date(), zone):
        if instant < closes:
            return max(instant, opens)
    return None


def window_end(instant: datetime, zone: ZoneInfo, hours: ContactHours) -> datetime | None:
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
