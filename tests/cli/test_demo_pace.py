"""How fast the demo's story goes, on an idle machine and on a busy one."""

from datetime import UTC, date, datetime

import pytest

from attune_cli.commands.demo import OPENS_AT, log_begins
from attune_cli.demo.pace import FASTEST, SLOWEST, idle_share, pace_for


@pytest.mark.parametrize(
    ("share", "pace"), [(1.0, FASTEST), (0.9, FASTEST), (0.45, 3_100), (0.2, SLOWEST), (0.0, SLOWEST)]
)
def test_the_busier_a_machine_is_the_slower_is_the_story(share: float, pace: float) -> None:
    assert pace_for(share) == pace


def test_what_a_machine_has_to_spare_is_a_share_of_two_cores() -> None:
    assert 0 < idle_share(0.05) <= 1


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (datetime(2026, 11, 20, 9, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2027, 6, 1, 9, tzinfo=UTC), date(2026, 11, 21)),
    ],
)
def test_the_log_is_asked_from_its_first_day_on_which_ever_day_the_demo_is_played(today: datetime, first: date) -> None:
    assert log_begins(today) == first
    assert log_begins(today) < OPENS_AT.date()
