"""Cases: what a person gets, how soon they must look, and that asking twice opens one case."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from attune.domain.cases import (
    LAST_SIGNALS,
    SIGNAL_SENTENCES,
    CaseFile,
    Priority,
    build_case,
    case_id_for,
    due_by,
    prioritise,
)
from attune.domain.contacts import ContactState, Ledger
from attune.domain.customers import Consent
from attune.domain.playbooks import Escalation
from attune.domain.signals import SignalKind
from attune.domain.situation import journey_situation
from tests.support.builders import NOON, consent, contact, customer, hours, journey, playbook, session_of, signal, story
from tests.support.friction import SCORER

TROUBLE = story((SignalKind.PRODUCT_ADDED, 0), (SignalKind.FORM_FAILED, 1), (SignalKind.ASKED_FOR_HELP, 2))


def case(signals=TROUBLE, *, journey_id: str = "cart-1", **parts) -> CaseFile:
    there = journey_situation(customer(session_of(signals), **parts), playbook(), SCORER, journey(), NOON + hours(1))
    return build_case(
        there,
        case_id="case-1",
        trigger="asked_for_help",
        wrote="the form eats my card",
        journey_id=journey_id,
        suggested_replies=[{"message": "m", "locale": "en", "text": "Hello"}],
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
