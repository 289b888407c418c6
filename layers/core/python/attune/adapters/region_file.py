"""Read templates/regions.yaml: who must have read the words of a region, and its sensitive days."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from attune.adapters.text_files import LanguageTag, parse_yaml, read_file, validated
from attune.domain.regions import Hold, RegionCalendar, Regions, RequiredReview, SensitiveDay

_COUNTRY = re.compile("[A-Z]{2}")


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _ReviewRow(_Row):
    locale: LanguageTag
    role: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class _DayRow(_Row):
    name: str = Field(min_length=1)
    hold: Hold
    dates: tuple[date, ...] = ()
    first: date | None = None
    last: date | None = None

    @model_validator(mode="after")
    def _one_way_of_saying_when(self) -> Self:
        spans = self.first is not None and self.last is not None and self.first <= self.last
        if spans == bool(self.dates) or (self.first is None) != (self.last is None):
            raise ValueError("write dates, or first and last, the first before the last")
        return self

    def days(self) -> tuple[SensitiveDay, ...]:
        """Return one day for each date, or the one stretch."""
        if self.first is not None and self.last is not None:
            return (SensitiveDay(self.name, self.first, self.last, self.hold),)
        return tuple(SensitiveDay(self.name, day, day, self.hold) for day in self.dates)


class _CalendarRow(_Row):
    reviewer: str = Field(min_length=1)
    role: str = Field(min_length=1)
    reviewed_on: date
    reviewed_until: date
    days: tuple[_DayRow, ...]

    @model_validator(mode="after")
    def _within_what_was_looked_at(self) -> Self:
        late = [row.name for row in self.days for day in row.days() if day.last > self.reviewed_until]
        if late:
            raise ValueError(f"{', '.join(late)} is after reviewed_until; move reviewed_until once somebody has looked")
        return self


def _country(code: str) -> str:
    if not _COUNTRY.fullmatch(code):
        raise ValueError("write the country's two capital letters, e.g. DE")
    return code


class _RegionsFile(_Row):
    reviews: tuple[_ReviewRow, ...]
    calendars: dict[Annotated[str, BeforeValidator(_country)], _CalendarRow]


def load_regions(path: Path) -> Regions:
    """Read the file; raise MalformedTextError, with field and fix, when it cannot be used."""
    file = validated(_RegionsFile, parse_yaml(read_file(path, path.name), path.name), path.name)
    return Regions(
        reviews=tuple(RequiredReview(row.locale, row.role, row.reason) for row in file.reviews),
        calendars=tuple(
            RegionCalendar(
                region=region,
                reviewer=row.reviewer,
                role=row.role,
                reviewed_on=row.reviewed_on,
                reviewed_until=row.reviewed_until,
                days=tuple(day for days in row.days for day in days.days()),
            )
            for region, row in file.calendars.items()
        ),
    )
