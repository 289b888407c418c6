"""Quiet hours: contact only inside windows of the customer's own clock, on every odd day of every odd zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attune.domain.quiet_hours import (
    DEFAULT_HOURS,
    ONE_ZONE_COUNTRIES,
    ContactHours,
    Window,
    customer_zone,
    every_day,
    find_zone,
    next_permitted,
    window_end,
)

ODD_ZONES = (
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/New_York",
    "Europe/London",
    "America/Santiago",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "Asia/Kolkata",
    "America/St_Johns",
)
ZONES = st.one_of(st.sampled_from(ODD_ZONES), st.sampled_from(sorted(available_timezones() - {"localtime"})))
INSTANTS = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
WINDOWS = st.builds(Window, TIMES, TIMES)
HOURS = st.dictionaries(st.integers(0, 6), WINDOWS, min_size=1).map(ContactHours)


def permits(instant: datetime, zone: ZoneInfo, hours: ContactHours) -> bool:
    """Look at the customer's clock on the wall, without any of the arithmetic under test."""
    wall = instant.astimezone(zone)
    today, yesterday = hours.weekdays.get(wall.weekday()), hours.weekdays.get((wall.weekday() - 1) % 7)
    now = wall.time()
    if today and today.closes > today.opens and today.opens <= now < today.closes:
        return True
    if today and today.closes <= today.opens and now >= today.opens:
        return True
    return bool(yesterday and yesterday.closes <= yesterday.opens and now < yesterday.closes)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


@settings(max_examples=400)
@given(INSTANTS, ZONES, HOURS)
def test_the_next_permitted_instant_is_never_outside_a_window_and_never_earlier_than_asked(instant, name, hours):
    zone = ZoneInfo(name)

    found = next_permitted(instant, zone, hours)

    assert found is None or found >= instant
    assert found is None or permits(found, zone, hours)


@given(INSTANTS, ZONES, st.sampled_from(sorted(DEFAULT_HOURS)))
def test_with_the_default_hours_there_is_always_a_next_instant_within_a_day_and_a_half(instant, name, channel):
    found = next_permitted(instant, ZoneInfo(name), DEFAULT_HOURS[channel])

    assert found is not None
    # Apia went without a whole Friday, hence the third day.
    assert found - instant <= timedelta(hours=16 if name != "Pacific/Apia" else 40)


@given(INSTANTS, st.sampled_from(ODD_ZONES))
def test_a_permitted_instant_is_its_own_next_one(instant, name):
    zone, hours = ZoneInfo(name), DEFAULT_HOURS["sms"]
    found = next_permitted(instant, zone, hours)

    assert found is not None
    assert next_permitted(found, zone, hours) == found


@given(INSTANTS, st.sampled_from(ODD_ZONES))
def test_no_permitted_hour_of_daylight_is_wasted(instant, name):
    """Between the instant asked for and the one found lies no quarter of an hour that was permitted as well."""
    zone, hours = ZoneInfo(name), DEFAULT_HOURS["sms"]
    found = next_permitted(instant, zone, hours)

    assert found is not None
    quarter = timedelta(minutes=15)
    earlier = (instant + n * quarter for n in range((found - instant) // quarter))
    assert not any(permits(one, zone, hours) for one in earlier)


@given(INSTANTS, st.sampled_from(ODD_ZONES), HOURS)
def test_a_window_around_an_instant_ends_after_it(instant, name, hours):
    end = window_end(instant, ZoneInfo(name), hours)

    assert end is None or end > instant
    assert end is None or next_permitted(instant, ZoneInfo(name), hours) == instant


def test_too_early_waits_for_the_morning_and_too_late_for_the_next_one():
    hours, zone = DEFAULT_HOURS["sms"], ZoneInfo("Europe/London")

    assert next_permitted(london("2026-11-24T08:59"), zone, hours) == london("2026-11-24T09:00")
    assert next_permitted(london("2026-11-24T20:00"), zone, hours) == london("2026-11-25T09:00")
    assert next_permitted(london("2026-11-24T19:59:59"), zone, hours) == london("2026-11-24T19:59:59")


def test_sundays_have_hours_of_their_own():
    hours, zone = DEFAULT_HOURS["sms"], ZoneInfo("Europe/London")

    assert next_permitted(london("2026-11-29T09:30"), zone, hours) == london("2026-11-29T12:00")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("2026-03-28T22:00", "2026-03-29T12:00"), ("2026-10-24T22:00", "2026-10-25T12:00")],
)
def test_on_days_of_23_and_25_hours_noon_on_the_wall_is_what_counts(asked, expected):
    found = next_permitted(london(asked), ZoneInfo("Europe/London"), DEFAULT_HOURS["sms"])

    assert found == london(expected)


def test_an_hour_that_happens_twice_is_permitted_only_from_its_second_opening():
    """01:30 strikes twice on 2026-10-25 in London; the window that opens then is the shorter reading."""
    hours = every_day(time(1, 30), time(5))

    found = next_permitted(datetime(2026, 10, 25, 0, 0, tzinfo=UTC), ZoneInfo("Europe/London"), hours)

    assert found == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_half_an_hour_of_daylight_saving_is_enough_to_be_careful():
    """Lord Howe moves by 30 minutes: 02:15 does not happen on 2026-10-04."""
    zone = ZoneInfo("Australia/Lord_Howe")

    found = next_permitted(datetime(2026, 10, 3, 12, tzinfo=UTC), zone, every_day(time(2, 15), time(4)))

    assert found is not None
    assert permits(found, zone, every_day(time(2, 15), time(4)))


def test_a_day_that_never_happened_is_skipped():
    """Apia jumped over Friday 2011-12-30."""
    zone = ZoneInfo("Pacific/Apia")
    fridays_only = ContactHours({4: Window(time(9), time(17))})

    found = next_permitted(datetime(2011, 12, 28, tzinfo=UTC), zone, fridays_only)

    assert found is not None
    assert found.astimezone(zone).date() == date(2012, 1, 6)


def test_odd_offsets_are_right_to_the_minute():
    found = next_permitted(datetime(2026, 11, 24, 0, 0, tzinfo=UTC), ZoneInfo("Asia/Kathmandu"), DEFAULT_HOURS["sms"])

    assert found == datetime(2026, 11, 24, 3, 15, tzinfo=UTC)


def test_a_window_over_midnight_holds_on_both_sides_of_it():
    hours, zone = ContactHours({1: Window(time(22), time(2))}), ZoneInfo("Europe/London")

    for inside in ("2026-11-24T23:00", "2026-11-25T01:59"):
        assert next_permitted(london(inside), zone, hours) == london(inside)
    assert next_permitted(london("2026-11-25T02:00"), zone, hours) == london("2026-12-01T22:00")


def test_days_without_a_window_stay_silent():
    weekdays = ContactHours(dict.fromkeys(range(5), Window(time(9), time(17))))

    found = next_permitted(london("2026-11-27T17:00"), ZoneInfo("Europe/London"), weekdays)

    assert found == london("2026-11-30T09:00")


def test_no_window_at_all_is_never():
    assert next_permitted(datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"), ContactHours({})) is None


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b", "é" * 300]
)
def test_a_zone_that_does_not_exist_is_none(name):
    assert find_zone(name) is None


def test_the_zone_comes_from_the_profile_then_the_session_then_a_country_with_one_zone():
    assert str(customer_zone("Europe/Oslo", "Asia/Tokyo", "FI")) == "Europe/Oslo"
    assert str(customer_zone("nonsense", "Asia/Tokyo", "FI")) == "Asia/Tokyo"
    assert str(customer_zone("", "", "fi")) == "Europe/Helsinki"
    assert customer_zone("", "", "US") is None
    assert customer_zone("", "", "") is None


def test_every_country_on_the_list_has_a_zone_that_exists():
    assert all(find_zone(name) for name in ONE_ZONE_COUNTRIES.values())
