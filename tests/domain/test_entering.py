"""Who may enter a playbook: its segments, and whether the same customer may enter again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.entering import why_not_entering
from attune.domain.playbook_rules import Audience, ReEntry
from tests.support.builders import NOON, customer, journey, playbook

DAY = timedelta(days=1)


def refused(begun_days_ago, *, segment="", audience=None, **rule):
    journeys = {
        f"cart-old-{n}": journey(journey_id=f"cart-old-{n}", since=NOON - days * DAY)
        for n, days in enumerate(begun_days_ago)
    }
    book = playbook(audience=audience or Audience(), re_entry=ReEntry(**rule))
    reason = why_not_entering(customer(profile={"segment": segment}, journeys=journeys), book, "cart-new", NOON)
    return reason.code if reason else None


@pytest.mark.parametrize(
    ("segment", "audience", "code"),
    [
        ("gold", Audience(), None),
        ("gold", Audience(segments=("Gold", "silver")), None),
        ("bronze", Audience(segments=("gold",)), "not_in_audience"),
        ("", Audience(segments=("gold",)), "not_in_audience"),
        ("staff", Audience(except_segments=("Staff",)), "not_in_audience"),
        ("", Audience(except_segments=("staff",)), None),
    ],
)
def test_a_playbook_is_for_its_segments_only(segment, audience, code):
    assert refused([], segment=segment, audience=audience) == code


@pytest.mark.parametrize(
    ("begun", "rule", "code"),
    [
        ([], {"allowed": False}, None),
        ([400], {"allowed": False}, "re_entry"),
        ([0, 1, 2], {}, None),
        ([29], {"after": 30 * DAY}, "re_entry"),
        ([30], {"after": 30 * DAY}, None),
        ([1, 20], {"at_most": 2}, "re_entry"),
        ([1, 30], {"at_most": 2}, None),
        ([1, 90], {"at_most": 2, "within": 95 * DAY}, "re_entry"),
    ],
)
def test_who_was_here_before_enters_again_by_the_rule(begun, rule, code):
    assert refused(begun, **rule) == code


def test_the_journey_in_question_and_later_ones_do_not_stand_in_its_own_way():
    journeys = {
        "cart-new": journey(journey_id="cart-new", since=NOON),
        "later": journey(journey_id="later", since=NOON + DAY),
        "other": journey(journey_id="other", playbook="delivery", since=NOON - DAY),
    }

    book = playbook(re_entry=ReEntry(allowed=False))
    assert why_not_entering(customer(journeys=journeys), book, "cart-new", NOON) is None


@given(st.lists(st.integers(0, 60), max_size=8), st.integers(1, 5), st.integers(1, 60))
def test_no_more_journeys_lie_within_the_time_than_the_rule_allows(offers, at_most, within):
    """Whatever the days on which moments come, what enters never breaks the rule."""
    book = playbook(re_entry=ReEntry(at_most=at_most, within=within * DAY))
    entered = {}
    for day in sorted(offers):
        name = f"cart-{len(entered)}-{day}"
        if why_not_entering(customer(journeys=entered), book, name, NOON + day * DAY) is None:
            entered[name] = journey(journey_id=name, since=NOON + day * DAY)

    begun = [one.since for one in entered.values()]
    assert all(sum(at - within * DAY < other <= at for other in begun) <= at_most for at in begun)
