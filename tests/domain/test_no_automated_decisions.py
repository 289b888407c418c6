"""Who wants no automated decisions hears service messages and people: nothing is scored, drawn or tried out on them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attune.domain.channels import ChannelChoice
from attune.domain.complaint_brake import Brake
from attune.domain.contacts import Ledger
from attune.domain.customers import Customer
from attune.domain.delays import choose_delay
from attune.domain.friction_levels import Level
from attune.domain.gate import ContactRequest, Refusal, ask_gate
from attune.domain.learning.policy import Policy
from attune.domain.moments import Answer, decide_moment
from attune.domain.playbook_rules import Audience, Escalation, Touch
from attune.domain.playbooks import Playbook
from attune.domain.sessions import state_of
from attune.domain.signals import SignalKind
from attune.domain.site_notes import notes_for
from attune.domain.situation import assess
from attune.domain.tones import TextKind
from attune.domain.wording import find_words
from tests.domain.test_onsite import note, visitor
from tests.domain.test_wording import library, text
from tests.support.builders import (
    NOON,
    consent,
    contact,
    customer,
    hours,
    journey,
    minutes,
    moment,
    playbook,
    session_of,
    story,
)
from tests.support.friction import SCORER

REFUSED = {"automation_opt_out": True}
TOUCH = Touch(messages=("a", "b"), channels=("sms",), delays=(hours(2), hours(4), hours(6)), patience=hours(24))
SERVICE = playbook(service=True, touches=(TOUCH,), audience=Audience(holdout_percent=100), friction_floor=Level.HIGH)
CALM = ((SignalKind.PRODUCT_ADDED, 0),)
TROUBLE = (*CALM, (SignalKind.PAYMENT_FAILED, 1), (SignalKind.FORM_FAILED, 1))


def somebody(*steps: tuple[SignalKind, float], **profile) -> Customer:
    return customer(session_of(story(*(steps or TROUBLE))), profile={**REFUSED, **profile})


def answer(book: Playbook, who: Customer) -> tuple[Answer, str]:
    session = next(iter(who.sessions.values()))
    due = NOON + minutes(11)
    key = state_of(session, [book.watched()]).undertakings["cart"].key
    decided = decide_moment(who, "s", moment(due, key), book, SCORER, now=due + minutes(1))
    return decided.answer, decided.reasons[0].code


def rule_against(book: Playbook, *, promotional: bool) -> str:
    request = ContactRequest(
        customer=somebody(),
        playbook=book,
        channel="email",
        now=NOON,
        zone=None,
        approved=True,
        goal_reached=False,
        expires_at=NOON + hours(90),
        promotional=promotional,
        brake=Brake.OFF,
    )
    verdict = ask_gate(request)
    return verdict.rule if isinstance(verdict, Refusal) else ""


def test_the_gate_lets_service_texts_pass_and_nothing_promotional():
    assert rule_against(playbook(), promotional=True) == "automation_opt_out"
    assert rule_against(SERVICE, promotional=True) == "automation_opt_out"
    assert rule_against(playbook(), promotional=False) == ""
    assert rule_against(SERVICE, promotional=False) == "", "nobody is held out of what they have under way"


@pytest.mark.parametrize("steps", [CALM, TROUBLE])
def test_a_service_playbook_tells_them_whatever_a_score_or_an_experiment_says(steps):
    assert answer(SERVICE, somebody(*steps)) == (Answer.STARTED, "service")
    assert answer(SERVICE, somebody(*steps, automation_opt_out=False))[0] is not Answer.STARTED


def test_any_other_playbook_leaves_them_to_people_where_it_has_them_and_else_alone():
    vip = playbook(escalation=Escalation(vip=True))

    assert answer(playbook(), somebody()) == (Answer.WITHHELD, "automation_opt_out")
    assert answer(vip, somebody(vip=True)) == (Answer.HANDED_OVER, "vip")
    assert answer(playbook(escalation=Escalation(always=True)), somebody()) == (Answer.HANDED_OVER, "playbook")
    assert answer(playbook(escalation=Escalation(always=True)), somebody(*CALM))[0] is Answer.WITHHELD


def test_hard_twice_within_days_finds_them_a_person_like_anybody_else():
    before = journey(journey_id="cart-0", key="other", since=NOON - timedelta(days=1), friction_level=Level.HIGH)
    who = replace(somebody(), journeys={before.journey_id: before})

    assert answer(playbook(), who) == (Answer.HANDED_OVER, "repeated_high_friction")


def test_a_running_journey_ends_unless_it_is_service():
    def why_over(book: Playbook) -> str:
        over = assess(somebody(), book, SCORER, now=NOON, since=NOON, expires_at=NOON + hours(9)).why_over
        return over.code if over else ""

    assert (why_over(playbook()), why_over(SERVICE)) == ("automation_opt_out", "")


@pytest.mark.parametrize("seed", ["x", "y", "z"])
def test_the_first_delay_and_the_first_text_are_everybodys_and_nothing_is_drawn(seed):
    tired = tuple(contact(NOON - timedelta(days=n), contact_id=f"c{n}") for n in (1, 2, 3))
    who = replace(somebody(), ledger=Ledger(tired))
    situation = assess(who, SERVICE, SCORER, now=NOON, since=NOON, expires_at=NOON + hours(90))
    words = find_words(situation, ("a", "b"), ChannelChoice(("sms",), (), ()), library(text("a"), text("b")))

    delay = choose_delay(situation, touch=1, channel="sms", policy=Policy(), seed=seed)

    assert (delay.arm, [option.name for option in delay.options if option.probability]) == ("2h", ["2h"])
    assert [found.text.message for found in words.equals] == ["a"]


def test_promotional_words_are_none_for_them():
    situation = assess(somebody(), SERVICE, SCORER, now=NOON, since=NOON, expires_at=NOON + hours(90))
    sells = library(text("a", kind=TextKind.PROMOTIONAL))

    assert find_words(situation, ("a",), ChannelChoice(("sms",), (), ()), sells).equals == ()


def test_a_note_left_before_they_refused_is_not_shown_and_a_service_note_left_since_is():
    refused_at = {"automation_opt_out": NOON}
    parts = {"profile": {**REFUSED, "changed_at": refused_at}, "allows": consent(onsite=True)}
    before, since = note(created_at=NOON - minutes(1)), note(created_at=NOON + minutes(1))

    assert notes_for(visitor(before, **parts), NOON + minutes(61)) == ()
    assert notes_for(visitor(since, **parts), NOON + minutes(61)) == (since,)


def test_a_service_playbook_carries_no_offer():
    with pytest.raises(ValueError, match="service: true"):
        playbook(service=True)
