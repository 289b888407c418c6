"""What is days away: a silence told to the day, put off by every sign, and the marks that sort by time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given
from hypothesis import strategies as st

from attune.domain.customers import Due
from attune.domain.dues import (
    PARTITIONS,
    due_mark,
    due_of,
    is_still_silent,
    may_move_silence,
    partition_name,
    partition_of,
    silences,
)
from attune.domain.merging import merge
from attune.domain.sessions import record
from attune.domain.signals import SignalKind
from attune.domain.undertakings import Correlation, Moment, Trigger
from tests.support.builders import NOON, customer, hours, minutes, session_of, signal

ORDERED, VIEWED, DELAYED = SignalKind.ORDERED, SignalKind.VIEWED, SignalKind.DELIVERY_DELAYED
EPOCH = datetime(1980, 1, 1, tzinfo=UTC)
SIXTY = timedelta(days=60)
SILENCE = Trigger("back", frozenset({ORDERED}), frozenset({ORDERED}), frozenset(), SIXTY, Correlation.CUSTOMER)


def at(kind, time, session_id="s"):
    return replace(session_of([signal(kind, time)]), session_id=session_id)


def test_who_ordered_is_waited_for_from_their_last_sign():
    session = session_of([signal(ORDERED, NOON), signal(VIEWED, NOON + minutes(5))])

    [due] = silences(customer(), [session], [SILENCE])

    assert (due.name, due.key, due.due_at) == ("back", "2026-11-24", NOON + minutes(5) + SIXTY)


def test_who_only_looked_is_not():
    assert list(silences(customer(), [at(VIEWED, NOON)], [SILENCE])) == []


def test_on_the_same_day_nothing_is_written_again_and_on_the_next_day_once():
    [first] = silences(customer(), [at(ORDERED, NOON)], [SILENCE])
    known = customer(dues={"back": replace(first, version=3)})

    assert list(silences(known, [at(VIEWED, NOON + hours(2))], [SILENCE])) == []
    [later] = silences(known, [at(VIEWED, NOON + hours(24))], [SILENCE])
    assert (later.version, later.due_at) == (3, NOON + hours(24) + SIXTY)


def test_what_arrives_late_does_not_bring_it_forward():
    [first] = silences(customer(), [at(ORDERED, NOON)], [SILENCE])

    assert list(silences(customer(dues={"back": first}), [at(VIEWED, NOON - hours(50))], [SILENCE])) == []


SIGNS = st.lists(st.tuples(st.sampled_from([ORDERED, VIEWED, DELAYED]), st.integers(0, 72)), min_size=1, max_size=5)


@example(earlier=[(VIEWED, 0), (DELAYED, 13)], now=[(VIEWED, 14)], quiet=SIXTY, ordered_before=True)
@given(SIGNS, SIGNS, st.sampled_from([SIXTY, SIXTY + timedelta(hours=7)]), st.booleans())
def test_what_cannot_move_a_silence_would_write_none(earlier, now, quiet, ordered_before):
    trigger = replace(SILENCE, quiet_period=quiet)
    before, news = ([signal(kind, NOON + hours(hour)) for kind, hour in signs] for signs in (earlier, now))
    long_ago = silences(customer(), [at(ORDERED, NOON - hours(99))], [trigger]) if ordered_before else ()
    session = session_of(before)
    known = customer(dues={due.name: due for due in long_ago})
    known = replace(known, dues={**known.dues, **{due.name: due for due in silences(known, [session], [trigger])}})

    after = record(session, news, []).session
    if not may_move_silence(session, after, [trigger]):
        assert list(silences(known, [after], [trigger])) == []


def test_most_that_goes_on_moves_no_silence():
    session = session_of([signal(VIEWED, NOON)])

    def may_move(kind, after, triggers=(SILENCE,)):
        return may_move_silence(session, record(session, [signal(kind, NOON + hours(after))], []).session, triggers)

    assert not may_move(VIEWED, 1)
    assert not may_move(DELAYED, 99), "nothing that the customer did"
    assert not may_move(ORDERED, 99, triggers=())
    assert may_move(VIEWED, 12)
    assert may_move(ORDERED, 1)


def test_a_sign_on_any_device_a_day_later_breaks_the_silence():
    moment = Moment(NOON + SIXTY, "back", "2026-11-24")
    elsewhere = at(VIEWED, NOON + hours(25), "phone")

    assert is_still_silent(customer(at(ORDERED, NOON)), moment, SILENCE)
    assert is_still_silent(customer(at(ORDERED, NOON), at(VIEWED, NOON + hours(3), "phone")), moment, SILENCE)
    assert not is_still_silent(customer(at(ORDERED, NOON), elsewhere), moment, SILENCE)


def test_a_moment_is_one_row_for_its_key():
    moment = Moment(NOON, "post", "o-1")

    assert due_of(moment, "a").name == due_of(replace(moment, due_at=NOON + hours(1)), "b").name == "post#o-1"


@given(st.integers(0, 50_000 * 86_400), st.integers(1, 10**7))
def test_marks_sort_as_their_instants_do_in_any_zone(begun, seconds):
    one = EPOCH + timedelta(seconds=begun)
    other = (one + timedelta(seconds=seconds)).astimezone(timezone(timedelta(hours=9)))

    assert due_mark(one) < due_mark(other)


@given(st.text(min_size=1, max_size=40))
def test_everybody_has_one_of_the_partitions(customer_id):
    assert partition_of(customer_id) in {partition_name(number) for number in range(PARTITIONS)}


def test_what_is_due_of_a_visitor_comes_along_when_they_turn_out_to_be_somebody():
    due, other = due_of(Moment(NOON, "post", "o-1"), "a"), due_of(Moment(NOON, "post", "o-2"), "b")
    kept = replace(other, due_at=NOON + hours(1), version=4)
    user, visitor = customer(dues={other.name: kept}), customer(dues={due.name: due, other.name: other})

    moved = [item for item in merge(user, visitor) if isinstance(item, Due)]

    assert moved == [due]
