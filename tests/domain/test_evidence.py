"""Evidence: a set of pieces that gives the same journeys in whatever order and however often they come."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.learning.evidence import Draw, assemble, piece_of
from attune.domain.outcome_kinds import OutcomeKind
from tests.support.builders import NOON
from tests.support.learning import CONTEXT, decision, rows, told_of

KINDS = ["ordered", "helpful", "replied", "case_opened", "unsubscribed", "not_helpful", "order_taken_back"]


def pieces(*journeys):
    told = [row for journey in journeys for row in rows(journey)]
    return [piece for row in told if (piece := piece_of(row)) is not None]


def only(**told):
    [journey] = assemble(pieces(told_of("cart-1", **told)))
    return journey


def test_a_journey_is_put_together_from_what_the_log_says():
    journey = only(arms=("24h", "48h"), outcomes={(0, "replied"): 1, (2, "ordered"): "o1"})

    first, second = journey.contacts
    assert (journey.since, journey.held_out) == (NOON, False)
    assert first.delay == Draw("24h", CONTEXT, 0.5)
    assert first.words == Draw("offer_help", "words#sms#phone#high", 1.0)
    assert (first.kinds, second.kinds) == (frozenset(), {OutcomeKind.ORDERED})
    assert journey.kinds == {OutcomeKind.ORDERED, OutcomeKind.REPLIED}


def test_who_is_held_out_has_outcomes_and_no_contacts():
    journey = only(held_out=True, arms=(), outcomes={(0, "ordered"): "o1"})

    assert (journey.held_out, journey.contacts, journey.kinds) == (True, (), {OutcomeKind.ORDERED})


@pytest.mark.parametrize(
    ("orders", "taken_back", "stands"),
    [
        ("o1", "o1", False),
        ("o1", "o2", True),
        (("o1", "o2"), "o1", True),
        (("o1", "o2"), ("o1", "o2"), False),
        ("", "", False),
        ("o1", "", True),
        (("", "o1"), "o1", False),
    ],
)
def test_an_order_counts_as_long_as_one_of_the_purchases_was_not_taken_back(orders, taken_back, stands):
    journey = only(outcomes={(1, "ordered"): orders, (0, "order_taken_back"): taken_back})

    assert (OutcomeKind.ORDERED in journey.kinds) is stands
    assert journey.contacts[0].helped is stands


def test_harm_outweighs_help():
    [contact] = only(outcomes={(1, "ordered"): "o1", (1, "unsubscribed"): 1}).contacts

    assert (contact.harmed, contact.helped) == (True, False)


def test_what_was_only_rehearsed_is_no_evidence():
    told = [{**row, "dry_run": True} for row in rows(told_of("cart-1"))]

    assert [piece_of(row) for row in told] == [None] * len(told)


def test_a_message_that_the_provider_never_sent_was_no_contact():
    never = decision(
        "contact", "rejected", NOON + timedelta(days=3), journey="cart-1", touch=1, journey_since=NOON.isoformat()
    )

    [journey] = assemble(pieces([*told_of("cart-1", arms=("24h", "48h")), never]))

    assert [contact.touch for contact in journey.contacts] == [2]


def test_decisions_about_other_things_are_no_evidence():
    others = [
        decision("consent", "granted", NOON, journey=""),
        decision("moment", "calm", NOON, journey="cart-1"),
        decision("delay", "end", NOON, journey="cart-1", touch=1, journey_since=NOON.isoformat()),
        decision("contact", "held", NOON, journey="cart-1", touch=1, journey_since=NOON.isoformat()),
        decision("contact", "sent", NOON, journey="cart-1", journey_since=NOON.isoformat()),
        decision("policy", "refitted", NOON, journey=""),
    ]

    assert pieces(others) == []


def test_a_touch_that_was_drawn_for_twice_counts_by_the_draw_before_its_contact():
    told = list(told_of("cart-1"))
    later = decision(
        "delay",
        "72h",
        NOON + timedelta(days=3),
        journey="cart-1",
        touch=1,
        context=CONTEXT,
        journey_since=NOON.isoformat(),
    )
    earlier = decision(
        "delay",
        "48h",
        NOON + timedelta(hours=1),
        journey="cart-1",
        touch=1,
        context=CONTEXT,
        journey_since=NOON.isoformat(),
    )

    [journey] = assemble(pieces([*told, later, earlier]))

    assert journey.contacts[0].delay == Draw("24h", CONTEXT, 0.5)


@st.composite
def deliveries(draw):
    """Journeys with any outcomes, and their pieces in any order, some of them several times."""
    told = []
    for number in range(draw(st.integers(1, 4))):
        held_out = draw(st.booleans())
        arms = () if held_out else tuple(draw(st.lists(st.sampled_from(["24h", "48h"]), max_size=2)))
        outcomes = draw(
            st.dictionaries(
                st.tuples(st.integers(0, len(arms)), st.sampled_from(KINDS)),
                st.sampled_from(["", "o1", "o2"]),
                max_size=5,
            )
        )
        told += pieces(told_of(f"cart-{number}", held_out=held_out, arms=arms, outcomes=outcomes))
    again = draw(st.lists(st.sampled_from(told), max_size=20))
    return told, draw(st.permutations([*told, *again]))


@given(deliveries())
def test_any_order_and_any_number_of_deliveries_give_the_same_journeys(delivered):
    told, arrived = delivered

    assert assemble(arrived) == assemble(told)


@given(deliveries(), st.sampled_from(["o1", "o2"]))
def test_taking_back_an_order_that_was_never_told_of_changes_nothing(delivered, order):
    told, _ = delivered
    known = assemble(told)
    back = [
        decision(
            "outcome", "order_taken_back", NOON, journey=j.journey_id, journey_since=NOON.isoformat(), order=f"{order}x"
        )
        for j in known
    ]

    assert assemble([*told, *pieces(back)]) == known
