"""What a record has to hold: nothing invalid passes unnoticed, and no address stays in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.decision_groups import GROUPS
from attune.domain.decision_rules import REMOVED, RULES, find_defects, without_addresses
from attune.domain.decisions import Decision, DecisionKind, Option, Reason, decision_id
from tests.support.builders import NOON
from tests.support.history import history

WHOLE = Decision(
    decision_id=decision_id("1"),
    time=NOON,
    kind=DecisionKind.DELAY,
    subject_key="0f" * 16,
    choice="24h",
    reasons=(Reason("policy", "Drawn with probability 0.40."),),
    journey_id="j",
    playbook="cart",
    playbook_version="1.0.0",
    touch=1,
    inputs={
        **dict.fromkeys(GROUPS, ""),
        "friction": 0.7,
        "friction_level": "high",
        "channel": "email",
        "contact_at": "2026-11-25T12:00:00.000Z",
        "delay_hours": 24.0,
    },
    options=(Option("24h", probability=0.4), Option("48h", probability=0.6), Option("72h", permitted=False)),
)


def test_a_whole_record_has_no_defect() -> None:
    assert find_defects(WHOLE) == ()


def test_every_kind_has_its_rules() -> None:
    assert set(RULES) == set(DecisionKind)


def test_the_scripted_history_keeps_the_rules_but_for_the_record_that_should_not() -> None:
    assert [find_defects(one) for one in history() if find_defects(one)] == [("there is no reason",)]


@pytest.mark.parametrize(
    ("changes", "defect"),
    [
        ({"decision_id": ""}, "decision_id is empty"),
        ({"subject_key": ""}, "subject_key is empty"),
        ({"choice": ""}, "choice is empty"),
        ({"reasons": ()}, "there is no reason"),
        ({"reasons": (Reason("two words", "Because."),)}, "a reason's code is not one word"),
        ({"reasons": (Reason("policy", " "),)}, "the reason policy says nothing"),
        ({"time": NOON.replace(tzinfo=None)}, "time has no time zone"),
        ({"journey_id": ""}, "journey_id is empty"),
        ({"playbook": ""}, "playbook is empty"),
        ({"playbook_version": ""}, "playbook_version is empty"),
        ({"touch": 0}, "touch is missing"),
        ({"touch": -1}, "touch is negative"),
        ({"inputs": {}}, "the input segment is missing"),
        ({"options": (Option("24h", probability=1.4),)}, "a probability is not between 0 and 1"),
        ({"options": (Option("24h", probability=0.4),)}, "the probabilities do not sum to 1"),
        ({"inputs": {**WHOLE.inputs, "note": "ada@shop.example"}}, "it holds an address or a telephone number"),
    ],
)
def test_each_defect_is_found_and_named(changes: dict, defect: str) -> None:
    assert defect in find_defects(replace(WHOLE, **changes))


@pytest.mark.parametrize("kind", [kind for kind, rules in RULES.items() if rules.choices])
def test_a_choice_that_a_kind_does_not_know_is_a_defect(kind: DecisionKind) -> None:
    assert f"{kind} cannot be nonsense" in find_defects(replace(WHOLE, kind=kind, choice="nonsense"))


@pytest.mark.parametrize("name", ["channel", "contact_at", "delay_hours"])
def test_a_chosen_delay_says_when_and_by_which_channel(name: str) -> None:
    fewer = {key: value for key, value in WHOLE.inputs.items() if key != name}

    assert find_defects(replace(WHOLE, inputs=fewer)) == (f"the input {name} is missing",)
    assert find_defects(replace(WHOLE, inputs=fewer, choice="end")) == ()


@pytest.mark.parametrize(
    "address", ["ada.lovelace@shop.example", "+447700900777", "<ben@post.example>", "tel:+4915100000001"]
)
def test_addresses_are_taken_out_wherever_they_stand(address: str) -> None:
    told = replace(
        WHOLE,
        reasons=(Reason("refused", f"The provider says: {address} is invalid."),),
        inputs={**WHOLE.inputs, "note": address, "friction": 0.7},
        options=(Option("24h", note=address),),
    )

    cleaned = without_addresses(told)

    assert REMOVED in cleaned.reasons[0].text
    assert all(part not in str(cleaned) for part in ("@", "7700900777", "15100000001"))
    assert cleaned.inputs["friction"] == 0.7
    assert without_addresses(cleaned) is cleaned


@given(st.text("abcdefghij 0123456789.,:-#%", max_size=60))
def test_what_is_no_address_stays_as_it_is(text: str) -> None:
    record = replace(WHOLE, reasons=(Reason("policy", f"x{text}"),))

    assert without_addresses(record) is record


def test_who_changed_what_stays_in_the_record() -> None:
    record = replace(WHOLE, kind=DecisionKind.POLICY, reasons=(Reason("by_a_person", "ops@shop.example: too eager"),))

    assert without_addresses(record) is record


@given(
    st.builds(
        Decision,
        decision_id=st.text(),
        time=st.datetimes(),
        kind=st.sampled_from(DecisionKind),
        subject_key=st.text(),
        choice=st.text(),
        reasons=st.lists(st.builds(Reason, st.text(), st.text()), max_size=2).map(tuple),
        touch=st.integers(),
    )
)
def test_no_record_is_too_broken_to_be_judged(record: Decision) -> None:
    assert "time has no time zone" in find_defects(record)
