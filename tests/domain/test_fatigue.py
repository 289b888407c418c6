"""Fatigue: what was not answered weighs, time heals, and only then is silence an option."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.contacts import ContactState, Ledger
from attune.domain.fatigue import Fatigue, FatigueRules, fatigue_from, fatigue_of
from tests.support.builders import NOON, contact

RULES = FatigueRules()
DAYS = st.lists(st.tuples(st.floats(0, 60), st.booleans()), max_size=12)


def ago(days: float):
    return NOON - timedelta(days=days)


def tired(*contacts: tuple[float, bool]) -> Fatigue:
    return fatigue_of(((ago(days), welcome) for days, welcome in contacts), NOON, RULES)


def test_who_got_nothing_is_not_tired():
    assert tired() == Fatigue(0.0, 0)
    assert tired().stretch(RULES) == 1
    assert tired().least_chance(RULES) is None


def test_a_message_without_answer_weighs_one_a_welcome_one_a_fifth_and_both_half_after_a_week():
    assert tired((0, False)) == Fatigue(1, 1)
    assert tired((0, True)) == Fatigue(0.2, 0)
    assert tired((7, False), (7, True)).weight == pytest.approx(0.6)


def test_after_two_weeks_a_message_is_no_longer_counted_as_unanswered():
    assert tired((14, False)).unanswered == 1
    assert tired((14.1, False)).unanswered == 0


def test_silence_becomes_an_option_after_two_messages_without_answer():
    assert tired((1, False)).least_chance(RULES) is None
    assert tired((1, False), (3, True)).least_chance(RULES) is None
    assert tired((1, False), (3, False)).least_chance(RULES) == pytest.approx(
        0.02 * 2 ** ((0.5 ** (1 / 7) + 0.5 ** (3 / 7)) / 1.5)
    )


def test_somebody_tired_beyond_measure_is_left_alone_for_sure():
    assert Fatigue(1e6, 50).least_chance(RULES) == 1


def test_delays_grow_with_each_message_without_answer_up_to_a_limit():
    assert [Fatigue(0, n).stretch(RULES) for n in (0, 1, 2, 3, 4, 500)] == [1, 1.5, 2.25, 3.375, 4, 4]


@given(DAYS, st.floats(0, 60), st.booleans())
def test_one_more_contact_never_makes_less_tired(contacts, days, welcome):
    before, after = tired(*contacts), tired(*contacts, (days, welcome))

    assert after.weight >= before.weight
    assert after.unanswered >= before.unanswered
    assert after.stretch(RULES) >= before.stretch(RULES)
    assert (after.least_chance(RULES) or 0) >= (before.least_chance(RULES) or 0)


@given(DAYS, st.floats(0, 60))
def test_time_heals(contacts, days):
    later = fatigue_of(((ago(d), welcome) for d, welcome in contacts), NOON + timedelta(days=days), RULES)

    assert later.weight <= tired(*contacts).weight
    assert later.unanswered <= tired(*contacts).unanswered


def test_what_was_sent_before_the_last_answer_was_welcome_and_what_failed_was_nothing():
    ledger = Ledger(
        (
            contact(ago(7)),
            contact(ago(3.5)),
            contact(ago(1), ContactState.UNCERTAIN),
            contact(ago(0.5), ContactState.FAILED),
            contact(ago(0.4), touch=0),  # an answer to what the customer wrote
        )
    )

    found = fatigue_from(ledger, answered_at=ago(2), now=NOON, rules=RULES)

    assert found.unanswered == 1
    assert found.weight == pytest.approx(0.2 * 0.5 + 0.2 * 0.5**0.5 + 0.5 ** (1 / 7))
    assert fatigue_from(ledger, answered_at=None, now=NOON, rules=RULES).unanswered == 3


def test_what_lies_ahead_does_not_tire():
    assert fatigue_of([(NOON + timedelta(hours=1), False)], NOON, RULES) == Fatigue()


@pytest.mark.parametrize(
    ("rule", "value", "problem"),
    [
        ("half_life", timedelta(0), "half_life must be above 0"),
        ("welcome_weighs", 0, "welcome_weighs must be above 0"),
        ("welcome_weighs", 1.1, "welcome_weighs at most 1"),
        ("halves_after", -1, "halves_after must be above 0"),
        ("worth", 1, "worth must be below 1"),
        ("none_after", 0, "none_after must be 1 or more"),
        ("stretch", 0.5, "stretch and longest_stretch must be 1 or more"),
    ],
)
def test_rules_that_mean_nothing_are_refused(rule, value, problem):
    with pytest.raises(ValueError, match=problem):
        FatigueRules(**{rule: value})
