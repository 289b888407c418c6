"""The hours that ship, and what is said of a file that cannot be used."""

from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from attune.adapters.hours_file import load_contact_calendar
from attune.domain.contact_calendar import Place
from attune.domain.quiet_hours import Window, next_permitted
from attune.domain.texts import MalformedTextError
from tests.support.builders import customer, playbook

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
CALENDAR = load_contact_calendar(TEMPLATES)
AMERICA = CALENDAR.countries["sms"]["US"]


def opens(at: str, zone: str, **traits: str) -> str:
    """Return when somebody may next be texted."""
    there = ZoneInfo(zone)
    who = customer(profile={"time_zone": zone, **traits})
    asked = datetime.fromisoformat(at).replace(tzinfo=there).astimezone(UTC)
    found = next_permitted(asked, there, CALENDAR.hours(who, playbook(), "sms"))
    assert found is not None
    return found.astimezone(there).strftime("%a %d %b %H:%M")


def american(region: str) -> dict[str, str]:
    return {"phone": "+12025550100", "country": "US", "region": region}


@pytest.mark.parametrize(
    ("region", "at", "expected"),
    [
        ("US-TX", "2026-11-29T10:00", "Sun 29 Nov 12:00"),
        ("US-FL", "2026-11-24T20:00", "Wed 25 Nov 09:00"),
        ("US-AL", "2026-11-29T13:00", "Mon 30 Nov 09:00"),
        ("US-KY", "2026-11-24T09:30", "Tue 24 Nov 10:00"),
        ("US-CT", "2026-11-24T09:00", "Tue 24 Nov 09:00"),
        ("Rhode Island", "2026-11-28T09:00", "Sat 28 Nov 10:00"),
        ("US-SD", "2026-11-28T12:00", "Mon 30 Nov 09:00"),
        ("US-LA", "2026-12-25T12:00", "Sat 26 Dec 09:00"),
        ("US-NY", "2026-12-25T10:00", "Fri 25 Dec 12:00"),
        ("", "2026-11-24T18:00", "Wed 25 Nov 10:00"),
        ("", "2026-11-26T11:00", "Mon 30 Nov 10:00"),  # Thanksgiving, the day after (a state's), and the weekend
    ],
)
def test_the_states_of_the_union(region, at, expected):
    assert opens(at, "America/New_York", **american(region)) == expected


@pytest.mark.parametrize(
    ("traits", "zone", "at", "expected"),
    [
        ({"phone": "+33612345678"}, "Europe/Paris", "2026-11-29T13:00", "Mon 30 Nov 09:00"),
        ({"phone": "+33612345678"}, "Europe/Paris", "2026-11-11T13:00", "Thu 12 Nov 09:00"),  # Armistice
        ({"phone": "+919812345678"}, "Asia/Kolkata", "2026-11-25T09:15", "Wed 25 Nov 10:00"),
        ({"phone": "+4915112345678"}, "Europe/Berlin", "2026-12-25T09:30", "Fri 25 Dec 12:00"),
        ({"phone": "+4915112345678", "country": "DE"}, "Europe/Berlin", "2026-11-22T13:00", "Mon 23 Nov 09:00"),
        ({"phone": "+6857212345"}, "Pacific/Apia", "2026-11-24T08:59", "Tue 24 Nov 09:00"),
        ({"phone": "+9779841234567"}, "Asia/Kathmandu", "2026-11-24T20:00", "Wed 25 Nov 09:00"),
    ],
)
def test_the_rest_of_the_world(traits, zone, at, expected):
    assert opens(at, zone, **traits) == expected


def test_all_states_are_named_and_none_allows_more_than_the_country():
    assert len(AMERICA.states) == 52
    assert AMERICA.state_called("new york") == AMERICA.state_called("US-NY") == "NY"
    for state in AMERICA.by_state:
        for day, window in AMERICA.rules_in(state).weekdays.items():
            federal = AMERICA.rules.weekdays[day]
            assert federal.opens <= window.opens < window.closes <= federal.closes, state


def test_who_lives_nobody_knows_where_gets_no_hour_that_any_state_forbids():
    strictest = AMERICA.rules_in("")

    assert strictest.weekdays == dict.fromkeys(range(5), Window(time(10), time(18)))
    for state in AMERICA.states:
        for day, window in strictest.weekdays.items():
            there = AMERICA.rules_in(state).weekdays[day]
            assert there.opens <= window.opens < window.closes <= there.closes
        assert set(AMERICA.rules_in(state).holidays) <= set(strictest.holidays)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"days": ["20:00", "09:00"]}, "sms.FR.days: .*before the second"),
        ({"days": ["9", "20"]}, "two times in quotes"),
        ({"days": [540, 1200]}, "two times in quotes"),
        ({"days": False}, "two times in quotes"),
        ({"sunday": "never"}, "two times in quotes"),
        ({"holidays": "maybe"}, "sms.FR.holidays"),
        ({"by_state": {"ZZ": {}}}, "sms.FR.by_state.ZZ.days"),
        ({"extra": 1}, "sms.FR.extra"),
    ],
)
def test_a_file_that_cannot_be_used_says_where_and_what_to_write(tmp_path, changed, said):
    rule = {"days": ["09:00", "20:00"], "sunday": "no", "holidays": "no", **changed}
    (tmp_path / "hours.yaml").write_text(yaml.safe_dump({"sms": {"FR": rule}}))
    (tmp_path / "regions.yaml").write_text("reviews: []\ncalendars: {}\n")

    with pytest.raises(MalformedTextError, match=said):
        load_contact_calendar(tmp_path)


def test_a_state_with_rules_must_be_one_that_is_named(tmp_path):
    rule = {"days": ["09:00", "20:00"], "sunday": "no", "holidays": "no"}
    country = {**rule, "states": {"TX": "Texas"}, "by_state": {"TY": rule}}
    (tmp_path / "hours.yaml").write_text(yaml.safe_dump({"sms": {"US": country}}))
    (tmp_path / "regions.yaml").write_text("reviews: []\ncalendars: {}\n")

    with pytest.raises(MalformedTextError, match="TY, which states does not name"):
        load_contact_calendar(tmp_path)


def test_a_holiday_of_the_state_is_one_of_its_own():
    assert CALENDAR.holidays.is_holiday(datetime(2026, 3, 2, tzinfo=UTC).date(), Place("US", "TX"))
    assert not CALENDAR.holidays.is_holiday(datetime(2026, 3, 2, tzinfo=UTC).date(), Place("US", "NY"))
