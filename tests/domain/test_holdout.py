"""The holdout: a stable share of customers, another one for each playbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.holdout import in_holdout

MANY = [f"customer-{n}" for n in range(20_000)]


@given(st.text(), st.text(), st.floats(0, 100))
def test_the_same_customer_is_always_on_the_same_side(customer_id, salt, percent):
    assert in_holdout(customer_id, salt=salt, percent=percent) is in_holdout(customer_id, salt=salt, percent=percent)


@given(st.text())
def test_nobody_at_zero_and_everybody_at_a_hundred(customer_id):
    assert not in_holdout(customer_id, salt="s", percent=0)
    assert in_holdout(customer_id, salt="s", percent=100)


@given(st.text(), st.floats(0, 100), st.floats(0, 100))
def test_a_larger_share_keeps_everybody_of_the_smaller_one(customer_id, one, other):
    small, large = sorted((one, other))

    assert in_holdout(customer_id, salt="s", percent=large) or not in_holdout(customer_id, salt="s", percent=small)


@pytest.mark.parametrize("percent", [0.5, 5, 20, 50])
def test_the_share_is_about_what_was_asked_for(percent):
    held = sum(in_holdout(name, salt="cart", percent=percent) for name in MANY)

    assert held / len(MANY) == pytest.approx(percent / 100, rel=0.15)


def test_two_playbooks_hold_out_different_people():
    first = {name for name in MANY if in_holdout(name, salt="cart", percent=20)}
    second = {name for name in MANY if in_holdout(name, salt="delivery", percent=20)}

    assert len(first & second) / len(first) == pytest.approx(0.2, abs=0.03)
