"""Delays: only permitted instants are arms, and the choice says what it was among."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.delays import choose_delay, context_of, delay_name
from attune.domain.gate import contact_zone
from attune.domain.playbooks import LocalHours, Touch
from attune.domain.policy import Policy
from attune.domain.quiet_hours import next_permitted
from attune.domain.situation import Situation, assess
from tests.support.builders import NOON, customer, hours, playbook
from tests.support.friction import SCORER


def with_delays(*delays: timedelta, **changes) -> Situation:
    touch = Touch(messages=("m",), channels=("sms",), delays=delays, patience=hours(24))
    now = changes.pop("now", NOON)
    expires_at = changes.pop("expires_at", NOON + timedelta(days=10))
    profile = changes.pop("profile", {})
    book = playbook(touches=(touch,), **changes)
    return assess(customer(profile=profile), book, SCORER, now=now, since=NOON, expires_at=expires_at)


def chosen(situation: Situation, seed: str = "x"):
    return choose_delay(situation, touch=1, channel="sms", policy=Policy(), seed=seed)


def test_a_delay_in_daylight_is_kept_to_the_second():
    choice = chosen(with_delays(hours(24)))

    assert (choice.arm, choice.contact_at) == ("24h", NOON + hours(24))
    assert [reason.code for reason in choice.reasons] == ["policy"]
    assert choice.options[0].probability == 1


def test_a_delay_into_the_night_is_moved_to_the_morning_and_says_so():
    choice = chosen(with_delays(hours(12)))

    assert choice.contact_at == NOON + hours(21)
    assert choice.reasons[0].code == "quiet_hours"
    assert "Wednesday 09:00" in choice.reasons[0].text
    assert choice.options[0].note == "moved out of quiet hours"


def test_a_delay_beyond_the_journeys_end_is_no_choice():
    choice = chosen(with_delays(hours(24), hours(48), expires_at=NOON + hours(30)))

    assert choice.arm == "24h"
    assert [(option.name, option.permitted) for option in choice.options] == [("24h", True), ("48h", False)]
    assert choice.options[1].probability is None


def test_when_no_delay_is_permitted_the_answer_is_no_and_says_why():
    choice = chosen(with_delays(hours(24), hours(48), expires_at=NOON + hours(2)))

    assert (choice.arm, choice.contact_at) == ("", None)
    assert choice.reasons[0].code == "no_permitted_instant"
    assert not any(option.permitted for option in choice.options)


def test_an_instant_at_the_very_end_is_too_late():
    assert chosen(with_delays(hours(24), expires_at=NOON + hours(24))).contact_at is None


def test_the_playbooks_own_hours_narrow_the_choice():
    mornings = {"sms": LocalHours(opens=time(9), closes=time(10))}

    assert chosen(with_delays(hours(24), hours=mornings)).contact_at == NOON + hours(24 + 21)


@given(
    st.lists(st.integers(0, 200).map(hours), min_size=1, max_size=5),
    st.sampled_from(["Asia/Kathmandu", "Pacific/Apia", "America/New_York", ""]),
    st.integers(0, 400),
    st.text(),
)
def test_whatever_is_chosen_is_permitted_in_time_and_not_before_the_delay(delays, zone, expires_in, seed):
    situation = with_delays(*delays, profile={"time_zone": zone}, expires_at=NOON + hours(expires_in))

    choice = chosen(situation, seed)

    if choice.contact_at is not None:
        local, book = contact_zone(situation.zone, situation.playbook), situation.playbook
        [delay] = {delay for delay in delays if delay_name(delay) == choice.arm}
        assert NOON + delay <= choice.contact_at < situation.expires_at
        assert next_permitted(choice.contact_at, local, book.contact_hours("sms")) == choice.contact_at
        assert sum(o.probability or 0 for o in {o.name: o for o in choice.options}.values()) == pytest.approx(
            1, abs=0.01
        )


def test_the_same_contact_waits_for_the_same_instant_however_often_it_is_asked():
    situation = with_delays(hours(24), hours(48), hours(72))

    assert {chosen(situation, "contact-1").contact_at for _ in range(5)} == {chosen(situation, "contact-1").contact_at}


@pytest.mark.parametrize(("delay", "name"), [(hours(24), "24h"), (hours(1.5), "1.5h"), (timedelta(days=3), "72h")])
def test_a_delay_is_named_in_hours(delay, name):
    assert delay_name(delay) == name


def test_the_context_of_learning_is_channel_device_and_friction():
    assert context_of(with_delays(hours(1)), "sms") == "sms#unknown#calm"
