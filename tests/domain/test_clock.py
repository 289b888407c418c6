"""The stage's clock: the same line in both directions, refused where nobody could say what time it is."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.clock import ClockScale, format_instant, parse_instant, parse_scale
from attune.domain.errors import ClockError
from tests.support.builders import NOON

INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
REAL, STAGE = "2026-11-24T12:00:00Z", "2026-01-01T00:00:00Z"


@given(INSTANTS)
def test_at_speed_one_without_an_anchor_both_times_are_one(instant):
    scale = parse_scale(1.0, "")

    assert scale.to_stage(instant) == instant
    assert scale.to_real(instant) == instant


@given(INSTANTS, st.sampled_from([1.0, 2.0, 60.0, 3600.0, 0.5]))
def test_there_and_back_is_the_same_instant(instant, speed):
    scale = parse_scale(speed, f"{REAL}/{STAGE}")

    assert abs(scale.to_stage(scale.to_real(instant)) - instant) < timedelta(milliseconds=10)


def test_at_speed_3600_an_hour_takes_a_second():
    scale = parse_scale(3600, f"{REAL}/{STAGE}")

    assert scale.to_stage(NOON) == datetime(2026, 1, 1, tzinfo=UTC)
    assert scale.to_stage(NOON + timedelta(seconds=1)) == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert scale.real_duration(timedelta(hours=24)) == timedelta(seconds=24)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_clock_that_stands_still_runs_backwards_or_is_no_number_is_refused(speed):
    with pytest.raises(ClockError, match="must be above 0"):
        parse_scale(speed, f"{REAL}/{STAGE}")


def test_a_fast_clock_without_an_anchor_is_refused_and_says_what_to_set():
    with pytest.raises(ClockError, match="ATTUNE_CLOCK_ANCHOR must say"):
        parse_scale(60, "")


@pytest.mark.parametrize(
    ("anchor", "complaint"),
    [
        (REAL, "must be '<real instant>/<stage instant>'"),
        (f"yesterday/{STAGE}", "'yesterday' is not an ISO 8601 time"),
        (f"{REAL}/2026-01-01T00:00:00", "has no UTC offset"),
    ],
)
def test_an_anchor_that_cannot_be_read_says_what_is_wrong(anchor, complaint):
    with pytest.raises(ClockError, match=complaint):
        parse_scale(60, anchor)


def test_naive_anchors_are_refused():
    with pytest.raises(ClockError, match="need a UTC offset"):
        ClockScale(2, datetime(2026, 1, 1), NOON)  # noqa: DTZ001 - that is the point


def test_instants_are_read_with_any_offset_and_mean_utc():
    assert parse_instant("2026-11-24T17:45:00+05:45") == NOON
    assert parse_instant("2026-11-24T12:00:00Z").tzinfo is UTC


@given(INSTANTS, INSTANTS)
def test_written_instants_sort_as_text_and_are_read_back(one, other):
    one, other = (instant.replace(microsecond=instant.microsecond // 1000 * 1000) for instant in (one, other))

    assert parse_instant(format_instant(one)) == one
    assert (format_instant(one) < format_instant(other)) is (one < other)


def test_an_instant_is_written_in_utc_with_milliseconds():
    kathmandu = timezone(timedelta(hours=5, minutes=45))

    assert format_instant(datetime(2026, 11, 24, 17, 45, tzinfo=kathmandu)) == "2026-11-24T12:00:00.000Z"
