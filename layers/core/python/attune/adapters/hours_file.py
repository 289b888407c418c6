"""Read `templates/hours.yaml`: when the law lets messages be sent, by channel, country and state."""

from collections.abc import Mapping
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from attune.adapters.holiday_calendar import HolidayCalendar
from attune.adapters.phone_countries import country_of
from attune.adapters.region_file import load_regions
from attune.adapters.text_files import parse_yaml, read_file, validated
from attune.domain.contact_calendar import ContactCalendar, Country, DayRules, HolidayRule, Place
from attune.domain.quiet_hours import Window

FILE = "hours.yaml"
SATURDAY, SUNDAY = 5, 6


def _window(written: object) -> object:
    """Return a window of two times; say what to write instead of anything else."""
    if written == "no":
        return None
    try:
        opens, closes = map(time.fromisoformat, written)  # type: ignore[call-overload]
    except (TypeError, ValueError):
        fix = 'write two times in quotes, e.g. ["09:00", "20:00"], or "no" (in quotes) for none'
        raise ValueError(fix) from None
    if opens >= closes:
        raise ValueError("the first time must be before the second: a window lies within one day")
    return Window(opens, closes)


type _Times = Annotated[Window | None, BeforeValidator(_window)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class _RuleRow(_Row):
    days: _Times
    saturday: _Times | Literal["as days"] = "as days"
    sunday: _Times
    holidays: Literal["no", "as_other_days"]

    def rules(self, place: Place) -> DayRules:
        """Return the rules of a place."""
        saturday = self.days if self.saturday == "as days" else self.saturday
        by_day = {**dict.fromkeys(range(SATURDAY), self.days), SATURDAY: saturday, SUNDAY: self.sunday}
        holidays = (HolidayRule(place, None),) if self.holidays == "no" else ()
        return DayRules({day: window for day, window in by_day.items() if window is not None}, holidays)


class _CountryRow(_RuleRow):
    states: Mapping[str, str] = Field(default_factory=dict)
    by_state: Mapping[str, _RuleRow] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_its_states(self) -> Self:
        unknown = sorted(set(self.by_state) - set(self.states))
        if unknown:
            raise ValueError(f"by_state has {', '.join(unknown)}, which states does not name; add them there")
        return self

    def country(self, code: str) -> Country:
        """Return the rules of a country."""
        by_state = {state: row.rules(Place(code, state)) for state, row in self.by_state.items()}
        return Country(self.rules(Place(code)), by_state, self.states)


class _HoursFile(_Row):
    sms: Mapping[str, _CountryRow] = Field(default_factory=dict)
    email: Mapping[str, _CountryRow] = Field(default_factory=dict)


@cache
def load_contact_calendar(templates_dir: Path) -> ContactCalendar:
    """Read the file and the sensitive days of `regions.yaml`, once per process.

    Raises MalformedTextError naming every field that does not fit.
    """
    file = validated(_HoursFile, parse_yaml(read_file(templates_dir / FILE, FILE), FILE), FILE)
    countries = {
        channel: {code: row.country(code) for code, row in rows.items()}
        for channel, rows in (("sms", file.sms), ("email", file.email))
    }
    return ContactCalendar(countries, HolidayCalendar(), load_regions(templates_dir / "regions.yaml"), country_of)
