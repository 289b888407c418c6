"""When a note becomes a suggestion; anniversaries; nothing but topic and day is looked at."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.personal_moments import (
    PersonalRules,
    TopicRule,
    next_anniversary,
    slots_of,
    suggest_at,
    why_not,
    why_now,
)
from attune.domain.personal_notes import PersonalNote, Topic
from tests.support.builders import NOON, consent, customer

RULES = PersonalRules(
    version="1",
    owner="care",
    follow_up_after=timedelta(days=21),
    answer_within=timedelta(days=3),
    at_most=2,
    within=timedelta(days=90),
    topics={
        topic: TopicRule(message="m", idea="Ask.", before=timedelta(days=7), after=timedelta(days=14))
        for topic in Topic
    },
)
NOTE = PersonalNote(
    note_id="n",
    topic=Topic.TRIP,
    about="Norway",
    on=date(2026, 12, 20),
    recorded_at=NOON,
    expires_at=NOON + timedelta(days=90),
)
OWNED = customer(profile={"agent_of_record": "sam"})


def test_a_day_is_looked_forward_to_and_what_has_none_is_let_rest():
    assert suggest_at(NOTE, RULES).date() == date(2026, 12, 13)
    assert suggest_at(replace(NOTE, on=None), RULES) == NOON + timedelta(days=14)


def test_never_before_it_was_told():
    assert suggest_at(replace(NOTE, on=date(2026, 11, 25)), RULES) == NOON


def test_who_is_looked_after_gets_a_suggestion():
    assert why_not(OWNED, NOTE, RULES, NOON) is None


@pytest.mark.parametrize(
    ("code", "changed", "note", "rules"),
    [
        ("kill_switch", OWNED, NOTE, replace(RULES, enabled=False)),
        ("kill_switch", OWNED, NOTE, replace(RULES, topics={})),
        ("too_late", OWNED, replace(NOTE, on=date(2026, 11, 23)), RULES),
        ("nobody_looks_after", customer(), NOTE, RULES),
        ("automation_opt_out", customer(profile={"agent_of_record": "s", "automation_opt_out": True}), NOTE, RULES),
        ("topic_muted", customer(profile={"agent_of_record": "s", "muted_topics": "personal_moments"}), NOTE, RULES),
        ("opted_out", customer(profile={"agent_of_record": "s"}, allows=consent(email=False, sms=False)), NOTE, RULES),
    ],
)
def test_why_nothing_is_suggested(code, changed, note, rules):
    reason = why_not(changed, note, rules, NOON)

    assert reason is not None
    assert reason.code == code


@given(st.text(max_size=60))
def test_what_a_note_says_changes_nothing_that_is_decided(about):
    other = replace(NOTE, about=about)

    assert why_not(OWNED, other, RULES, NOON) == why_not(OWNED, NOTE, RULES, NOON)
    assert suggest_at(other, RULES) == suggest_at(NOTE, RULES)


def test_the_person_is_told_what_it_is_about_and_the_words_get_it():
    assert "Norway, on 20 December 2026" in why_now(NOTE, RULES, follow_up=False)
    assert slots_of(NOTE) == {"destination": "Norway", "trip_date": date(2026, 12, 20)}


@given(st.dates(date(1990, 1, 1), date(2026, 1, 1)), st.dates(date(2026, 1, 2), date(2040, 1, 1)))
def test_the_next_anniversary_is_not_past_within_a_year_and_of_that_many_years(since, today):
    day, years = next_anniversary(since, today)

    assert today <= day <= today + timedelta(days=366)
    assert years == day.year - since.year >= 1
    assert (day.month, day.day) in {(since.month, since.day), (2, 28)}
