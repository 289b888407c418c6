"""Contact hours of one customer: whatever rules meet, nobody is contacted at an instant that any of them forbids."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attune.domain.complaint_brake import Brake
from attune.domain.contact_calendar import (
    ContactCalendar,
    Country,
    DayRules,
    HolidayRule,
    Place,
    own_hours,
)
from attune.domain.gate import ContactRequest, Permit, Refusal, ask_gate
from attune.domain.playbook_rules import LocalHours
from attune.domain.quiet_hours import DEFAULT_HOURS, AllOf, ContactHours, Window, every_day, next_permitted, window_end
from tests.support.builders import NOON, customer, playbook

CHRISTMAS = date(2026, 12, 25)
EVERY_DAY = range(7)


@dataclass(frozen=True)
class Kept:
    """Holidays by place code."""

    days: dict[str, frozenset[date]]

    def is_holiday(self, day: date, place: Place) -> bool:
        return day in self.days.get(place.code, frozenset())


@dataclass(frozen=True)
class Held:
    hold: str


@dataclass(frozen=True)
class Sad:
    """Sensitive days by country."""

    days: dict[tuple[str, date], str]

    def sensitive_day(self, day: date, *, region: str) -> Held | None:
        hold = self.days.get((region, day))
        return Held(hold) if hold else None


def rules(opens: int, closes: int, *, days: Any = EVERY_DAY, holidays: tuple[HolidayRule, ...] = ()) -> DayRules:
    return DayRules(dict.fromkeys(days, Window(time(opens), time(closes))), holidays)


TEXAS, ISLAND = Place("US", "TX"), Place("US", "RI")
AMERICA = Country(
    rules(8, 21),
    {
        "TX": DayRules({**dict.fromkeys(range(6), Window(time(9), time(21))), 6: Window(time(12), time(21))}),
        "RI": rules(9, 18, days=range(6), holidays=(HolidayRule(ISLAND, None),)),
        "KY": rules(10, 21),
    },
    {"TX": "Texas", "RI": "Rhode Island", "KY": "Kentucky", "CA": "California"},
)
FRANCE = Country(rules(8, 20, days=range(6), holidays=(HolidayRule(Place("FR"), None),)))
CALENDAR = ContactCalendar(
    {"sms": {"US": AMERICA, "FR": FRANCE}},
    # As in real calendars, the days of a state include those of its country.
    Kept(
        {
            **dict.fromkeys(("US", "US-TX", "US-KY", "US-CA", "FR"), frozenset({CHRISTMAS})),
            "US-RI": frozenset({CHRISTMAS, date(2026, 8, 10)}),
        }
    ),
    Sad({("US", date(2026, 9, 11)): "promotional", ("DE", date(2026, 11, 22)): "everything"}),
    lambda phone: {"+1": "US", "+3": "FR", "+4": "DE"}.get(phone[:2], ""),
)


def local(text: str, zone: str = "America/New_York") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def american(**traits: Any):
    return customer(profile={"phone": "+12025550100", "time_zone": "America/New_York", "country": "US", **traits})


def opening(who: Any, at: str, *, channel: str = "sms", zone: str = "America/New_York", **changes: Any) -> str:
    """Return when somebody may next be contacted, on their own clock."""
    hours = CALENDAR.hours(who, playbook(), channel, **changes)
    found = next_permitted(local(at, zone), ZoneInfo(zone), hours)
    assert found is not None
    return found.astimezone(ZoneInfo(zone)).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("region", "at", "opens"),
    [
        ("US-CA", "2026-11-24T08:00", "Tue 24 Nov 09:00"),  # what is decent is never widened by a law
        ("US-CA", "2026-11-29T08:00", "Sun 29 Nov 12:00"),
        ("US-TX", "2026-11-29T11:59", "Sun 29 Nov 12:00"),
        ("Texas", "2026-11-24T20:30", "Wed 25 Nov 09:00"),
        ("tx", "2026-11-24T08:30", "Tue 24 Nov 09:00"),
        ("US-KY", "2026-11-24T09:00", "Tue 24 Nov 10:00"),
        ("US-RI", "2026-11-24T18:00", "Wed 25 Nov 09:00"),
        ("Rhode Island", "2026-11-29T13:00", "Mon 30 Nov 09:00"),
        ("US-RI", "2026-08-10T12:00", "Tue 11 Aug 09:00"),  # a holiday of this state alone
        ("US-TX", "2026-08-10T12:00", "Mon 10 Aug 12:00"),
        ("US-TX", "2026-12-25T09:00", "Fri 25 Dec 12:00"),  # a public holiday is like a Sunday
        ("US-RI", "2026-12-25T09:00", "Sat 26 Dec 09:00"),
        ("", "2026-11-24T09:00", "Tue 24 Nov 10:00"),  # nobody knows the state: the strictest of all together
        ("", "2026-11-24T18:00", "Wed 25 Nov 10:00"),
        ("Atlantis", "2026-11-28T18:00", "Mon 30 Nov 10:00"),
        ("CA-TX", "2026-11-24T18:30", "Wed 25 Nov 10:00"),  # no province of Canada makes a Texan
    ],
)
def test_state_rules_narrow_and_an_unknown_state_gets_what_all_of_them_permit(region, at, opens):
    assert opening(american(region=region), at) == opens


def test_a_country_without_rules_has_what_is_decent_and_its_number_counts_beside_what_was_told():
    briton = customer()
    told_otherwise = customer(profile={"country": "GB", "phone": "+33612345678"})

    assert opening(briton, "2026-11-24T20:00", zone="Europe/London") == "Wed 25 Nov 09:00"
    assert opening(told_otherwise, "2026-11-29T13:00", zone="Europe/London") == "Mon 30 Nov 09:00"
    assert [place.country for place in CALENDAR.places(told_otherwise, "sms")] == ["GB", "FR"]
    assert [place.country for place in CALENDAR.places(told_otherwise, "email")] == ["GB"]


def test_laws_about_sms_leave_email_alone():
    assert opening(american(region="US-RI"), "2026-11-29T18:30", channel="email") == "Sun 29 Nov 18:30"


def test_sensitive_days_hold_promotions_and_some_hold_everything():
    german = customer(profile={"country": "DE", "time_zone": "Europe/Berlin", "phone": "+4915112345678"})

    assert opening(american(region="US-CA"), "2026-09-11T12:00", channel="email") == "Sat 12 Sep 08:00"
    assert (
        opening(american(region="US-CA"), "2026-09-11T12:00", channel="email", promotional=False) == "Fri 11 Sep 12:00"
    )
    assert opening(german, "2026-11-22T12:00", channel="email", zone="Europe/Berlin", promotional=False) == (
        "Mon 23 Nov 08:00"
    )


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "at", "opens"),
    [
        ("19:00", "10:30", "2026-11-24T19:00", "Wed 25 Nov 10:30"),
        ("12:00", "14:00", "2026-11-24T12:00", "Tue 24 Nov 14:00"),
        ("00:00", "13:00", "2026-11-24T09:00", "Tue 24 Nov 13:00"),
        ("late", "10:00", "2026-11-24T09:00", "Tue 24 Nov 09:00"),
        ("10:00", "10:00", "2026-11-24T09:00", "Tue 24 Nov 09:00"),
    ],
)
def test_a_customers_own_quiet_hours_narrow_too(quiet_from, quiet_until, at, opens):
    assert opening(american(region="US-CA", quiet_from=quiet_from, quiet_until=quiet_until), at) == opens


def test_who_is_quiet_all_day_but_at_night_is_never_texted():
    sleepless = american(region="US-CA", quiet_from="07:00", quiet_until="22:00")

    assert next_permitted(NOON, ZoneInfo("America/New_York"), CALENDAR.hours(sleepless, playbook(), "sms")) is None


def test_without_anything_special_the_hours_are_the_playbooks_own():
    assert ContactCalendar().hours(customer(profile={"country": ""}), playbook(), "email") == DEFAULT_HOURS["email"]
    assert next_permitted(NOON, ZoneInfo("UTC"), AllOf(())) is None
    assert own_hours("", "") is None


# Never outside, whatever meets


ODD_ZONES = (
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/New_York",
    "America/Santiago",
    "Pacific/Chatham",
)
ZONES = st.one_of(st.sampled_from(ODD_ZONES), st.sampled_from(sorted(available_timezones() - {"localtime"})))
INSTANTS = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
HALF_HOURS = st.integers(0, 47).map(lambda half: time(half // 2, half % 2 * 30))


@st.composite
def windows(draw: Any) -> Window:
    opens, closes = sorted(draw(st.lists(HALF_HOURS, min_size=2, max_size=2, unique=True)))
    return Window(opens, closes)


@st.composite
def day_rules(draw: Any, place: Place) -> DayRules:
    by_day = draw(st.dictionaries(st.integers(0, 6), windows(), min_size=3))
    holidays = draw(
        st.sampled_from([(), (HolidayRule(place, None),), (HolidayRule(place, Window(time(12), time(15))),)])
    )
    return DayRules(by_day, holidays)


@st.composite
def countries(draw: Any) -> dict[str, Country]:
    states = {code: code for code in ("TX", "RI", "CA")}
    return {
        "US": Country(
            draw(day_rules(Place("US"))),
            {code: draw(day_rules(Place("US", code))) for code in draw(st.sets(st.sampled_from(["TX", "RI"])))},
            states,
        ),
        "FR": Country(draw(day_rules(Place("FR")))),
    }


@st.composite
def cases(draw: Any) -> tuple[ContactRequest, set[date], dict[date, str]]:
    """Return a request at any instant, with a world of rules around it that is empty or full."""
    now = draw(INSTANTS)
    around = [now.date() + timedelta(days=offset) for offset in range(-2, 16)]
    free = draw(st.sets(st.sampled_from(around), max_size=5))
    sad = draw(st.dictionaries(st.sampled_from(around), st.sampled_from(["promotional", "everything"]), max_size=3))
    zone = draw(st.one_of(st.none(), ZONES.map(ZoneInfo)))
    quiet = draw(st.one_of(st.just(("", "")), st.tuples(HALF_HOURS, HALF_HOURS).map(lambda two: tuple(map(str, two)))))
    hours = draw(
        st.one_of(st.just({}), windows().map(lambda one: {"sms": LocalHours(opens=one.opens, closes=one.closes)}))
    )
    who = customer(
        profile={
            "country": draw(st.sampled_from(["", "US", "FR", "NP", "nowhere"])),
            "region": draw(st.sampled_from(["", "TX", "US-RI", "US-CA", "ZZ"])),
            "phone": draw(st.sampled_from(["+12025550100", "+33612345678", "+9779841234567"])),
            "quiet_from": quiet[0],
            "quiet_until": quiet[1],
        }
    )
    request = ContactRequest(
        customer=who,
        playbook=playbook(hours=hours),
        channel=draw(st.sampled_from(["sms", "email"])),
        now=now,
        zone=zone,
        approved=True,
        goal_reached=False,
        expires_at=now + timedelta(days=400),
        promotional=draw(st.booleans()),
        brake=Brake.OFF,
        calendar=ContactCalendar(
            {"sms": draw(countries())},
            Kept(dict.fromkeys(("US", "US-TX", "US-RI", "US-CA", "FR", "NP"), frozenset(free))),
            Sad({(country, day): hold for country in ("US", "FR", "NP") for day, hold in sad.items()}),
            lambda phone: {"+1": "US", "+3": "FR", "+9": "NP"}[phone[:2]],
        ),
    )
    return request, free, sad


def forbidden(request: ContactRequest, instant: datetime, free: set[date], sad: dict[date, str]) -> str:  # noqa: C901, PLR0911 - one plain question after the other
    """Say what forbids an instant, by looking at the clock on the wall and the calendar beside it; "" for nothing."""
    if request.channel == "sms" and request.zone is None:
        return "no zone"
    wall = instant.astimezone(request.zone or ZoneInfo(request.playbook.fallback_time_zone))
    now, day, profile = wall.time(), wall.date(), request.customer.profile

    def outside(window: Window | None) -> bool:
        return window is None or not window.opens <= now < window.closes

    if outside(DEFAULT_HOURS[request.channel].weekdays[day.weekday()]):
        return "decent hours"
    own = request.playbook.hours.get(request.channel)
    if own and not own.opens <= now < own.closes:
        return "the playbook's hours"
    if profile.quiet_from != profile.quiet_until:
        begins, ends = time.fromisoformat(profile.quiet_from), time.fromisoformat(profile.quiet_until)
        quiet = begins <= now < ends if begins < ends else now >= begins or now < ends
        if quiet:
            return "the customer's quiet hours"
    told = profile.country if profile.country in {"US", "FR", "NP"} else ""
    numbered = {"+1": "US", "+3": "FR", "+9": "NP"}[profile.phone[:2]] if request.channel == "sms" else ""
    where = {told, numbered} - {""}
    if where and day in sad and (request.promotional or sad[day] == "everything"):
        return "a sensitive day"
    if request.channel != "sms":
        return ""
    if where and day in free and now < time(12):
        return "a holiday is like a Sunday"
    for code in where & {"US", "FR"}:
        country = request.calendar.countries["sms"][code]
        state = profile.region.removeprefix("US-") if code == "US" else ""
        known = state in {"TX", "RI", "CA"}
        applying = [country.rules, *(own for name, own in country.by_state.items() if not known or name == state)]
        for one in applying:
            if outside(one.weekdays.get(day.weekday())):
                return f"the law of {code}"
            if day in free and any(outside(holiday.window) for holiday in one.holidays):
                return f"a holiday in {code}"
    return ""


@settings(max_examples=600, deadline=None)
@given(cases())
def test_no_send_instant_ever_falls_outside_what_is_permitted(case):
    """Through the gate itself: what it permits now, and the instant that it names instead, are both allowed."""
    request, free, sad = case
    verdict = ask_gate(request)

    if isinstance(verdict, Permit):
        assert not forbidden(request, request.now, free, sad)
        return
    assert forbidden(request, request.now, free, sad)
    assert verdict.rule in {"quiet_hours", "unknown_time_zone"}
    if verdict.next_possible is not None:
        assert verdict.next_possible > request.now
        assert not forbidden(request, verdict.next_possible, free, sad)
        again = ask_gate(replace(request, now=verdict.next_possible))
        assert isinstance(again, Permit)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_what_the_gate_holds_back_was_really_forbidden_all_the_while(case):
    """Quarter of an hour by quarter of an hour: no permitted one lies before the instant that the gate names.

    Where clocks are put forward at midnight, the hour before it is given away at most.
    """
    request, free, sad = case
    verdict = ask_gate(request)
    if not isinstance(verdict, Refusal) or verdict.next_possible is None:
        return
    quarter = timedelta(minutes=15)
    steps = (request.now + n * quarter for n in range((verdict.next_possible - request.now) // quarter))
    missed = [one for one in steps if not forbidden(request, one, free, sad)]

    assert len(missed) <= 8


@settings(max_examples=200, deadline=None)
@given(cases())
def test_a_message_may_travel_to_the_end_of_the_window_and_no_further(case):
    request, free, sad = case
    zone = request.zone or ZoneInfo(request.playbook.fallback_time_zone)
    hours = request.calendar.hours(request.customer, request.playbook, request.channel, promotional=request.promotional)
    end = window_end(request.now, zone, hours)

    if end is not None and request.zone is not None:
        assert not forbidden(request, end - timedelta(seconds=1), free, sad)
        assert not forbidden(request, request.now, free, sad)


OPEN = st.dictionaries(st.integers(0, 6), windows(), min_size=1).map(ContactHours)


@given(INSTANTS, ZONES, OPEN, OPEN)
def test_what_all_permit_is_what_each_permits(instant, name, one, other):
    zone = ZoneInfo(name)
    both = next_permitted(instant, zone, AllOf((one, other)))

    if both is not None:
        assert next_permitted(both, zone, one) == both
        assert next_permitted(both, zone, other) == both
    assert next_permitted(instant, zone, AllOf((one,))) == next_permitted(instant, zone, one)


@given(INSTANTS, st.sampled_from(ODD_ZONES))
def test_around_the_clock_and_decent_hours_are_decent_hours(instant, name):
    zone, decent = ZoneInfo(name), DEFAULT_HOURS["sms"]
    found = next_permitted(instant, zone, AllOf((every_day(time(0), time(0)), decent)))

    assert found is not None
    assert next_permitted(found, zone, decent) == found
