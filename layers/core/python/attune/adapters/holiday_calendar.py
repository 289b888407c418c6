"""Public holidays by the `holidays` library, loaded when somebody first asks for a day."""

from dataclasses import dataclass, field
from datetime import date

from attune.domain.contact_calendar import Place


@dataclass(frozen=True)
class HolidayCalendar:
    """Public holidays, also those observed on another day; a place the library does not know has none."""

    _years: dict[tuple[Place, int], frozenset[date]] = field(default_factory=dict, compare=False, repr=False)

    def is_holiday(self, day: date, place: Place) -> bool:
        """Whether a local day is a public holiday there."""
        known = self._years.get((place, day.year))
        if known is None:
            known = self._years[place, day.year] = _holidays_of(place, day.year)
        return day in known


def _holidays_of(place: Place, year: int) -> frozenset[date]:
    # Imported here: it costs a fifth of a second, and only an SMS asks for it.
    import holidays  # noqa: PLC0415

    try:
        found = holidays.country_holidays(place.country, subdiv=place.state or None, years=year)
    except NotImplementedError:
        return frozenset() if not place.state else _holidays_of(Place(place.country), year)
    return frozenset(day for day in found if day.year == year)
