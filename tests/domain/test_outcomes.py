"""Outcomes: which journey and contact something belongs to, and that it is recorded once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.contacts import ContactState, Ledger
from attune.domain.journeys import HELD_OUT, JourneyStatus
from attune.domain.learning.outcomes import Happening, happenings_in, outcome_decision, outcomes_for
from attune.domain.outcome_kinds import OutcomeKind
from attune.domain.replies import interpret
from attune.domain.sentiment import Deaf
from attune.domain.signals import ConsentChange, Feedback, Reply, SignalKind
from tests.support.builders import NOON, QUIET, contact, customer, hours, journey, playbook, session_of, signal

BOOK = playbook(outcome_window=timedelta(days=7))
BOOKS = {"cart": BOOK}
SENT_AT = NOON + hours(24)
FIRST = contact(SENT_AT, contact_id="cart-1#1", channel="sms")
SECOND = contact(SENT_AT + hours(30), contact_id="cart-1#2", touch=2)


def somebody(*contacts, journeys=None):
    known = journeys or (journey(),)
    by_id = {one.journey_id: one for one in known}
    return customer(session_of([signal(SignalKind.VIEWED)]), ledger=Ledger(tuple(contacts)), journeys=by_id)


def ordered(at, order="o1"):
    return Happening(kind=OutcomeKind.ORDERED, at=at, order=order)


def found(who, *happenings):
    return [(one.contact_id, one.kind.value) for one in outcomes_for(who, happenings, BOOKS)]


def test_an_order_after_a_message_belongs_to_the_latest_message_before_it():
    who = somebody(FIRST, SECOND)

    assert found(who, ordered(SENT_AT + hours(1))) == [("cart-1#1", "ordered")]
    assert found(who, ordered(SECOND.at + hours(1))) == [("cart-1#2", "ordered")]


def test_an_order_before_any_message_belongs_to_the_journey_alone():
    assert found(somebody(FIRST), ordered(NOON + hours(2))) == [("cart-1#0", "ordered")]


@pytest.mark.parametrize("at", [NOON - hours(1), NOON + timedelta(days=17, hours=1)])
def test_what_happens_before_the_moment_or_after_its_window_is_no_outcome(at):
    assert found(somebody(FIRST), ordered(at)) == []


def test_a_message_is_credited_for_its_window_and_no_longer():
    who = somebody(FIRST)

    assert found(who, ordered(SENT_AT + timedelta(days=7) - hours(1))) == [("cart-1#1", "ordered")]
    assert found(who, ordered(SENT_AT + timedelta(days=7))) == [("cart-1#0", "ordered")]


def test_a_message_that_was_never_sent_gets_no_credit():
    failed = replace(FIRST, state=ContactState.FAILED)

    assert found(somebody(failed), ordered(SENT_AT + hours(1))) == [("cart-1#0", "ordered")]


def test_an_answer_to_what_somebody_wrote_is_no_touch_and_gets_no_credit():
    answer = contact(SENT_AT + hours(2), contact_id="ack#m-1", touch=1)

    assert found(somebody(FIRST, answer), ordered(SENT_AT + hours(3))) == [("cart-1#1", "ordered")]


def test_the_held_out_have_outcomes_too_but_not_of_messages_they_never_got():
    held = journey(status=JourneyStatus.ENDED, ended_because=HELD_OUT)
    who = somebody(journeys=(held,))
    helpful = Happening(kind=OutcomeKind.HELPFUL, at=NOON + hours(3))

    [outcome] = outcomes_for(who, [ordered(NOON + hours(2)), helpful], BOOKS)
    record = outcome_decision(outcome, who, BOOK, now=NOON + hours(2))

    assert (record.choice, record.touch, record.inputs["arm"]) == ("ordered", 0, "holdout")


def test_two_carts_of_one_playbook_share_no_credit_for_one_order():
    other = journey(journey_id="cart-2", key="k2")
    later = contact(SENT_AT + hours(5), contact_id="cart-2#1", journey_id="cart-2")

    assert found(somebody(FIRST, later, journeys=(journey(), other)), ordered(SENT_AT + hours(6))) == [
        ("cart-1#0", "ordered"),
        ("cart-2#1", "ordered"),
    ]


def test_feedback_belongs_to_the_journey_it_names():
    other = journey(journey_id="cart-2", key="k2")
    later = contact(SENT_AT + hours(5), contact_id="cart-2#1", journey_id="cart-2")
    who = somebody(FIRST, later, journeys=(journey(), other))
    said = Feedback(
        message_id="f", customer_id="ada", session_id="s", time=SENT_AT + hours(6), helpful=False, journey_id="cart-1"
    )

    assert found(who, *happenings_in([said], [], {})) == [("cart-1#1", "not_helpful")]


def test_a_refusal_belongs_to_the_last_message_on_its_channel_and_a_bounce_to_none():
    who = somebody(FIRST, replace(SECOND, channel="email"))
    at = SECOND.at + hours(1)

    def refusal(source, *channels):
        return ConsentChange(
            message_id="c", customer_id="ada", time=at, channels=channels, granted=False, source=source
        )

    changes = [refusal("reply", "sms"), refusal("ses_complaint", "email"), refusal("ses_bounce", "email")]
    assert found(who, *happenings_in([], changes, {})) == [("cart-1#1", "unsubscribed"), ("cart-1#2", "complained")]


@pytest.mark.parametrize(
    ("text", "outcomes"), [("Yes, what does delivery cost?", ["replied"]), ("STOP", []), ("I want to die", [])]
)
def test_a_reply_is_an_answer_unless_it_wants_an_end_or_is_in_distress(text, outcomes):
    reply = Reply(message_id="r", customer_id="ada", session_id="s", time=SENT_AT + hours(1), text=text, channel="sms")
    readings = {"r": interpret(text, Deaf())}

    assert [kind for _, kind in found(somebody(FIRST), *happenings_in([reply], [], readings))] == outcomes


def test_a_cancelled_order_is_taken_back_in_every_journey_it_may_have_counted_for_also_weeks_later():
    back = Happening(kind=OutcomeKind.ORDER_TAKEN_BACK, at=NOON + timedelta(days=40), order="o1")
    who = somebody(FIRST)

    [outcome] = outcomes_for(who, [back], BOOKS)
    [order] = outcomes_for(who, [ordered(SENT_AT + hours(1))], BOOKS)
    records = [outcome_decision(one, who, BOOK, now=NOON) for one in (order, outcome)]

    assert records[0].inputs["order"] == records[1].inputs["order"] != ""
    assert "o1" not in str(records)


def test_the_same_outcome_told_again_later_is_the_same_row_of_the_log():
    who = somebody(FIRST)
    [first] = outcomes_for(who, [ordered(SENT_AT + hours(1))], BOOKS)
    [again] = outcomes_for(who, [ordered(SENT_AT + hours(2))], BOOKS)
    rows = [outcome_decision(one, who, BOOK, now=NOON + timedelta(days=20)) for one in (first, again)]

    assert len({(row.decision_id, row.time, row.subject_key) for row in rows}) == 1
    assert rows[0].inputs["late"] is True
    assert rows[0].inputs["hours_after"] == 1


@given(st.permutations([ordered(SENT_AT + hours(n), order=f"o{n % 2}") for n in range(4)]))
def test_the_order_in_which_outcomes_are_told_changes_nothing_in_the_log(happenings):
    who = somebody(FIRST)
    told = {
        (row.decision_id, row.time)
        for one in outcomes_for(who, happenings, BOOKS)
        for row in [outcome_decision(one, who, BOOK, now=NOON + QUIET)]
    }

    assert len(told) == 2
