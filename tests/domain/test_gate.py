"""The gate: each rule refuses alone, the first one in order is the reason, and a hold says until when."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.contacts import Ledger
from attune.domain.customers import Case, Consent
from attune.domain.gate import ContactRequest, Permit, Refusal, ask_channel_rules, ask_gate, contact_zone, has_address
from attune.domain.holdout import in_holdout
from attune.domain.signals import SignalKind
from tests.support.builders import NOON, consent, contact, customer, hours, playbook, session_of, story

LONDON = ZoneInfo("Europe/London")
OPEN_CASE = {"direct": Case(case_id="case-1", about="direct", opened_at=NOON, triggers=())}


def request(**changes) -> ContactRequest:
    plain = ContactRequest(
        customer=customer(),
        playbook=playbook(),
        channel="sms",
        now=NOON,
        zone=LONDON,
        approved=True,
        goal_reached=False,
        expires_at=NOON + timedelta(days=9),
    )
    return replace(plain, **changes)


def refused(**changes) -> Refusal:
    verdict = ask_gate(request(**changes))
    assert isinstance(verdict, Refusal)
    return verdict


CONTACTED_LATELY = Ledger((contact(NOON - hours(1)),))
EACH_RULE_IN_ORDER = [
    ("kill_switch", {"sending_enabled": False}),
    ("kill_switch", {"playbook": playbook(enabled=False)}),
    ("dry_run", {"dry_run": True}),
    ("holdout", {"playbook": playbook(holdout_percent=100)}),
    ("automation_opt_out", {"customer": customer(profile={"automation_opt_out": True})}),
    ("opted_out", {"customer": customer(allows=consent(sms=False, email=True))}),
    ("no_consent", {"customer": customer(allows=Consent())}),
    ("no_address", {"customer": customer(profile={"phone": ""})}),
    ("unknown_time_zone", {"zone": None}),
    ("goal_reached", {"goal_reached": True}),
    ("case_open", {"customer": customer(cases=OPEN_CASE)}),
    ("journey_expired", {"expires_at": NOON}),
    ("not_approved", {"approved": False}),
    ("quiet_hours", {"now": NOON + hours(9)}),
    ("frequency_cap", {"customer": customer(ledger=CONTACTED_LATELY)}),
]


def test_a_contact_that_nothing_speaks_against_is_permitted():
    assert ask_gate(request()) == Permit()


@pytest.mark.parametrize(("rule", "changes"), EACH_RULE_IN_ORDER)
def test_each_rule_refuses_alone_with_its_own_code_and_a_sentence(rule, changes):
    refusal = refused(**changes)

    assert (refusal.rule, refusal.reason.code) == (rule, rule)
    assert refusal.reason.text.endswith(".")


def test_the_first_rule_in_order_is_the_reason():
    """Everything is wrong at once; mending the first thing reveals the next one."""
    hopeless = request(
        sending_enabled=False,
        dry_run=True,
        playbook=playbook(holdout_percent=100),
        customer=customer(
            profile={"automation_opt_out": True, "phone": ""}, allows=consent(sms=False), cases=OPEN_CASE
        ),
        zone=None,
        goal_reached=True,
        approved=False,
        now=NOON + hours(9),
        expires_at=NOON,
    )
    mended = [
        {"sending_enabled": True},
        {"dry_run": False},
        {"playbook": playbook()},
        {"customer": customer(profile={"phone": ""}, allows=consent(sms=False), cases=OPEN_CASE)},
        {"customer": customer(profile={"phone": ""}, allows=Consent(), cases=OPEN_CASE)},
        {"customer": customer(profile={"phone": ""}, cases=OPEN_CASE)},
        {"customer": customer(cases=OPEN_CASE, ledger=CONTACTED_LATELY)},
        {"zone": LONDON},
        {"goal_reached": False},
        {"customer": customer(ledger=CONTACTED_LATELY)},
        {"expires_at": NOON + timedelta(days=9)},
        {"approved": True},
        {"now": NOON},
        {"customer": customer()},
    ]
    reasons = []
    for mend in mended:
        verdict = ask_gate(hopeless)
        assert isinstance(verdict, Refusal)
        reasons.append(verdict.rule)
        hopeless = replace(hopeless, **mend)

    assert reasons == [
        "kill_switch",
        "dry_run",
        "holdout",
        "automation_opt_out",
        "opted_out",
        "no_consent",
        "no_address",
        "unknown_time_zone",
        "goal_reached",
        "case_open",
        "journey_expired",
        "not_approved",
        "quiet_hours",
        "frequency_cap",
    ]
    assert ask_gate(hopeless) == Permit()


def test_only_what_time_cures_says_when_it_would_be_possible():
    holds = {rule for rule, changes in EACH_RULE_IN_ORDER if refused(**changes).next_possible is not None}

    assert holds == {"quiet_hours", "frequency_cap"}


def test_quiet_hours_hold_until_the_next_opening_on_the_customers_clock():
    evening = NOON + hours(9)

    assert refused(now=evening).next_possible == NOON + hours(21)
    assert refused(now=evening, zone=ZoneInfo("America/New_York"), customer=customer(ledger=CONTACTED_LATELY)).rule == (
        "frequency_cap"
    )


def test_a_full_cap_holds_until_it_has_room_again():
    assert refused(customer=customer(ledger=CONTACTED_LATELY)).next_possible == NOON + hours(23)


@given(st.integers(0, 14 * 24 * 60), st.lists(st.integers(0, 14 * 24 * 60), max_size=6))
def test_waiting_as_told_always_ends_in_a_permit(asked_at, contacts_at):
    """Held by hours, then by a cap, then by hours again: the waits move on and end."""
    ledger = Ledger(tuple(contact(NOON + timedelta(minutes=at), contact_id=str(at)) for at in contacts_at))
    now = NOON + timedelta(minutes=asked_at)
    for _ in range(20):
        verdict = ask_gate(request(customer=customer(ledger=ledger), now=now, expires_at=NOON + timedelta(days=90)))
        if isinstance(verdict, Permit):
            break
        assert verdict.next_possible is not None
        assert verdict.next_possible > now
        now = verdict.next_possible
    else:
        pytest.fail("the gate never opened")


def test_an_email_without_a_known_zone_keeps_the_playbooks_hours():
    assert isinstance(ask_gate(request(channel="email", zone=None)), Permit)
    assert refused(channel="email", zone=None, now=NOON + hours(8.5)).rule == "quiet_hours"
    assert contact_zone(None, playbook()).key == "Europe/Berlin"


def test_a_note_on_the_site_needs_a_visitor_and_no_consent():
    visitor = customer(session_of(story((SignalKind.VIEWED, 0))), allows=Consent())

    assert isinstance(ask_gate(request(channel="onsite", customer=visitor, now=NOON + hours(14))), Permit)
    assert refused(channel="onsite", customer=customer(allows=Consent())).rule == "no_address"
    assert refused(channel="onsite", customer=customer(allows=consent(onsite=False))).rule == "opted_out"


def test_the_channel_rules_look_neither_at_the_hour_nor_at_the_caps():
    at_night = request(now=NOON + hours(12), customer=customer(ledger=CONTACTED_LATELY), approved=False)

    assert ask_channel_rules(at_night) is None
    assert ask_channel_rules(replace(at_night, zone=None)) is not None


def test_every_address_is_looked_for_where_it_is():
    nobody = customer(profile={"email": "", "phone": ""})

    assert [has_address(nobody, channel) for channel in ("email", "sms", "onsite")] == [False, False, False]
    assert [has_address(customer(), channel) for channel in ("email", "sms")] == [True, True]


def test_the_holdout_of_the_gate_is_the_holdout_of_the_moment():
    held = next(f"c{n}" for n in range(1000) if in_holdout(f"c{n}", salt="cart", percent=5))

    assert refused(customer=customer(profile={"customer_id": held}), playbook=playbook(holdout_percent=5)).rule == (
        "holdout"
    )
