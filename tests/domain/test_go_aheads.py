"""What a request for a go-ahead allows: nothing without a yes, in time, by the first who answers, to these very words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.customers import Customer, Profile
from attune.domain.go_aheads import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    GoAhead,
    Standing,
    next_look,
    request_id_for,
    standing,
    why_not_counted,
)
from attune.domain.merging import merge
from attune.domain.signals import TouchAnswered

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

ASKED = GoAhead(
    request_id="go-1",
    contact_id="cart_abandonment-1#1",
    journey_id="cart_abandonment-1",
    touch=1,
    channel="sms",
    message="cart_help_offer",
    words="sha256:a",
    asked_at=NOON,
    answer_by=NOON + 8 * HOUR,
)


def said(*, yes: bool, minute: float = 1, agent_id: str = "sam") -> TouchAnswered:
    return TouchAnswered(
        message_id=f"m{minute}",
        customer_id="ada",
        time=NOON + minute * MINUTE,
        request_id="go-1",
        approved=yes,
        agent_id=agent_id,
    )


def stands(
    known: GoAhead | None, *, words: str = "sha256:a", channel: str = "sms", after: timedelta = HOUR
) -> Standing:
    return standing(known, channel=channel, words=words, now=NOON + after)


answers = st.builds(
    said,
    yes=st.booleans(),
    minute=st.floats(0, 1000, allow_nan=False),
    agent_id=st.sampled_from(["sam", "kim", ""]),
)


@given(
    st.lists(answers, max_size=6), st.integers(0, 30), st.sampled_from(["a", "b"]), st.sampled_from(["sms", "email"])
)
def test_nothing_is_sent_but_what_the_first_answer_in_time_said_yes_to(told, hours, words, channel):
    known = ASKED
    for fact in told:
        known = known.answered(fact)
    counted = [fact for fact in told if fact.time <= ASKED.answer_by]
    first_said_yes = bool(counted) and counted[0].approved

    may_be_sent = stands(known, words=f"sha256:{words}", channel=channel, after=hours * HOUR) is Standing.APPROVED

    assert may_be_sent == (first_said_yes and words == "a" and channel == "sms")


@given(st.lists(answers, min_size=1, max_size=6))
def test_whatever_comes_after_the_first_answer_changes_nothing_and_is_told_why(told):
    known = ASKED.answered(said(yes=True, minute=0))

    for fact in told:
        assert known.answered(fact) is known
        assert why_not_counted(known, fact).code == "answered_before"


@given(st.lists(answers, max_size=4), st.sampled_from(["no_answer", "opted_out"]))
def test_what_is_over_hears_no_answer_any_more(told, why):
    known = ASKED.over(why)

    for fact in told:
        assert known.answered(fact) is known
        assert why_not_counted(known, fact).code == "touch_over"


def test_what_was_answered_is_not_closed_over_it():
    assert ASKED.answered(said(yes=True)).over("opted_out").over_because == ""


@pytest.mark.parametrize(
    ("known", "words", "after", "expected"),
    [
        (None, "sha256:a", HOUR, Standing.TO_ASK),
        (ASKED, "sha256:a", HOUR, Standing.WAITING),
        (ASKED, "sha256:a", 8 * HOUR, Standing.NO_ANSWER),
        (ASKED, "sha256:b", HOUR, Standing.TO_ASK),
        (ASKED.answered(said(yes=True)), "sha256:a", 9 * HOUR, Standing.APPROVED),
        (ASKED.answered(said(yes=True)), "sha256:b", HOUR, Standing.TO_ASK),
        (ASKED.answered(said(yes=False)), "sha256:a", HOUR, Standing.DECLINED),
        (ASKED.answered(said(yes=False)), "sha256:b", HOUR, Standing.DECLINED),
        (ASKED.over("no_answer"), "sha256:b", 9 * HOUR, Standing.NO_ANSWER),
        (ASKED.over("cadence"), "sha256:a", HOUR, Standing.TO_ASK),
        (ASKED.answered(said(yes=True, minute=481)), "sha256:a", HOUR, Standing.WAITING),
    ],
)
def test_where_a_touch_stands(known, words, after, expected):
    assert stands(known, words=words, after=after) is expected


def test_an_answer_after_the_deadline_is_too_late():
    assert why_not_counted(ASKED, said(yes=True, minute=8 * 60)) is None
    assert why_not_counted(ASKED, said(yes=True, minute=8 * 60 + 1)).code == "too_late"


@given(st.integers(0, 479))
def test_an_answer_is_heard_soon_after_it_was_given_and_the_deadline_is_never_slept_through(minutes):
    now = NOON + minutes * MINUTE

    waits = next_look(ASKED, now) - now

    assert timedelta() < waits <= LONGEST_WAIT
    assert waits <= max(SHORTEST_WAIT, (now - NOON) / 4)
    assert now + waits <= ASKED.answer_by


@pytest.mark.parametrize(("within", "expected"), [(HOUR, 14), (8 * HOUR, 24), (timedelta(days=10), 256)])
def test_a_long_wait_costs_few_looks(within, expected):
    asked, now, looks = replace(ASKED, answer_by=NOON + within), NOON, 0
    while now < asked.answer_by:
        now, looks = next_look(asked, now), looks + 1

    assert looks == expected


def test_a_request_is_known_by_customer_touch_words_and_time():
    parts = [("s", "c#1", "w", NOON), ("t", "c#1", "w", NOON), ("s", "c#2", "w", NOON), ("s", "c#1", "v", NOON)]
    ids = {request_id_for(*part) for part in [*parts, ("s", "c#1", "w", NOON + MINUTE)]}

    assert len(ids) == 5
    assert request_id_for(*parts[0]) == request_id_for(*parts[0])


def test_a_merge_takes_requests_along_and_leaves_those_that_are_there():
    there = replace(ASKED, request_id="go-2", version=3)
    source = Customer(profile=Profile(customer_id="visitor", subject_secret="00"), go_aheads={ASKED.contact_id: ASKED})
    target = Customer(profile=Profile(customer_id="ada", subject_secret="11"))

    assert ASKED in merge(target, source)
    assert not any(
        isinstance(item, GoAhead) for item in merge(replace(target, go_aheads={ASKED.contact_id: there}), source)
    )
