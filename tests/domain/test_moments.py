"""Moments: whether the silence was real, and what becomes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attune.domain.customers import Case
from attune.domain.friction_levels import Level
from attune.domain.moments import Answer, decide_moment, has_come, journey_id_for
from attune.domain.playbook_rules import Audience
from attune.domain.sessions import Moment, state_of
from attune.domain.signals import SignalKind
from tests.support.builders import NOON, QUIET, customer, hours, journey, minutes, playbook, session_of, signal, story
from tests.support.friction import SCORER

ADDED, FAILED, ORDERED, VIEWED = (
    SignalKind.PRODUCT_ADDED,
    SignalKind.FORM_FAILED,
    SignalKind.ORDERED,
    SignalKind.VIEWED,
)
BOOK = playbook()
TRIGGER = BOOK.watched()
IN_TROUBLE = ((ADDED, 0), (SignalKind.PAYMENT_FAILED, 1), (FAILED, 1))


def session(*steps):
    return session_of(story(*steps), TRIGGER)


def the_moment(*steps, at: float = 11) -> Moment:
    key = state_of(session(*steps), [TRIGGER]).undertakings["cart"].key
    return Moment(NOON + minutes(at), "cart", key)


JUST_AFTER = NOON + minutes(12)


def answer(*steps, now=JUST_AFTER, book=BOOK, at: float = 11, **parts) -> tuple[Answer, str]:
    decided = decide_moment(
        customer(session(*steps), **parts), "s", the_moment((ADDED, 0), at=at), book, SCORER, now=now
    )
    return decided.answer, decided.reasons[0].code


def test_trouble_and_silence_start_a_journey_about_that_silence():
    decided = decide_moment(
        customer(session(*IN_TROUBLE)), "s", the_moment(*IN_TROUBLE), BOOK, SCORER, now=NOON + minutes(12)
    )

    assert decided.answer is Answer.STARTED
    assert [reason.code for reason in decided.reasons][:2] == ["friction", "form_failures"]
    assert decided.journey.since == NOON + minutes(11)
    assert decided.journey.expires_at == NOON + minutes(11) + BOOK.expires_after
    assert (decided.journey.session_id, decided.journey.playbook_version) == ("s", "1.0.0")


def test_a_calm_customer_is_left_alone():
    assert answer((ADDED, 0), (VIEWED, 1)) == (Answer.CALM, "calm")


def test_the_held_out_get_no_journey_but_only_where_one_would_have_started():
    everybody = playbook(audience=Audience(holdout_percent=100))

    assert answer(*IN_TROUBLE, book=everybody) == (Answer.HOLDOUT, "holdout")
    assert answer((ADDED, 0), book=everybody, at=10) == (Answer.CALM, "calm")


def test_who_bought_meanwhile_needs_nothing():
    assert answer(*IN_TROUBLE, (ORDERED, 20), now=NOON + minutes(21)) == (Answer.OVER, "goal_reached")


def test_who_bought_in_another_session_needs_nothing_either():
    bought = replace(session_of([signal(ORDERED, NOON + minutes(5))]), session_id="app")
    there = customer(session(*IN_TROUBLE), bought)

    decided = decide_moment(there, "s", the_moment(*IN_TROUBLE), BOOK, SCORER, now=NOON + minutes(12))

    assert decided.answer is Answer.OVER


def test_an_order_before_the_cart_does_not_count():
    assert answer((ORDERED, -60), *IN_TROUBLE)[0] is Answer.STARTED


def test_a_moment_too_long_ago_is_not_answered():
    too_late = NOON + minutes(11) + BOOK.expires_after

    assert answer(*IN_TROUBLE, now=too_late) == (Answer.OVER, "too_late")
    assert answer(*IN_TROUBLE, now=too_late - timedelta(seconds=1))[0] is Answer.STARTED


def test_one_undertaking_has_one_journey_ever():
    there = customer(session(*IN_TROUBLE))
    known = journey_id_for(there, "cart", the_moment(*IN_TROUBLE).key)

    for status in ("running", "ended"):
        running = {known: journey(journey_id=known, status=status)}
        assert answer(*IN_TROUBLE, journeys=running)[0] is Answer.ALREADY_RUNNING


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("kill_switch", {"book": playbook(enabled=False)}),
        ("automation_opt_out", {"profile": {"automation_opt_out": True}}),
        ("case_open", {"cases": {"direct": Case(case_id="c", about="direct", opened_at=NOON, triggers=())}}),
    ],
)
def test_a_rule_against_it_withholds_the_journey_and_names_itself(code, changes):
    assert answer(*IN_TROUBLE, **changes) == (Answer.WITHHELD, code)


def test_the_playbook_says_how_much_trouble_is_enough():
    assert answer(*IN_TROUBLE, book=playbook(friction_floor=Level.HIGH))[0] is Answer.STARTED
    assert answer((ADDED, 0), (SignalKind.DEAL_SEARCHED, 1), book=playbook(friction_floor=Level.HIGH))[0] is (
        Answer.CALM
    )


def test_friction_is_judged_as_of_the_silence_not_by_what_came_after():
    decided = decide_moment(
        customer(session((ADDED, 0), (FAILED, 60))),
        "s",
        the_moment((ADDED, 0), at=10),
        BOOK,
        SCORER,
        now=NOON + hours(2),
    )

    assert decided.answer is Answer.CALM


def test_a_silence_that_was_broken_in_time_never_came():
    moment = the_moment((ADDED, 0), at=10)

    assert has_come(customer(session((ADDED, 0))), "s", moment, BOOK, NOON + QUIET)
    assert not has_come(customer(session((ADDED, 0), (VIEWED, 9))), "s", moment, BOOK, NOON + hours(1))
    assert has_come(customer(session((ADDED, 0), (VIEWED, 11))), "s", moment, BOOK, NOON + hours(1))


def test_a_silence_that_is_not_over_or_of_an_unknown_session_has_not_come():
    moment = the_moment((ADDED, 0), at=10)

    assert not has_come(customer(session((ADDED, 0))), "s", moment, BOOK, NOON + QUIET - timedelta(seconds=1))
    assert not has_come(customer(), "s", moment, BOOK, NOON + hours(1))


def test_the_name_of_a_journey_differs_by_customer_playbook_and_undertaking_and_tells_none_of_them():
    ada, eve = customer(), customer(profile={"customer_id": "eve"})
    eve = replace(eve, profile=replace(eve.profile, subject_secret="cd" * 32))

    names = {journey_id_for(who, book, key) for who in (ada, eve) for book in ("cart", "trip") for key in ("a", "b")}

    assert len(names) == 8
    assert journey_id_for(ada, "cart", "a") == journey_id_for(ada, "cart", "a")
    assert not any("ada" in name for name in names)


def test_who_is_held_out_has_a_journey_that_never_runs_and_a_second_look_changes_nothing():
    everybody = playbook(audience=Audience(holdout_percent=100))
    somebody = customer(session(*IN_TROUBLE))
    first = decide_moment(somebody, "s", the_moment(*IN_TROUBLE), everybody, SCORER, now=JUST_AFTER)

    known = replace(somebody, journeys={first.journey.journey_id: first.journey})
    again = decide_moment(known, "s", the_moment(*IN_TROUBLE), playbook(), SCORER, now=JUST_AFTER)

    assert (first.answer, first.journey.status, first.journey.held_out) == (Answer.HOLDOUT, "ended", True)
    assert (again.answer, again.journey) == (Answer.ALREADY_HELD_OUT, first.journey)
