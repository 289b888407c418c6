"""What regions ask for: who must have read the words there, and the days on which a message would be out of place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from attune.domain.locales import LocaleError, fallback_chain, parse_locale


class Hold(StrEnum):
    """What does not go out on a sensitive day."""

    PROMOTIONAL = "promotional"
    EVERYTHING = "everything"


@dataclass(frozen=True)
class RequiredReview:
    """Readers of this locale (`ja`, or `de-CH` for Swiss readers of any German text) get only words that this role read."""

    locale: str
    role: str
    reason: str


@dataclass(frozen=True)
class SensitiveDay:
    """A day, or some days in a row, on which people there have other things on their minds; both ends belong to it."""

    name: str
    first: date
    last: date
    hold: Hold


@dataclass(frozen=True, kw_only=True)
class RegionCalendar:
    """The sensitive days of one region (ISO 3166-1 country), who looked at them, when, and until when they did."""

    region: str
    reviewer: str
    role: str
    reviewed_on: date
    reviewed_until: date
    days: tuple[SensitiveDay, ...]


@dataclass(frozen=True)
class Regions:
    """The rules of all regions; a region that is not named asks for nothing and has no sensitive days."""

    reviews: tuple[RequiredReview, ...] = ()
    calendars: tuple[RegionCalendar, ...] = ()

    def missing_roles(self, *, text_locale: str, reader_locale: str, roles: Iterable[str]) -> tuple[str, ...]:
        """Return the roles that still have to read a text before a reader of this locale may get it."""
        words = fallback_chain((text_locale,))
        reader = fallback_chain((reader_locale,))
        # Swiss readers of a German text count as Swiss; of an English text they count as readers of English.
        speaks = {*words, *(reader if reader[-1:] == words[-1:] else ())}
        given = frozenset(roles)
        needed = dict.fromkeys(review.role for review in self.reviews if review.locale in speaks)
        return tuple(role for role in needed if role not in given)

    def calendar(self, region: str) -> RegionCalendar | None:
        """Return a region's calendar, None if nobody made one."""
        return next((calendar for calendar in self.calendars if calendar.region == region.upper()), None)

    def sensitive_day(self, day: date, *, region: str) -> SensitiveDay | None:
        """Return the sensitive day on which this day (local to the region) falls; the strictest if there are several."""
        calendar = self.calendar(region)
        days = calendar.days if calendar else ()
        found = sorted((d for d in days if d.first <= day <= d.last), key=lambda d: d.hold is not Hold.EVERYTHING)
        return found[0] if found else None


def region_of(locale: str) -> str:
    """Return the region that a language tag names (`de-CH` gives CH), nothing if it names none."""
    try:
        return parse_locale(locale).region
    except LocaleError:
        return ""
