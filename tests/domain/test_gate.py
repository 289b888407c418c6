"""The gate: each rule refuses alone, the first one in order is the reason, and a hold says until when."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.complaint_brake import Brake
from attune.domain.contacts import Ledger
from attune.domain.customers import Case, ChannelConsent, Consent
from attune.domain.decisions import Reason
from attune.domain.distress import Distress
from attune.domain.gate import (
    RULES,
    STEPS,
    ContactRequest,
    Permit,
    Refusal,
    ask_channel_rules,
    ask_gate,
    contact_zone,
    has_address,
)
from attune.domain.holdout import in_holdout
from attune.domain.playbook_rules import Audience
from attune.domain.sentiment import LASTS, Heard, HeardDistress, Polarity
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
        brake=Brake.OFF,
    )
    return replace(plain, **changes)


def refused(**changes) -> Refusal:
    verdict = ask_gate(request(**changes))
    assert isinstance(verdict, Refusal)
    return verdict


CONTACTED_LATELY = Ledger((contact(NOON - hours(1)),))
FURIOUS = {"sentiment": Heard(Polarity.NEGATIVE, 0.9, NOON - hours(2))}
DISTRESSED = {"distress": HeardDistress(next(iter(Distress)), NOON - hours(2))}
ANSWERED = Reason("answered", "The customer answered.")


def told_by(source: str, channel: str = "sms") -> Consent:
    return Consent({channel: ChannelConsent(granted=False, at=NOON - hours(1), source=source)})


EACH_RULE_IN_ORDER = [
    ("kill_switch", {"sending_enabled": False}),
    ("kill_switch", {"playbook": playbook(enabled=False)}),
    ("dry_run", {"dry_run": True}),
    ("holdout", {"playbook": playbook(audience=Audience(holdout_percent=100))}),
    ("automation_opt_out", {"customer": customer(profile={"automation_opt_out": True})}),
    ("topic_muted", {"customer": customer(profile={"muted_topics": "other,cart"})}),
    ("opted_out", {"customer": customer(allows=consent(sms=False, email=True))}),
    ("no_consent", {"customer": customer(allows=Consent())}),
    ("suppressed", {"customer": customer(allows=told_by("ses_bounce", "email")), "channel": "email"}),
    ("suppressed", {"customer": customer(allows=told_by("ses_complaint", "email")), "channel": "email"}),
    ("no_address", {"customer": customer(profile={"phone": ""})}),
    ("distress", {"customer": customer(profile=DISTRESSED)}),
    ("sentiment", {"customer": customer(profile=FURIOUS)}),
    ("goal_reached", {"goal_reached": True}),
    ("case_open", {"customer": customer(cases=OPEN_CASE)}),
    ("journey_expired", {"expires_at": NOON}),
    ("answered", {"over": ANSWERED}),
    ("not_approved", {"approved": False}),
    ("unknown_time_zone", {"zone": None}),
    ("quiet_hours", {"now": NOON + hours(9)}),
    ("quiet_hours", {"customer": customer(profile={"quiet_from": "11:00", "quiet_until": "15:00"})}),
    ("cadence", {"customer": customer(profile={"cadence": "important"})}),
    ("frequency_cap", {"customer": customer(ledger=CONTACTED_LATELY)}),
    ("complaint_brake", {"channel": "email", "brake": Brake.ON}),
    ("complaint_brake", {"channel": "email", "brake": Brake.STOPPED, "promotional": False}),
    ("complaint_brake", {"channel": "email", "brake": Brake.UNKNOWN}),
]


def test_the_order_is_the_one_that_was_promised():
    assert [name for name, _ in STEPS] == [
        "kill switch",
        "dry run",
        "holdout",
        "automation opt-out",
        "consent",
        "suppression",
        "sentiment and distress",
        "still relevant",
        "approval",
        "quiet hours and legal windows",
        "frequency caps",
        "complaint-rate brake",
    ]
    assert [rule for _, rules in STEPS for rule in rules] == list(RULES)


def test_the_table_of_refusals_below_is_in_the_order_of_the_steps():
    """Two wrongs at once, for every pair of rules: the one that stands first in the table is the reason."""
    for first, (rule, changes) in enumerate(EACH_RULE_IN_ORDER):
        for later, more in EACH_RULE_IN_ORDER[first:]:
            if not set(changes) & set(more) and "channel" not in {*changes, *more}:
                assert refused(**changes, **more).rule == rule, (rule, later)


def test_a_contact_that_nothing_speaks_against_is_permitted():
    assert ask_gate(request()) == Permit()


@pytest.mark.parametrize(("rule", "changes"), EACH_RULE_IN_ORDER)
def test_each_rule_refuses_alone_with_its_own_code_and_a_sentence(rule, changes):
    refusal = refused(**changes)

    assert (refusal.rule, refusal.reason.code) == (rule, rule)
    assert refusal.reason.text.endswith(".")


def test_the_first_rule_in_order_is_the_reason():
    """Everything is wrong at once; mending the first thing reveals the next one."""
    wrong = {"phone": "", "automation_opt_out": True, "cadence": "important", **DISTRESSED, **FURIOUS}
    story_of = {"cases": OPEN_CASE, "ledger": CONTACTED_LATELY}

    def somebody(*mended: str, allows: Consent, **parts) -> dict:
        traits = {name: value for name, value in wrong.items() if name not in mended}
        return {"customer": customer(profile=traits, allows=allows, **parts)}

    hopeless = request(
        sending_enabled=False,
        dry_run=True,
        playbook=playbook(audience=Audience(holdout_percent=100)),
        **somebody(allows=consent(sms=False), **story_of),
        zone=None,
        goal_reached=True,
        over=ANSWERED,
        approved=False,
        now=NOON + hours(9),
        expires_at=NOON,
        brake=Brake.STOPPED,
    )
    allowed, reached = consent(sms=True), ("automation_opt_out", "phone")
    mended = [
        ("kill_switch", {"sending_enabled": True}),
        ("dry_run", {"dry_run": False}),
        ("holdout", {"playbook": playbook()}),
        ("automation_opt_out", somebody("automation_opt_out", allows=consent(sms=False), **story_of)),
        ("opted_out", somebody("automation_opt_out", allows=Consent(), **story_of)),
        ("no_consent", somebody("automation_opt_out", allows=told_by("ses_bounce"), **story_of)),
        ("suppressed", somebody("automation_opt_out", allows=allowed, **story_of)),
        ("no_address", somebody(*reached, allows=allowed, **story_of)),
        ("distress", somebody(*reached, "distress", allows=allowed, **story_of)),
        ("sentiment", somebody(*reached, "distress", "sentiment", allows=allowed, **story_of)),
        ("goal_reached", {"goal_reached": False}),
        ("case_open", somebody(*reached, "distress", "sentiment", allows=allowed, ledger=CONTACTED_LATELY)),
        ("journey_expired", {"expires_at": NOON + timedelta(days=9)}),
        ("answered", {"over": None}),
        ("not_approved", {"approved": True}),
        ("unknown_time_zone", {"zone": LONDON}),
        ("quiet_hours", {"now": NOON}),
        ("cadence", somebody(*reached, "distress", "sentiment", "cadence", allows=allowed, ledger=CONTACTED_LATELY)),
        ("frequency_cap", {"customer": customer(allows=consent(sms=True, email=True)), "channel": "email"}),
        ("complaint_brake", {"brake": Brake.OFF}),
    ]
    for rule, mend in mended:
        verdict = ask_gate(hopeless)
        assert isinstance(verdict, Refusal)
        assert verdict.rule == rule
        hopeless = replace(hopeless, **mend)

    assert ask_gate(hopeless) == Permit()


def test_what_time_cures_says_when_and_only_some_of_it_is_waited_for():
    known = [(rule, one) for rule, changes in EACH_RULE_IN_ORDER if (one := refused(**changes)).next_possible]

    assert {rule for rule, one in known if one.waits} == {"quiet_hours", "frequency_cap", "complaint_brake"}
    assert {rule for rule, one in known if not one.waits} == {"distress", "sentiment"}
    assert all(one.next_possible > NOON for _, one in known if one.next_possible)


def test_distress_holds_everything_back_and_great_unhappiness_what_is_promoted():
    assert refused(customer=customer(profile=DISTRESSED), promotional=False).rule == "distress"
    assert isinstance(ask_gate(request(customer=customer(profile=FURIOUS), promotional=False)), Permit)
    mild = {"sentiment": Heard(Polarity.NEGATIVE, 0.4, NOON)}
    assert isinstance(ask_gate(request(customer=customer(profile=mild))), Permit)
    assert refused(customer=customer(profile=FURIOUS)).next_possible == NOON - hours(2) + LASTS
    past = {"sentiment": Heard(Polarity.NEGATIVE, 0.9, NOON - LASTS), "distress": None}
    assert isinstance(ask_gate(request(customer=customer(profile=past))), Permit)


def test_the_brake_is_about_email_and_lets_service_through_until_it_stops_everything():
    service = {"channel": "email", "promotional": False}

    assert isinstance(ask_gate(request(brake=Brake.STOPPED)), Permit)
    assert isinstance(ask_gate(request(**service, brake=Brake.ON)), Permit)
    assert isinstance(ask_gate(request(**service, brake=Brake.UNKNOWN)), Permit)
    assert refused(**service, brake=Brake.STOPPED).next_possible == NOON + hours(1)


def test_who_wants_important_messages_only_gets_service_at_the_rate_of_fewer():
    wish = {"profile": {"cadence": "important"}}
    six_days_ago = Ledger((contact(NOON - timedelta(days=6)),))

    assert isinstance(ask_gate(request(customer=customer(**wish), promotional=False)), Permit)
    assert refused(customer=customer(**wish, ledger=six_days_ago), promotional=False).next_possible == (
        NOON + timedelta(days=1)
    )


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

    assert refused(
        customer=customer(profile={"customer_id": held}), playbook=playbook(audience=Audience(holdout_percent=5))
    ).rule == ("holdout")
