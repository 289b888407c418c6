"""A note on the site: shown once, once more at a later visit if it was left unanswered, never after an answer."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.customers import Case, Customer
from attune.domain.decisions import DecisionKind
from attune.domain.onsite import MOST_SHOWS, NoteAnswer, OnsiteNote
from attune.domain.sentiment import Distress, HeardDistress
from attune.domain.signals import SignalKind
from attune.domain.site_notes import note_decision, notes_for
from tests.support.builders import NOON, consent, customer, hours, minutes, session_of, story

LATER = [answer for answer in NoteAnswer if answer is not NoteAnswer.SHOWN]


def note(**changes) -> OnsiteNote:
    plain = OnsiteNote(
        note_id="cart-1#1",
        journey_id="cart-1",
        headline="",
        body="Can we help?",
        locale="en",
        created_at=NOON,
        expires_at=NOON + hours(240),
    )
    return replace(plain, **changes)


def visitor(*notes: OnsiteNote, at: float = 60, **parts) -> Customer:
    """Return somebody whose visit began `at` minutes after noon."""
    seen = session_of(story((SignalKind.VIEWED, at)))
    return customer(seen, notes={found.note_id: found for found in notes}, **parts)


def shown_at(now: datetime, *notes: OnsiteNote, **parts) -> list[str]:
    return [found.note_id for found in notes_for(visitor(*notes, **parts), now)]


def test_a_note_waits_for_the_next_visit_and_is_shown_once():
    fresh = note()
    claimed = fresh.claimed("view-1", at=NOON + minutes(61))

    assert shown_at(NOON + minutes(61), fresh) == ["cart-1#1"]
    assert shown_at(NOON + minutes(62), claimed) == []


@pytest.mark.parametrize("answer", [None, NoteAnswer.NOT_NOW])
def test_a_note_left_unanswered_or_for_later_comes_back_once_at_a_later_visit(answer):
    first = note().claimed("view-1", at=NOON + minutes(61))
    first = first.answered(answer, at=NOON + minutes(62)) if answer else first
    second = first.claimed("view-2", at=NOON + minutes(181))

    assert shown_at(NOON + minutes(65), first) == []
    assert shown_at(NOON + minutes(181), first, at=180) == ["cart-1#1"]
    assert shown_at(NOON + minutes(182), second, at=180) == []
    assert shown_at(NOON + minutes(601), second, at=600) == []
    assert second.shows == MOST_SHOWS


@pytest.mark.parametrize("answer", [answer for answer in LATER if answer is not NoteAnswer.NOT_NOW])
def test_an_answered_note_never_comes_back(answer):
    answered = note().claimed("view-1", at=NOON + minutes(61)).answered(answer, at=NOON + minutes(62))

    assert shown_at(NOON + minutes(601), answered, at=600) == []


def test_the_first_event_of_a_visit_may_come_after_the_first_look_at_the_notes():
    """The page asks at once; what it tells the event bus is stamped a second later."""
    claimed = note().claimed("view-1", at=NOON + minutes(60))

    assert shown_at(NOON + minutes(62), claimed, at=60.02) == []


def test_a_site_that_tells_of_no_visits_shows_a_note_again_after_half_an_hour_of_silence():
    claimed = note().claimed("view-1", at=NOON)
    nobody_tells = customer(notes={claimed.note_id: claimed})

    assert notes_for(nobody_tells, NOON + minutes(29)) == ()
    assert notes_for(nobody_tells, NOON + minutes(31)) == (claimed,)


def test_asking_again_for_the_same_display_is_no_second_display():
    once = note().claimed("view-1", at=NOON)

    assert once.claimed("view-1", at=NOON + minutes(1)) is once
    assert once.claimed("view-2", at=NOON + minutes(1)).shows == 2


@given(st.lists(st.sampled_from(LATER), max_size=6))
def test_what_a_customer_said_for_good_stays(answers):
    told = note()
    first = None
    for number, answer in enumerate(answers):
        told = told.answered(answer, at=NOON + minutes(number))
        first = first or (answer if answer.settles else None)
    last = NoteAnswer.FOLLOWED if NoteAnswer.FOLLOWED in answers else next(iter(answers), "")

    assert told.answer == (first or last)
    assert told.settled == (first is not None)


def test_who_followed_a_link_may_still_say_that_it_helped_but_does_not_see_the_note_again():
    followed = note().claimed("view-1", at=NOON).answered(NoteAnswer.FOLLOWED, at=NOON)

    assert followed.answered(NoteAnswer.NOT_NOW, at=NOON) is followed
    assert followed.answered(NoteAnswer.HELPFUL, at=NOON).answer == "helpful"
    assert not followed.may_be_shown(visit=NOON + hours(5), now=NOON + hours(5))


@given(st.lists(st.tuples(st.sampled_from([*LATER, None]), st.integers(1, 3000)), max_size=8))
def test_whatever_happens_a_note_is_shown_at_most_twice_and_never_twice_in_one_visit(steps):
    told, now, shows = note(), NOON, []
    for number, (answer, minutes_later) in enumerate(steps):
        now += timedelta(minutes=minutes_later)
        if told.may_be_shown(visit=now, now=now):
            shows.append(now)
            told = told.claimed(f"view-{number}", at=now)
        told = told.answered(answer, at=now) if answer else told

    assert len(shows) <= MOST_SHOWS
    assert all(later - earlier > minutes(30) for earlier, later in pairwise(shows))


def test_of_one_journey_only_the_newest_note_is_shown_and_of_several_the_newest_first():
    older, newer = note(), note(note_id="cart-1#2", created_at=NOON + minutes(5))
    other = note(note_id="form-1#1", journey_id="form-1", created_at=NOON + minutes(10))

    assert shown_at(NOON + minutes(61), older, newer, other) == ["form-1#1", "cart-1#2"]


@pytest.mark.parametrize(
    "parts",
    [
        {"allows": consent(onsite=False)},
        {"profile": {"automation_opt_out": True}},
        {"profile": {"distress": HeardDistress(next(iter(Distress)), NOON)}},
        {"cases": {"k": Case(case_id="c", about="k", opened_at=NOON, triggers=("reply",))}},
    ],
    ids=["refused", "no automation", "distress", "a person is there"],
)
def test_no_note_where_one_would_be_wrong_by_now(parts):
    assert shown_at(NOON + minutes(61), note(), **parts) == []


@pytest.mark.parametrize(
    "kind",
    [SignalKind.ORDERED, SignalKind.FOUND_UNHELPFUL, SignalKind.ASKED_FOR_HELP, SignalKind.REPLIED],
)
def test_no_note_that_was_left_before_the_customer_bought_or_answered(kind):
    seen = session_of(story((SignalKind.VIEWED, 60), (kind, 61)))
    since, before = note(), note(created_at=NOON + minutes(62))

    assert notes_for(customer(seen, notes={since.note_id: since}), NOON + minutes(70)) == ()
    assert notes_for(customer(seen, notes={before.note_id: before}), NOON + minutes(70)) == (before,)


def test_an_expired_note_is_not_shown():
    assert shown_at(NOON + hours(240), note(), at=60) == []


def test_the_record_of_an_answer_is_the_same_however_often_it_is_written():
    told = note().claimed("view-1", at=NOON).answered(NoteAnswer.HELPFUL, at=NOON + minutes(1))
    record = note_decision(told, "subject")

    assert record == note_decision(told, "subject")
    assert (record.kind, record.choice, record.automated) == (DecisionKind.ONSITE, "helpful", False)
    assert record.decision_id != note_decision(replace(told, answer="not_now"), "subject").decision_id
    assert record.time == NOON + minutes(1)
