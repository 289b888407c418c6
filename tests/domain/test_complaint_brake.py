"""The complaint rate: braked at a thousandth, stopped at three, over seven days, and never by a single complaint."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.complaint_brake import LEAST_VOLUME, Brake, ComplaintRate, MailDay, rate_of, window_days

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("delivered", "complaints", "brake"),
    [
        (0, 0, Brake.OFF),
        (1, 1, Brake.OFF),
        (50, 2, Brake.ON),
        (50, 6, Brake.STOPPED),
        (2_000, 1, Brake.OFF),
        (2_000, 2, Brake.ON),
        (10_000, 9, Brake.OFF),
        (10_000, 10, Brake.ON),
        (10_000, 29, Brake.ON),
        (10_000, 30, Brake.STOPPED),
        (100_001, 100, Brake.OFF),
    ],
)
def test_the_thresholds_are_exact(delivered, complaints, brake):
    assert ComplaintRate(delivered, complaints).brake is brake


@given(st.integers(0, 10**7), st.integers(0, 10**5))
def test_another_complaint_never_loosens_the_brake_and_another_delivery_never_tightens_it(delivered, complaints):
    order = [Brake.OFF, Brake.ON, Brake.STOPPED]
    now = order.index(ComplaintRate(delivered, complaints).brake)

    assert order.index(ComplaintRate(delivered, complaints + 1).brake) >= now
    assert order.index(ComplaintRate(delivered + 1, complaints).brake) <= now


def test_seven_days_count_and_not_the_eighth():
    days = [MailDay(TODAY - timedelta(days=back), delivered=1_000, complaints=1) for back in range(-1, 9)]

    assert rate_of(days, TODAY) == ComplaintRate(7_000, 7)
    assert (window_days(TODAY)[0], window_days(TODAY)[-1]) == (TODAY, TODAY - timedelta(days=6))


def test_an_unknown_rate_holds_promotions_and_nothing_else():
    assert [brake.holds(promotional=True) for brake in Brake] == [False, True, True, True]
    assert [brake.holds(promotional=False) for brake in Brake] == [False, False, True, False]
    assert ComplaintRate(LEAST_VOLUME // 2, 1).share == 1 / LEAST_VOLUME
