"""The sparse index: who has a reason is found, and what is no reason costs nothing."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.audience.index import PARTITIONS, STANDING, TROUBLE, audience_day, partition_name, partition_of
from attune.domain.audience.rules import Why, facts_of
from attune.domain.contacts import Ledger
from attune.domain.customers import Case, Consent, Profile
from attune.domain.friction_levels import Level
from attune.domain.journeys import JourneyStatus
from attune.domain.sessions import Session
from attune.domain.signals import SignalKind
from tests.support.builders import NOON, consent, customer, journey, session_of, signal, story
from tests.support.friction import SCORER

CASE = Case(case_id="case-1", about="direct", opened_at=NOON, triggers=("asked_for_help",))
TODAY = "2026-11-24"


@pytest.mark.parametrize(
    ("item", "day"),
    [
        (consent(email=False), STANDING),
        (consent(sms=False, email=True), STANDING),
        (CASE, STANDING),
        (journey(), STANDING),
        (journey(status=JourneyStatus.ENDED, friction_level=Level.HIGH), TODAY),
        (session_of(story((SignalKind.ORDERED, 0))), TODAY),
        (session_of(story((SignalKind.ORDERED, 0), (SignalKind.VIEWED, 60 * 24))), TODAY),
        (session_of(story((SignalKind.FORM_FAILED, 0), (SignalKind.RAGE_CLICKED, 60 * 24))), "2026-11-25"),
        (session_of(story(*((SignalKind.RELOADED, n) for n in range(3)))), TODAY),
    ],
)
def test_what_lists_are_about_is_in_the_index(item, day):
    assert audience_day(item) == day


@pytest.mark.parametrize(
    "item",
    [
        Profile(customer_id="ada", subject_secret="ab" * 32),
        Consent(),
        consent(email=True, sms=True, onsite=False),
        replace(CASE, resolved_at=NOON),
        journey(status=JourneyStatus.ENDED),
        Ledger(),
        Session("s"),
        session_of(story((SignalKind.VIEWED, 0), (SignalKind.PRODUCT_ADDED, 1), (SignalKind.CHECKOUT_STARTED, 2))),
        session_of(story((SignalKind.RELOADED, 0), (SignalKind.RELOADED, 1))),
    ],
    ids=lambda item: type(item).__name__,
)
def test_everything_else_is_not(item):
    assert audience_day(item) == ""


def test_an_order_that_was_folded_into_the_checkpoint_is_still_found():
    long = session_of(story((SignalKind.ORDERED, 0), *((SignalKind.VIEWED, n) for n in range(1, 90))))

    assert audience_day(long) == TODAY


def test_reloads_that_were_folded_count_with_the_new_ones():
    reloads = [(SignalKind.RELOADED, n) for n in range(2)]
    long = session_of(story(*reloads, *((SignalKind.VIEWED, 2 + n / 10) for n in range(70)), (SignalKind.RELOADED, 15)))

    assert len([entry for entry in long.tail if entry.kind is SignalKind.RELOADED]) == 1
    assert audience_day(long) == TODAY


def test_days_are_utc_whatever_zone_a_time_was_told_in():
    late = datetime(2026, 11, 25, 1, tzinfo=timezone(timedelta(hours=3)))

    assert (
        audience_day(session_of([signal(SignalKind.ORDERED, late)])) == late.astimezone(UTC).date().isoformat() == TODAY
    )


EVIDENT = [SignalKind.RELOADED, SignalKind.HELP_VIEWED, SignalKind.PRICING_VIEWED, SignalKind.VIEWED, *sorted(TROUBLE)]


@given(st.lists(st.tuples(st.sampled_from(EVIDENT), st.integers(0, 20)), max_size=30))
def test_nobody_whose_friction_is_high_by_more_than_hesitation_is_missed(steps):
    session = session_of(story(*((kind, float(n)) for n, (kind, _) in enumerate(steps))))
    counts = Counter(kind for kind, _ in steps)
    troubled = any(counts[kind] for kind in TROUBLE) or counts[SignalKind.RELOADED] >= 3

    if troubled and Why.FRUSTRATED in facts_of(customer(session), SCORER, NOON):
        assert audience_day(session) == TODAY


def test_customers_are_spread_evenly_over_the_partitions():
    shares = Counter(partition_of(f"customer-{n}") for n in range(16_000))

    assert set(shares) == {partition_name(number) for number in range(PARTITIONS)}
    assert max(shares.values()) < 1.2 * 16_000 / PARTITIONS


def test_standing_comes_after_every_day():
    assert STANDING > "9999-12-31"
