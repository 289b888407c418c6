"""Public holidays: loaded only when asked, and none where nobody knows any."""

import subprocess
import sys
from datetime import date

import pytest

from attune.adapters.holiday_calendar import HolidayCalendar
from attune.domain.contact_calendar import Place


@pytest.mark.parametrize(
    ("day", "place", "holiday"),
    [
        (date(2026, 12, 25), Place("US"), True),
        (date(2026, 7, 3), Place("US"), True),  # the Fourth is a Saturday, observed the day before
        (date(2026, 11, 24), Place("US"), False),
        (date(2026, 7, 14), Place("FR"), True),
        (date(2026, 11, 1), Place("DE", "BW"), True),
        (date(2026, 11, 1), Place("DE"), False),
        (date(2026, 12, 25), Place("DE", "nowhere"), True),  # a state that does not exist has its country's
        (date(2026, 12, 25), Place("XX"), False),
        (date(2026, 12, 25), Place("XX", "YY"), False),
        (date(1899, 1, 1), Place("US"), True),
    ],
)
def test_holidays_are_those_of_the_place(day, place, holiday):
    assert HolidayCalendar().is_holiday(day, place) is holiday


def test_the_library_is_not_loaded_until_somebody_asks_for_a_day():
    code = (
        "import sys; from pathlib import Path; from attune.adapters.hours_file import load_contact_calendar as load; "
        "load(Path('templates')); print('holidays' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"
