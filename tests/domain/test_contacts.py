"""Caps: however contacts are attempted, no window ever holds more than allowed."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.contacts import KEPT_FOR, Cap, ContactState, Ledger
from tests.support.builders import NOON, contact, hours, playbook

CAPS = playbook().caps()
ATTEMPTS = st.lists(
    st.tuples(
        st.integers(0, 60 * 24 * 4).map(lambda number: timedelta(minutes=number)),
        st.sampled_from(["sms", "email", "onsite"]),
        st.sampled_from(["cart", "other"]),
        st.sampled_from([ContactState.SENT, ContactState.UNCERTAIN, ContactState.RESERVED, ContactState.FAILED, None]),
    ),
    max_size=40,
)


def attempt_all(attempts, caps=CAPS) -> Ledger:
    """Make contacts as sending does: ask, reserve, settle; None stands for a reservation that was taken back."""
    ledger, now = Ledger(), NOON
    for number, (gap, channel, book, end) in enumerate(attempts):
        now += gap
        if ledger.full_cap(caps, now, channel=channel, playbook=book):
            continue
        name = f"c{number}"
        ledger = ledger.reserve(contact(now, ContactState.RESERVED, contact_id=name, channel=channel, playbook=book))
        ledger = ledger.release(name) if end is None else ledger.settle(name, end)
    return ledger


@given(ATTEMPTS)
def test_no_cap_is_ever_exceeded_in_any_window(attempts):
    contacts = attempt_all(attempts).contacts

    for cap in CAPS:
        covered = [one.at for one in contacts if cap.covers(one)]
        for end in covered:
            assert sum(end - cap.window < at <= end for at in covered) <= cap.limit, cap.name


@given(ATTEMPTS, st.sampled_from(["sms", "email"]))
def test_the_next_possible_instant_is_possible_and_the_one_before_is_not(attempts, channel):
    ledger = attempt_all(attempts)
    now = max((one.at for one in ledger.contacts), default=NOON)

    full = ledger.full_cap(CAPS, now, channel=channel, playbook="cart")

    if full is not None:
        just_before = full.next_possible - timedelta(microseconds=1)
        assert full.next_possible > now
        assert ledger.full_cap(CAPS, full.next_possible, channel=channel, playbook="cart") is None
        assert ledger.full_cap(CAPS, just_before, channel=channel, playbook="cart") is not None


@pytest.mark.parametrize("state", [ContactState.SENT, ContactState.UNCERTAIN, ContactState.RESERVED])
def test_whoever_may_have_been_contacted_was(state):
    full = Ledger((contact(NOON, state),)).full_cap(CAPS, NOON + hours(1), channel="email", playbook="cart")

    assert full is not None
    assert full.cap.name == "one_day"
    assert full.next_possible == NOON + hours(24)


def test_a_failed_contact_does_not_count():
    ledger = Ledger((contact(NOON, ContactState.FAILED),))

    assert ledger.full_cap(CAPS, NOON, channel="email", playbook="cart") is None


def test_an_answer_to_what_somebody_wrote_counts_against_no_cap():
    cap = Cap("one_day", 1, hours(24))
    answered = Ledger((contact(NOON, contact_id="ack#m1", touch=0),))

    assert answered.full_cap([cap], NOON + hours(1), channel="email", playbook="cart") is None
    assert Ledger((contact(NOON),)).full_cap([cap], NOON + hours(1), channel="email", playbook="cart") is not None


def test_contacts_of_other_playbooks_and_channels_count_for_the_customer_as_a_whole():
    ledger = Ledger((contact(NOON, channel="sms", playbook="other"),))

    full = ledger.full_cap(CAPS, NOON + hours(1), channel="email", playbook="cart")

    assert full is not None
    assert full.cap.name == "one_day"


def test_a_channels_cap_lets_other_channels_through():
    sms_only = (Cap("sms", 1, hours(24), channel="sms"),)
    ledger = Ledger((contact(NOON, channel="sms"),))

    assert ledger.full_cap(sms_only, NOON, channel="email", playbook="cart") is None
    assert ledger.full_cap(sms_only, NOON, channel="sms", playbook="cart") is not None


def test_of_several_full_caps_the_one_that_frees_up_last_is_named():
    week = Ledger(tuple(contact(NOON + hours(24) * n) for n in range(3)))

    full = week.full_cap(CAPS, NOON + hours(49), channel="email", playbook="cart")

    assert full is not None
    assert full.next_possible == NOON + timedelta(days=7)


def test_settling_tells_the_end_of_one_contact_only():
    ledger = Ledger((contact(NOON, ContactState.RESERVED, contact_id="a"), contact(contact_id="b")))

    settled = ledger.settle("a", ContactState.SENT, "provider-1")

    assert settled.find("a") == contact(NOON, ContactState.SENT, contact_id="a", provider_id="provider-1")
    assert settled.find("b") == ledger.find("b")


def test_reserving_again_after_a_failure_replaces_the_failure():
    failed = Ledger((contact(NOON, ContactState.FAILED, contact_id="a"),))

    again = failed.reserve(contact(NOON + hours(1), ContactState.RESERVED, contact_id="a"))

    assert [one.state for one in again.contacts] == [ContactState.RESERVED]


def test_contacts_are_forgotten_only_after_every_cap_has():
    old = contact(NOON, contact_id="old")
    kept = Ledger((old,)).reserve(contact(NOON + KEPT_FOR - hours(1), contact_id="new"))
    forgotten = Ledger((old,)).reserve(contact(NOON + KEPT_FOR, contact_id="new"))

    assert kept.find("old") == old
    assert forgotten.find("old") is None
    assert max(cap.window for cap in CAPS) < KEPT_FOR


@pytest.mark.parametrize("end", [ContactState.SENT, ContactState.UNCERTAIN])
def test_what_failed_stays_failed_for_its_place_may_be_taken(end):
    cap = Cap("one_day", 1, hours(24))
    seen_reserved = Ledger((contact(NOON, ContactState.RESERVED, contact_id="a"),))
    refused = seen_reserved.fail(contact(NOON, contact_id="a"))
    taken = refused.reserve(contact(NOON, ContactState.RESERVED, contact_id="b"))

    settled = taken.settle("a", end)

    assert settled == taken
    assert [one.contact_id for one in settled.contacts if cap.covers(one)] == ["b"]


@pytest.mark.parametrize("state", [ContactState.SENT, ContactState.FAILED])
def test_only_what_is_reserved_becomes_uncertain(state):
    ledger = Ledger((contact(NOON, state, contact_id="a"),))

    assert ledger.settle("a", ContactState.UNCERTAIN) == ledger
    assert Ledger().settle("a", ContactState.UNCERTAIN) == Ledger()


ENDS = st.sampled_from(["reserve", "release", "fail", *(end for end in ContactState if end != ContactState.RESERVED)])


@given(st.lists(st.tuples(st.integers(0, 3), ENDS), max_size=40), st.integers(1, 3))
def test_no_cap_is_exceeded_whatever_is_settled_late_or_twice(steps, limit):
    """Several senders may hold the same contact, each with a state of its own in mind."""
    cap = Cap("one_day", limit, hours(24))
    ledger = Ledger()
    for number, end in steps:
        name = f"c{number}"
        known = ledger.find(name)
        if end == "reserve":
            attempted = known is not None and known.counts
            if not attempted and ledger.full_cap([cap], NOON, channel="email", playbook="cart") is None:
                ledger = ledger.reserve(contact(NOON, ContactState.RESERVED, contact_id=name))
        elif end == "release":
            ledger = ledger.release(name)
        elif end == "fail":
            ledger = ledger.fail(known) if known else ledger
        else:
            ledger = ledger.settle(name, ContactState(end))

        assert sum(cap.covers(one) for one in ledger.contacts) <= limit
