"""A customer's own cadence: it narrows what a playbook allows, and a word nobody knows narrows too."""

from datetime import timedelta

import pytest

from attune.domain.cadence import FEWER, Cadence, cadence_of, caps_for
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
        caps = caps_for(customer(profile={"cadence": told}), book)
        return ledger.full_cap(caps, NOON, channel="email", playbook=book.id)

    assert full("") is None
    assert full("fewer") is not None
    assert (full("fewer").cap, full("fewer").next_possible) == (FEWER, NOON + timedelta(days=5))
    assert set(book.caps()) < set(caps_for(customer(profile={"cadence": "important"}), book))
