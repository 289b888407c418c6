"""A customer's own cadence: it narrows what a playbook allows, and a word nobody knows narrows too."""

from datetime import timedelta

import pytest

from attune.domain.cadence import FEWER, SOFTER_FOR, Cadence, cadence_of, caps_for, is_softened
from attune.domain.contacts import Ledger
from tests.support.builders import NOON, contact, customer, playbook


@pytest.mark.parametrize(
    ("told", "cadence"),
    [
        ("", Cadence.NORMAL),
        ("normal", Cadence.NORMAL),
        (" Fewer", Cadence.FEWER),
        ("IMPORTANT", Cadence.IMPORTANT),
        ("nur selten", Cadence.FEWER),
    ],
)
def test_a_wish_that_is_none_of_ours_counts_as_fewer(told, cadence):
    assert cadence_of(told) is cadence


def test_fewer_is_one_message_in_seven_days_whatever_the_playbook_allows():
    book = playbook()
    ledger = Ledger((contact(NOON - timedelta(days=2)),))

    def full(told: str):
        caps = caps_for(customer(profile={"cadence": told}), book, NOON)
        return ledger.full_cap(caps, NOON, channel="email", playbook=book.id)

    assert full("") is None
    assert full("fewer") is not None
    assert (full("fewer").cap, full("fewer").next_possible) == (FEWER, NOON + timedelta(days=5))
    assert set(book.caps()) < set(caps_for(customer(profile={"cadence": "important"}), book, NOON))


def test_after_a_message_that_was_no_help_fewer_come_for_thirty_days():
    book = playbook()
    ada = customer(profile={"not_helpful_at": NOON})

    assert FEWER in caps_for(ada, book, NOON)
    assert FEWER in caps_for(ada, book, NOON + SOFTER_FOR - timedelta(seconds=1))
    assert FEWER not in caps_for(ada, book, NOON + SOFTER_FOR)
    assert FEWER not in caps_for(customer(), book, NOON)


def test_who_says_afterwards_how_many_they_want_gets_as_many():
    before, after = NOON - timedelta(days=1), NOON + timedelta(minutes=1)
    now = NOON + timedelta(days=2)

    def softened(told_at):
        return is_softened(customer(profile={"not_helpful_at": NOON, "changed_at": {"cadence": told_at}}).profile, now)

    assert softened(before)
    assert not softened(after)


def test_the_latest_message_that_was_no_help_counts_in_whatever_order_it_is_told():
    first, second = NOON, NOON + timedelta(days=3)

    told = customer().profile.unhelped(first).unhelped(second)

    assert told.not_helpful_at == second
    assert customer().profile.unhelped(second).unhelped(first) == told
