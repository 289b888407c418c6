"""When one customer may be contacted on one channel: decency, law, public holidays, sensitive days, their own wishes.

Every rule only narrows what the others leave. Which days are holidays, and which country a number belongs to, is
handed in: the domain knows no calendar by heart.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import reduce
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from attune.domain.quiet_hours import DEFAULT_HOURS, AllOf, ContactHours, Hours, Stretch, Window, days_around

if TYPE_CHECKING:
    from attune.domain.customers import Customer
    from attune.domain.playbooks import Playbook

MONDAY, SUNDAY = 0, 6
OFTEN_WRITTEN = {
    "USA": "US",
    "UNITED STATES": "US",
    "UNITED STATES OF AMERICA": "US",
    "UK": "GB",
    "UNITED KINGDOM": "GB",
}
"""What stands where a code of two letters should, in the countries whose rules differ most."""


@dataclass(frozen=True)
class Place:
    """Where somebody is, as far as rules ask: an ISO 3166-1 country and, where known, one of its states (`TX`)."""

    country: str
    state: str = ""

    @property
    def code(self) -> str:
        """Return `US-TX`, or `US` without a state."""
        return f"{self.country}-{self.state}" if self.state else self.country


class Holidays(Protocol):
    """Whoever knows public holidays."""

    def is_holiday(self, day: date, place: Place) -> bool:
        """Whether a local day is a public holiday there; False for a place nobody has a calendar of."""
        ...


class Sensitive(Protocol):
    """A day on which a message would be out of place."""

    @property
    def hold(self) -> str:
        """What does not go out: `promotional`, or `everything`."""
        ...


class SensitiveDays(Protocol):
    """Whoever knows the days on which people of a country have other things on their minds."""

    def sensitive_day(self, day: date, *, region: str) -> Sensitive | None:
        """Return the sensitive day on which this local day falls, None if it falls on none."""
        ...


class NoHolidays:
    """Knows no holidays."""

    def is_holiday(self, day: date, place: Place) -> bool:  # noqa: ARG002 - the Protocol's signature
        """Return False."""
        return False


@dataclass(frozen=True)
class HolidayRule:
    """What is left of a public holiday of one place; None: nothing."""

    place: Place
    window: Window | None


@dataclass(frozen=True)
class DayRules:
    """Windows by weekday (Monday is 0; days that are missing stay silent), and what holidays leave of them.

    All windows lie within one local day, so that rules can be laid over one another.
    """

    weekdays: Mapping[int, Window]
    holidays: tuple[HolidayRule, ...] = ()

    def and_(self, other: "DayRules") -> "DayRules":
        """Return what both permit."""
        common = {
            day: _narrower(window, other.weekdays[day])
            for day, window in self.weekdays.items()
            if day in other.weekdays
        }
        open_days = {day: window for day, window in common.items() if window.opens < window.closes}
        return DayRules(open_days, tuple(dict.fromkeys((*self.holidays, *other.holidays))))

    def window_on(self, day: date, calendar: Holidays) -> Window | None:
        """Return the window of a local day, None if it stays silent."""
        window = self.weekdays.get(day.weekday())
        for rule in self.holidays:
            if window is None:
                return None
            if calendar.is_holiday(day, rule.place):
                window = _narrower(window, rule.window) if rule.window else None
        return window if window and window.opens < window.closes else None


@dataclass(frozen=True)
class CalendarHours:
    """Windows of local days, with the holidays among them."""

    rules: DayRules
    calendar: Holidays

    def windows_from(self, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
        """Yield permitted stretches, from the local day before `day` on, in order."""
        for local_day in days_around(day):
            window = self.rules.window_on(local_day, self.calendar)
            if window is not None:
                yield from window.on(local_day, zone)


@dataclass(frozen=True)
class DaysExcept:
    """Around the clock, but for some local days."""

    silent: Callable[[date], bool]

    def windows_from(self, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
        """Yield the days that are not silent, from the local day before `day` on, in order."""
        for local_day in days_around(day):
            if not self.silent(local_day):
                yield from Window(time(0), time(0)).on(local_day, zone)


@dataclass(frozen=True)
class Country:
    """A country's rules for one channel: its own, and of those of its states that have some; `states` are all."""

    rules: DayRules
    by_state: Mapping[str, DayRules] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)

    def state_called(self, name: str) -> str:
        """Return the code of a state by code, `US-TX` or name; nothing for one that does not exist."""
        plain = name.strip().casefold()
        code = plain.rpartition("-")[2].upper()
        if code in self.states:
            return code
        return next((code for code, called in self.states.items() if called.casefold() == plain), "")

    def rules_in(self, state: str) -> DayRules:
        """Return the rules in a state; where nobody knows the state, what all states together permit."""
        rules = self.rules
        for code, own in self.by_state.items():
            if code == state or (self.states and not state):
                rules = rules.and_(own)
        return rules


def nobody_knows_the_country(phone: str) -> str:  # noqa: ARG001 - stands in for an adapter
    """Return no country."""
    return ""


@dataclass(frozen=True)
class ContactCalendar:
    """Everything that says when people may be contacted; the playbooks' own hours are inside what is decent anyway.

    `countries` are the rules of law by channel and country, `country_of` tells a phone number's country. Where Sundays
    are quieter than other days, so are public holidays.
    """

    countries: Mapping[str, Mapping[str, Country]] = field(default_factory=dict)
    holidays: Holidays = field(default_factory=NoHolidays)
    sensitive: SensitiveDays | None = None
    country_of: Callable[[str], str] = nobody_knows_the_country
    _known: dict[tuple[str, tuple[Place, ...]], DayRules | None] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def hours(self, customer: "Customer", playbook: "Playbook", channel: str, *, promotional: bool = True) -> Hours:
        """Return when this playbook may contact this customer on a channel."""
        basis = playbook.contact_hours(channel)
        places = self.places(customer, channel)
        parts: list[Hours] = [self._lawful(basis, channel, places)]
        own = own_hours(customer.profile.quiet_from, customer.profile.quiet_until)
        if own is not None:
            parts.append(own)
        if self.sensitive is not None and places:
            parts.append(DaysExcept(lambda day: self._is_sensitive(day, places, promotional=promotional)))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def places(self, customer: "Customer", channel: str) -> tuple[Place, ...]:
        """Return where the customer is: by what they told, where they were seen, and for SMS by their number."""
        profile, context = customer.profile, customer.current_context
        told = _iso(profile.country) or _iso(context.get("country", ""))
        numbered = _iso(self.country_of(profile.phone)) if channel == "sms" and profile.phone else ""
        states = tuple(given for given in (profile.region, context.get("region", "")) if given)
        return tuple(
            Place(country, self._state(channel, country, states))
            for country in dict.fromkeys((told, numbered))
            if country
        )

    def _state(self, channel: str, country: str, given: tuple[str, ...]) -> str:
        """Return the first state that can be one of this country's; `US-TX` names no Canadian province."""
        known = self.countries.get(channel, {}).get(country)
        for name in given if known else ():
            of_country, dash, _ = name.strip().upper().partition("-")
            elsewhere = bool(dash) and len(of_country) == len("US") and of_country != country
            state = "" if elsewhere or known is None else known.state_called(name)
            if state:
                return state
        return ""

    def _lawful(self, basis: ContactHours, channel: str, places: tuple[Place, ...]) -> Hours:
        law = self._law(channel, places)
        if law is None:
            return basis
        return CalendarHours(DayRules(basis.weekdays).and_(law), self.holidays)

    def _law(self, channel: str, places: tuple[Place, ...]) -> DayRules | None:
        """Return the rules of all places together, None where nobody has any."""
        if (channel, places) not in self._known:
            rules = [rule for place in places for rule in self._rules_of(channel, place)]
            self._known[channel, places] = reduce(DayRules.and_, rules) if rules else None
        return self._known[channel, places]

    def _rules_of(self, channel: str, place: Place) -> Iterator[DayRules]:
        decent = DEFAULT_HOURS[channel].weekdays
        if decent.get(SUNDAY) != decent.get(MONDAY):
            yield DayRules(decent, (HolidayRule(place, decent.get(SUNDAY)),))
        country = self.countries.get(channel, {}).get(place.country)
        if country is not None:
            yield country.rules_in(place.state)

    def _is_sensitive(self, day: date, places: tuple[Place, ...], *, promotional: bool) -> bool:
        known = self.sensitive
        found = (known.sensitive_day(day, region=place.country) for place in places) if known else ()
        return any(one is not None and (promotional or one.hold == "everything") for one in found)


def own_hours(quiet_from: str, quiet_until: str) -> Hours | None:
    """Return the hours around a customer's own quiet ones (`22:00` to `07:30`), None if there are none to be read."""
    try:
        begins, ends = time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)
    except ValueError:
        return None
    if begins == ends or begins.tzinfo or ends.tzinfo:
        return None
    return ContactHours(dict.fromkeys(range(7), Window(ends, begins)))


def _narrower(one: Window, other: Window) -> Window:
    return Window(max(one.opens, other.opens), min(one.closes, other.closes))


def _iso(country: str) -> str:
    """Return an ISO 3166-1 code in capitals, nothing for what is none."""
    written = country.strip().upper()
    code = OFTEN_WRITTEN.get(written, written)
    return code if len(code) == len("US") and code.isascii() and code.isalpha() else ""
