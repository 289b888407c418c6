"""The gate's narrower rules for answers to what somebody wrote, and what an answer says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.acknowledgements import (
    KEYWORD_MESSAGE,
    MESSAGE,
    ONE_IN,
    RULES,
    AnswerRequest,
    answer_by,
    ask_answer_gate,
    contact_id_of,
    is_keyword,
    messages_for,
)
from attune.domain.contacts import ContactState, Ledger
from attune.domain.customers import Case, Consent
from attune.domain.distress import Distress
from attune.domain.gate import Permit, Refusal
from attune.domain.playbook_rules import Audience
from attune.domain.sentiment import HeardDistress
from attune.domain.situation import assess
from tests.support.builders import NOON, consent, contact, customer, hours, minutes, playbook
from tests.support.friction import SCORER

CASE = Case(case_id="case-1", about="direct", opened_at=NOON, triggers=("reply",), queued=True)
NIGHT = NOON + hours(11)
LATE_NIGHT = {"now": NIGHT, "wrote_at": NIGHT - minutes(31)}


def asked(
    *, now: datetime = NOON, wrote_at: datetime | None = None, plays: Any = None, who: Any = None, **changes: Any
) -> AnswerRequest:
    somebody = who or customer(cases={"direct": CASE})
    situation = assess(somebody, plays or playbook(), SCORER, now=now, since=now, expires_at=now + hours(8))
    plain = AnswerRequest(
        situation=situation,
        channel="sms",
        message=MESSAGE,
        trigger="reply",
        wrote_at=wrote_at or now,
        case=CASE,
        due_by=now + hours(8),
        approved=True,
        in_journey=False,
        sending_enabled=True,
        dry_run=False,
    )
    return replace(plain, **changes)


def acknowledged(at: datetime, state: ContactState = ContactState.SENT, message: str = MESSAGE) -> Any:
    known = contact(at, state, contact_id=f"ack#{at.isoformat()}", message=message)
    return customer(cases={"direct": CASE}, ledger=Ledger((known,)))


def rule_of(request: AnswerRequest) -> str:
    verdict = ask_answer_gate(request)
    return verdict.rule if isinstance(verdict, Refusal) else "permit"


REFUSALS: list[tuple[str, dict[str, Any]]] = [
    ("kill_switch", {"sending_enabled": False}),
    ("kill_switch", {"plays": playbook(enabled=False), "in_journey": True}),
    ("dry_run", {"dry_run": True}),
    ("distress", {"trigger": "distress"}),
    ("distress", {"who": customer(profile={"distress": HeardDistress(Distress.HARDSHIP, NOON - hours(24 * 29))})}),
    ("unknown_channel", {"channel": ""}),
    ("opted_out", {"who": customer(allows=consent(sms=False))}),
    ("no_address", {"who": customer(profile={"phone": ""})}),
    ("no_address", {"channel": "onsite"}),
    ("case_closed", {"case": None}),
    ("case_closed", {"case": replace(CASE, resolved_at=NOON)}),
    ("too_late", {"due_by": NOON}),
    ("acknowledged_before", {"who": acknowledged(NOON - ONE_IN + minutes(1))}),
    ("acknowledged_before", {"who": acknowledged(NOON - minutes(1), ContactState.RESERVED)}),
    ("acknowledged_before", {"who": acknowledged(NOON - minutes(1), ContactState.UNCERTAIN)}),
    ("not_approved", {"approved": False}),
    ("quiet_hours", LATE_NIGHT),
    ("unknown_time_zone", {**LATE_NIGHT, "who": customer(profile={"time_zone": ""})}),
]


@pytest.mark.parametrize(("rule", "changes"), REFUSALS)
def test_a_rule_refuses_and_says_so(rule, changes):
    assert rule_of(asked(**changes)) == rule


PERMITS: list[dict[str, Any]] = [
    {},
    {"plays": playbook(enabled=False)},
    {"plays": playbook(audience=Audience(holdout_percent=100))},
    {"who": customer(profile={"automation_opt_out": True})},
    {"who": customer(allows=Consent())},
    {"now": NIGHT},
    {"now": NIGHT, "who": customer(profile={"time_zone": ""})},
    {"wrote_at": NOON - hours(3)},
    {"who": customer(ledger=Ledger(tuple(contact(NOON - minutes(n), channel="sms") for n in range(9))))},
    {"who": acknowledged(NOON - ONE_IN)},
    {"who": acknowledged(NOON - minutes(1), ContactState.FAILED)},
    {"who": acknowledged(NOON - minutes(1)), "message": KEYWORD_MESSAGE},
    {"who": customer(profile={"distress": HeardDistress(Distress.HARDSHIP, NOON - hours(24 * 31))})},
]


@pytest.mark.parametrize("changes", PERMITS)
def test_what_forbids_a_message_that_we_begin_does_not_forbid_an_answer(changes):
    assert ask_answer_gate(asked(**changes)) == Permit()


def test_a_late_answer_waits_for_the_morning_if_that_is_soon_enough():
    early = ask_answer_gate(asked(**LATE_NIGHT, due_by=NIGHT + hours(24)))
    never = ask_answer_gate(asked(**LATE_NIGHT, due_by=NIGHT + hours(8)))

    assert isinstance(early, Refusal)
    assert early.next_possible == datetime(2026, 11, 25, 9, tzinfo=UTC)
    assert isinstance(never, Refusal)
    assert never.next_possible is None


def test_the_rules_are_asked_in_a_fixed_order():
    assert [rule.__name__.strip("_") for rule in RULES] == [
        "kill_switch",
        "dry_run",
        "distress",
        "consent",
        "reachable",
        "relevant",
        "conversation",
        "approval",
        "night",
    ]


def test_the_id_of_an_acknowledgement_is_the_replys_own_and_tells_nothing_of_it():
    one, other = contact_id_of(customer(), "mail:ada@example.com"), contact_id_of(customer(), "m2")

    assert one == contact_id_of(customer(), "mail:ada@example.com") != other
    assert one.startswith("ack#")
    assert "ada" not in one


@pytest.mark.parametrize("text", ["HELP", "help!", " Hilfe. ", "AYUDA", "INFO", "H.E.L.P", "ヘルプ", "帮助", "Aide ?"])
def test_the_keyword_alone_is_known_in_many_languages(text):
    assert is_keyword(text)


@pytest.mark.parametrize("text", ["", "help me", "I need help", "helpful", "no info", "STOP"])
def test_more_than_the_keyword_is_a_reply(text):
    assert not is_keyword(text)


def test_only_an_sms_gets_the_answer_that_carriers_want():
    assert messages_for("sms", keyword=True) == (KEYWORD_MESSAGE, MESSAGE)
    assert messages_for("email", keyword=True) == messages_for("sms", keyword=False) == (MESSAGE,)


def test_the_time_is_the_customers_own_and_a_quarter_of_an_hour():
    due = datetime(2026, 11, 24, 20, 1, 30, tzinfo=UTC)

    said = answer_by(due, ZoneInfo("Asia/Kathmandu"))

    assert isinstance(said, datetime)
    assert (said.day, said.hour, said.minute, said.second) == (25, 2, 0, 0)


def test_without_a_known_clock_the_day_holds_everywhere():
    assert answer_by(datetime(2026, 11, 24, 9, 59, tzinfo=UTC), None) == date(2026, 11, 25)
    assert answer_by(datetime(2026, 11, 24, 9, 0, tzinfo=UTC), None) == date(2026, 11, 24)


@given(st.timedeltas(timedelta(0), timedelta(days=3000)).map(lambda passed: NOON + passed))
def test_a_promise_is_never_earlier_than_the_case_is_due_and_at_most_a_quarter_of_an_hour_later(due):
    said = answer_by(due, ZoneInfo("Europe/London"))

    assert isinstance(said, datetime)
    assert timedelta(0) <= said - due < timedelta(minutes=15)
    assert said.minute % 15 == said.second == said.microsecond == 0
