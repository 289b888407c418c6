"""Cases: what a person gets, how soon they must look, and that asking twice opens one case."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.cases import (
    LAST_SIGNALS,
    SIGNAL_SENTENCES,
    CaseFile,
    Priority,
    SuggestedReply,
    build_case,
    case_id_for,
    due_by,
    prioritise,
)
from attune.domain.contacts import ContactState, Ledger
from attune.domain.customers import Consent
from attune.domain.distress import Distress
from attune.domain.playbook_rules import Escalation
from attune.domain.reply_ranking import rank_replies
from attune.domain.sentiment import Heard, HeardDistress, Polarity
from attune.domain.signals import SignalKind
from attune.domain.situation import journey_situation
from tests.support.builders import NOON, consent, contact, customer, hours, journey, playbook, session_of, signal, story
from tests.support.friction import SCORER

TROUBLE = story((SignalKind.PRODUCT_ADDED, 0), (SignalKind.FORM_FAILED, 1), (SignalKind.ASKED_FOR_HELP, 2))


def case(signals=TROUBLE, *, journey_id: str = "cart-1", triggers=("asked_for_help",), **parts) -> CaseFile:
    there = journey_situation(customer(session_of(signals), **parts), playbook(), SCORER, journey(), NOON + hours(1))
    return build_case(
        there,
        case_id="case-1",
        triggers=triggers,
        wrote="the form eats my card",
        journey_id=journey_id,
        suggested_replies=[SuggestedReply(rank=1, message="m", locale="en", text="Hello", why="It fits.")],
        links={"cart": "https://shop.example/cart"},
    )


def test_a_case_tells_who_what_and_how_hard_it_was():
    file = case(profile={"first_name": "Ada"})

    assert (file.display_name, file.locale, file.wrote) == ("Ada", "en", "the form eats my card")
    assert (file.friction_level, [term.term for term in file.friction_reasons]) == (
        "medium",
        ["form_failures", "dropoff"],
    )
    assert file.local_time == "Tue 13:00 (Europe/London)"
    assert file.channels_permitted == ("email", "sms", "onsite")


def test_the_story_is_told_in_sentences_newest_last():
    assert case().last_signals == (
        "2026-11-24 12:00:00 UTC: put a product into the cart",
        "2026-11-24 12:01:00 UTC: had a form refused",
        "2026-11-24 12:02:00 UTC: asked for help",
    )


def test_a_long_story_is_cut_to_its_end():
    long = story(*((SignalKind.VIEWED, n) for n in range(40)), (SignalKind.PAYMENT_FAILED, 41))

    told = case(long).last_signals

    assert len(told) == LAST_SIGNALS
    assert told[-1].endswith("had a payment fail")


def test_there_is_a_sentence_for_every_kind_of_signal():
    assert set(SIGNAL_SENTENCES) == set(SignalKind)


def test_messages_of_this_journey_that_may_have_arrived_are_listed():
    ledger = Ledger(
        (
            contact(NOON - hours(30), contact_id="1"),
            contact(NOON - hours(20), ContactState.FAILED, contact_id="2"),
            contact(NOON - hours(10), ContactState.UNCERTAIN, contact_id="3", channel="sms"),
            contact(NOON - hours(5), contact_id="4", journey_id="another"),
        )
    )

    assert case(ledger=ledger).messages_so_far == (
        "2026-11-23 06:00 UTC: offer_help by email (sent)",
        "2026-11-24 02:00 UTC: offer_help by sms (uncertain)",
    )


def test_whoever_answers_after_their_journey_ended_still_answers_one_of_its_messages():
    ledger = Ledger((contact(NOON - hours(5), contact_id="1", journey_id="ended"),))

    assert case(ledger=ledger, journey_id="").messages_so_far == ("2026-11-24 07:00 UTC: offer_help by email (sent)",)
    assert case(ledger=ledger, journey_id="cart-1").messages_so_far == ()


def test_how_they_came_and_with_what_is_told_where_it_is_known():
    visit = [
        signal(
            SignalKind.VIEWED,
            context={"device": "phone", "campaign_source": "newsletter", "campaign_medium": "email"},
        )
    ]

    assert (case(visit).device, case(visit).arrived_by) == ("phone", "newsletter / email")
    assert (case().device, case().arrived_by) == ("", "")


@pytest.mark.parametrize(
    ("traits", "preferred"),
    [
        ({"preferred_channel": "email"}, "email"),
        ({}, "phone"),
        ({"phone": ""}, "email"),
        ({"phone": "", "email": ""}, "onsite"),
    ],
)
def test_the_preferred_contact_is_what_they_said_else_what_there_is(traits, preferred):
    assert case(profile=traits).preferred_contact == preferred


def test_support_sees_which_channels_are_permitted():
    assert case(allows=consent(email=False, sms=True, onsite=False)).channels_permitted == ("sms",)
    assert case(allows=Consent()).channels_permitted == ("onsite",)


def test_an_unknown_zone_is_said_to_be_unknown():
    assert case(profile={"time_zone": ""}).local_time == "unknown"


@pytest.mark.parametrize(
    ("traits", "priority", "code"),
    [
        ({}, Priority.NORMAL, "standard"),
        ({"vip": True}, Priority.URGENT, "vip"),
        ({"regulatory_flag": True}, Priority.URGENT, "regulatory_flag"),
        ({"vip": True, "regulatory_flag": True}, Priority.URGENT, "regulatory_flag"),
    ],
)
def test_some_cannot_wait_for_their_turn(traits, priority, code):
    decided, reason = prioritise(customer(profile=traits))

    assert (decided, reason.code) == (priority, code)


def test_an_urgent_case_is_due_sooner():
    times = Escalation(answer_within=timedelta(hours=8), urgent_within=timedelta(hours=1))

    assert due_by(NOON, Priority.NORMAL, times) == NOON + hours(8)
    assert due_by(NOON, Priority.URGENT, times) == NOON + hours(1)


def test_a_case_carries_nothing_that_answering_does_not_need():
    known = asdict(case(profile={"email": "ada@example.com", "phone": "+447700900001"}))

    assert "ada@example.com" not in repr(known)
    assert "+447700900001" not in repr(known)
    assert "ab" * 32 not in repr(known)


def test_the_same_request_always_opens_the_same_case():
    ada = customer()

    assert case_id_for("direct", ada, "m1") == case_id_for("direct", ada, "m1")
    assert len({case_id_for(about, ada, by) for about in ("direct", "cart-1") for by in ("m1", "m2")}) == 4


def test_only_who_asked_to_be_called_has_their_number_in_the_case():
    asked = case(profile={"phone": "+447700900001", "preferred_channel": "phone"})
    silent = case(profile={"phone": "+447700900001"})

    assert (asked.preferred_contact, asked.call_back) == ("phone", "+447700900001")
    assert (silent.preferred_contact, silent.call_back) == ("phone", "")


def test_every_reason_for_a_person_is_told_once_and_the_latest_in_a_sentence():
    file = case(triggers=("sentiment_dip", "asked_for_help", "sentiment_dip", "wants_a_person"))

    assert file.triggers == ("sentiment_dip", "asked_for_help", "wants_a_person")
    assert (file.trigger, file.trigger_reason) == ("wants_a_person", "The customer wants to speak with a person.")


def test_a_case_that_began_in_distress_stays_urgent():
    assert case(triggers=("distress", "asked_for_help")).priority is Priority.URGENT
    assert case(triggers=("sentiment_dip", "asked_for_help")).priority is Priority.NORMAL


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({}, ""),
        ({"sentiment": Heard(Polarity.NEGATIVE, 0.9, NOON)}, "Very unhappy on 2026-11-24."),
        ({"sentiment": Heard(Polarity.NEGATIVE, 0.2, NOON)}, "Unhappy on 2026-11-24."),
        ({"sentiment": Heard(Polarity.NEGATIVE, 0.9, NOON - timedelta(days=31))}, ""),
        (
            {
                "sentiment": Heard(Polarity.POSITIVE, 0.5, NOON),
                "distress": HeardDistress(next(iter(Distress)), NOON - timedelta(days=2)),
            },
            f"In distress on 2026-11-22 ({next(iter(Distress)).replace('_', ' ')}).",
        ),
    ],
)
def test_how_they_sounded_is_told_in_a_sentence_while_it_lasts(traits, said):
    assert case(profile=traits).sentiment == said


REPLIES = ("reply_checkout_problem", "reply_payment_problem", "reply_price_question", "reply_delivery_question")


@pytest.mark.parametrize(
    ("wrote", "happened", "first", "why"),
    [
        ("my card was declined", (), "reply_payment_problem", "They wrote about paying."),
        ("Meine Zahlung ging nicht", (), "reply_payment_problem", "They wrote about paying."),
        ("where is my parcel?", (SignalKind.FORM_FAILED,), "reply_delivery_question", "They wrote about the delivery."),
        ("支払いができません", (), "reply_payment_problem", "They wrote about paying."),
        ("help", (SignalKind.PAYMENT_FAILED,), "reply_payment_problem", "A payment failed."),
        (
            "is there a discount?",
            (SignalKind.PRICING_VIEWED,),
            "reply_price_question",
            "They wrote about the price. They looked at the prices.",
        ),
        ("help", (), "reply_checkout_problem", "The playbook suggests it."),
    ],
)
def test_the_reply_that_fits_what_they_wrote_and_what_happened_comes_first(wrote, happened, first, why):
    best = rank_replies(REPLIES, wrote=wrote, happened=happened)[0]

    assert (best.message, best.why) == (first, why)


def test_where_nothing_speaks_for_one_reply_over_another_the_playbooks_order_stays():
    assert tuple(found.message for found in rank_replies(REPLIES[::-1], wrote="", happened=())) == REPLIES[::-1]


@given(st.permutations(REPLIES), st.text(max_size=60), st.sets(st.sampled_from(SignalKind)), st.booleans())
def test_every_suggested_reply_is_ranked_once_the_weightiest_first(messages, wrote, happened, sensitive):
    ranked = rank_replies([*messages, messages[0]], wrote=wrote, happened=happened, price_sensitive=sensitive)

    assert sorted(found.message for found in ranked) == sorted(REPLIES)
    assert [found.weight for found in ranked] == sorted((found.weight for found in ranked), reverse=True)
    assert ranked == rank_replies(messages, wrote=wrote, happened=happened, price_sensitive=sensitive)
