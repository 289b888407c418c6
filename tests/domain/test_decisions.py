"""Decisions and steps: the same decision has the same id, and no other has it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from attune.domain.decisions import decision_id
from attune.domain.journeys import Step
from tests.support.builders import NOON

STEP = Step(
    journey_id="cart-1",
    customer_id="ada",
    playbook="cart",
    playbook_version="1",
    key="k",
    touch=1,
    entered_at=NOON,
)


@given(st.text(), st.text())
def test_two_references_have_one_id_only_if_they_are_one(one, other):
    assert (decision_id(one) == decision_id(other)) is (one == other)
    assert len(decision_id(one)) == 32


def test_a_step_tried_again_decides_under_the_same_reference_and_no_other_step_does():
    others = [
        replace(STEP, touch=2),
        replace(STEP, attempt=2),
        replace(STEP, journey_id="cart-2"),
        replace(STEP, entered_at=NOON + timedelta(seconds=1)),
    ]

    references = {step.decision_ref("contact") for step in [STEP, replace(STEP), *others]}

    assert len(references) == 1 + len(others)
    assert STEP.decision_ref("tone") not in references


def test_one_touch_is_one_contact_however_often_it_is_held():
    assert replace(STEP, attempt=5, entered_at=NOON + timedelta(days=1)).contact_id == STEP.contact_id
    assert replace(STEP, touch=2).contact_id != STEP.contact_id
