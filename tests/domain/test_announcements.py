"""What people are told of a change: what is different, whom it reaches, how much, how to go back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.announcements import LONGEST_SUBJECT, announcement_of
from attune.domain.changes import Change, ChangeKind, change_decision
from attune.domain.decisions import DecisionKind
from attune.domain.differences import differences
from attune.domain.playbook_rules import Audience, Escalation, Limits
from attune.domain.switches import RollOut, Switches
from tests.support.builders import NOON, hours, playbook

OLD = playbook(moment="Somebody left a cart.")
CHANGED = [
    ({"limits": Limits(per_week=1)}, "limits.per_week: 3 becomes 1"),
    ({"audience": Audience(segments=("gold",))}, "audience.segments: none becomes gold"),
    ({"touches": OLD.touches[:2]}, "message 3 is gone"),
    ({"touches": (*OLD.touches, OLD.touches[0])}, "message 4 is new"),
    (
        {"touches": (replace(OLD.touches[0], messages=("other",)), *OLD.touches[1:])},
        "message 1, messages: offer_help becomes other",
    ),
    ({"escalation": Escalation(vip=True)}, "escalation.vip: no becomes yes"),
    ({"expires_after": timedelta(days=5)}, "expires_after: 10 days becomes 5 days"),
    ({"goals": ("Order Completed", "Product Added")}, "goals: none becomes Order Completed, Product Added"),
    ({"trigger": replace(OLD.trigger, quiet_period=hours(2))}, "trigger.quiet_period: 10 minutes becomes 2 hours"),
]


def change(kind=ChangeKind.ROLLED_OUT, **parts) -> Change:
    rollout = RollOut(version="1.1.0", percent=25, previous=parts.pop("previous", "1.0.0"))
    told = {"who": "ada", "why": "", "number": 3, "at": NOON, "switches": Switches(rollouts={"cart": rollout})}
    if kind in (ChangeKind.ROLLED_OUT, ChangeKind.ROLLED_BACK):
        told |= {"playbook": "cart", "before": "1.0.0 100 %", "after": "1.1.0 25 %"}
    return Change(kind=kind, **{**told, **parts})


@pytest.mark.parametrize(("parts", "says"), CHANGED)
def test_what_people_will_notice_is_told_in_words(parts, says):
    new = replace(OLD, version="1.1.0", **parts)

    assert says in list(differences(OLD, new))
    assert f"- {says}" in announcement_of(change(), stage="prod", playbook=new, before=OLD).text


def test_a_change_that_nobody_would_notice_is_none():
    assert list(differences(OLD, replace(OLD, version="1.1.0", owner="somebody else"))) == []


def test_whom_it_reaches_says_what_all_others_get():
    told = announcement_of(change(), stage="prod", playbook=OLD).text
    alone = announcement_of(change(previous=""), stage="prod", playbook=OLD).text

    assert "25 % of customers of every segment" in told
    assert "All others get version 1.0.0." in told
    assert "All others get nothing of this playbook." in alone
    assert "The moment: Somebody left a cart." in told


@pytest.mark.parametrize(
    ("kind", "parts", "headline", "back"),
    [
        (ChangeKind.SWITCHED_OFF, {}, "everything is switched off", "attune switch on --stage prod"),
        (
            ChangeKind.SWITCHED_ON,
            {"channel": "sms"},
            "channel sms is switched on again",
            "attune switch off --channel sms --stage prod",
        ),
        (
            ChangeKind.SWITCHED_OFF,
            {"playbook": "cart"},
            "playbook cart is switched off",
            "attune switch on --playbook cart --stage prod",
        ),
        (ChangeKind.ROLLED_BACK, {}, "cart goes back to 1.1.0 25 %", "attune playbooks rollback cart --stage prod"),
    ],
)
def test_every_announcement_says_how_to_go_back(kind, parts, headline, back):
    told = announcement_of(change(kind, **parts), stage="prod")

    assert told.subject == f"Attune prod: {headline}"
    assert back in told.text


@given(st.text(min_size=1, max_size=200), st.text(max_size=300))
def test_a_subject_is_what_a_topic_takes_whatever_names_there_are(stage, why):
    told = announcement_of(change(why=why), stage=stage)

    assert told.subject.isascii()
    assert 0 < len(told.subject) <= LONGEST_SUBJECT
    assert "\n" not in told.subject


def test_a_change_is_a_decision_about_nobody_made_by_a_person():
    made = change_decision(change(why="a gentler limit"))

    assert (made.kind, made.choice, made.playbook, made.playbook_version) == (
        DecisionKind.CHANGE,
        "rolled_out",
        "cart",
        "1.1.0",
    )
    assert made.reasons[0].text == "ada: a gentler limit"
    assert made.inputs["before"] == "1.0.0 100 %"
    assert not made.automated
    assert change_decision(change()).decision_id != change_decision(replace(change(), number=4)).decision_id
