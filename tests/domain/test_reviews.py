"""Reviews and situations: what follows a touch, and when nothing more may follow."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attune.domain.customers import Case, Consent
from attune.domain.friction_levels import Level
from attune.domain.journeys import JourneyStatus
from attune.domain.reviews import NextStep, review
from attune.domain.signals import SignalKind
from attune.domain.situation import Situation, assess, journey_situation, running_journey, state_at
from tests.support.builders import (
    NOON,
    QUIET,
    consent,
    customer,
    hours,
    journey,
    minutes,
    playbook,
    session_of,
    signal,
    story,
)
from tests.support.friction import SCORER

TROUBLE = ((SignalKind.PRODUCT_ADDED, -3), (SignalKind.PAYMENT_FAILED, -2), (SignalKind.FORM_FAILED, -2))
BARGAIN = ((SignalKind.PRODUCT_ADDED, -3), (SignalKind.DEAL_SEARCHED, -2))
BOTH = (*TROUBLE, (SignalKind.DEAL_SEARCHED, -1))


TWO_DAYS_LATER = NOON + hours(48)


def situation(*steps, now=TWO_DAYS_LATER, book=None, **parts) -> Situation:
    there = customer(session_of(story(*steps)), **parts) if steps else customer(**parts)
    return journey_situation(there, book or playbook(), SCORER, journey(), now)


def follows(*steps, last_touch: int = 1, **parts) -> tuple[NextStep, int]:
    reviewed = review(situation(*steps, **parts), last_touch=last_touch)
    return reviewed.next_step, reviewed.touch


def test_trouble_that_stays_gets_clearer_ways_to_help():
    assert follows(*TROUBLE) == (NextStep.NEXT_TOUCH, 2)


def test_a_bargain_hunter_without_trouble_gets_the_offer_and_skips_the_help():
    assert follows(*BARGAIN) == (NextStep.NEXT_TOUCH, 3)


def test_trouble_and_price_get_help_first_and_the_offer_last():
    assert follows(*BOTH, last_touch=1) == (NextStep.NEXT_TOUCH, 2)
    assert follows(*BOTH, last_touch=2) == (NextStep.NEXT_TOUCH, 3)
    assert follows(*BOTH, last_touch=3) == (NextStep.END, 0)


def test_trouble_without_regard_to_price_never_gets_the_offer():
    assert follows(*TROUBLE, last_touch=2) == (NextStep.END, 0)


def test_who_came_back_in_peace_gets_nothing_more():
    reviewed = review(situation(*TROUBLE, (SignalKind.VIEWED, 40)), last_touch=1)

    assert (reviewed.next_step, reviewed.reason.code) == (NextStep.END, "nothing_more_to_say")


def test_a_next_touch_says_what_it_answers():
    assert "friction is still high" in review(situation(*TROUBLE), last_touch=1).reason.text
    assert "price" in review(situation(*BARGAIN), last_touch=1).reason.text


OPEN_CASE = {"direct": Case(case_id="c", about="direct", opened_at=NOON, triggers=())}
WHAT_ENDS_IT = [
    ("goal_reached", [(SignalKind.ORDERED, 30)], {}),
    ("case_open", [], {"cases": OPEN_CASE}),
    ("automation_opt_out", [], {"profile": {"automation_opt_out": True}}),
    ("opted_out", [], {"allows": consent(sms=False, email=False)}),
    ("opted_out", [], {"allows": consent(sms=False)}),
    ("not_helpful", [(SignalKind.FOUND_UNHELPFUL, 30)], {}),
    ("asked_for_help", [(SignalKind.ASKED_FOR_HELP, 30)], {}),
    ("answered", [(SignalKind.REPLIED, 30)], {}),
    ("journey_expired", [], {"now": NOON + timedelta(days=10)}),
]


@pytest.mark.parametrize(("code", "more", "parts"), WHAT_ENDS_IT)
def test_nothing_follows_once_it_is_over(code, more, parts):
    reviewed = review(situation(*BOTH, *more, **parts), last_touch=1)

    assert (reviewed.next_step, reviewed.reason.code, reviewed.touch) == (NextStep.END, code, 0)


@pytest.mark.parametrize("kind", [SignalKind.ORDERED, SignalKind.REPLIED, SignalKind.FOUND_UNHELPFUL])
def test_what_happened_before_the_silence_ends_nothing(kind):
    assert situation((kind, -60), *TROUBLE).why_over is None


def test_finding_a_message_helpful_does_not_end_the_journey():
    assert situation(*TROUBLE, (SignalKind.FOUND_HELPFUL, 30)).why_over is None


def test_one_channel_left_is_enough_to_go_on():
    assert situation(*TROUBLE, allows=consent(sms=False, email=True)).why_over is None


def test_having_said_nothing_about_channels_is_no_opt_out():
    assert situation(*TROUBLE, allows=Consent()).why_over is None


def test_the_offer_is_for_the_price_sensitive_only_and_never_first():
    touches = playbook().touches

    assert touches[0].offer is None
    assert all(touch.when.price_sensitive for touch in touches if touch.offer)


def test_a_customer_without_a_session_is_calm_and_lives_where_the_profile_says():
    seen = situation()

    assert (seen.friction.level, seen.price_sensitive, seen.device) == (Level.CALM, False, "")
    assert seen.zone is not None
    assert seen.zone.key == "Europe/London"


def test_language_and_zone_come_from_the_session_where_the_profile_is_silent():
    visit = session_of([signal(SignalKind.VIEWED, context={"locale": "de-AT", "time_zone": "Europe/Vienna"})])
    silent = customer(visit, profile={"locale": "", "time_zone": ""})

    seen = assess(silent, playbook(), SCORER, now=NOON, since=NOON, expires_at=NOON + hours(1))

    assert (seen.locale, str(seen.zone)) == ("de-AT", "Europe/Vienna")


def test_the_playbooks_language_is_the_last_resort_and_an_unknown_zone_stays_unknown():
    silent = customer(profile={"locale": "", "time_zone": "", "country": "US"})

    seen = assess(silent, playbook(), SCORER, now=NOON, since=NOON, expires_at=NOON + hours(1))

    assert (seen.locale, seen.zone) == ("en", None)


def test_an_order_exactly_at_the_last_activity_is_not_after_it():
    at_once = customer(session_of([signal(SignalKind.ORDERED, NOON)]))
    just_after = customer(session_of([signal(SignalKind.ORDERED, NOON + timedelta(milliseconds=1))]))

    assert not journey_situation(at_once, playbook(), SCORER, journey(), NOON + hours(1)).goal_reached
    assert journey_situation(just_after, playbook(), SCORER, journey(), NOON + hours(1)).goal_reached


def test_the_running_journey_is_the_latest_that_has_not_ended():
    old, new = journey(journey_id="a"), journey(journey_id="b", since=NOON + hours(1))
    ended = replace(journey(journey_id="c", since=NOON + hours(2)), status=JourneyStatus.ENDED)

    assert running_journey(customer(journeys={j.journey_id: j for j in (old, new, ended)})) == new
    assert running_journey(customer(journeys={"c": ended})) is None


def test_a_session_as_it_was_is_remembered_as_far_as_the_tail_reaches():
    visits = session_of(story((SignalKind.RELOADED, 0), (SignalKind.RELOADED, 5)))

    assert state_at(customer(visits), "s", NOON + minutes(1)).count(SignalKind.RELOADED) == 1
    assert state_at(customer(visits), "s", NOON + QUIET).count(SignalKind.RELOADED) == 2
    assert state_at(customer(visits), "nowhere", NOON).counts == {}
