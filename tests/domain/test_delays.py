"""Delays: only permitted instants are arms, and the choice says what it was among."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.contacts import Ledger
from attune.domain.delays import choose_delay, delay_name
from attune.domain.fatigue import FatigueRules
from attune.domain.gate import contact_zone
from attune.domain.learning.beliefs import Beta
from attune.domain.learning.contexts import answered_at, context_of, day_part, is_confused
from attune.domain.learning.policy import NO_MESSAGE, Policy
from attune.domain.playbook_rules import LocalHours, Touch
from attune.domain.quiet_hours import next_permitted
from attune.domain.signals import SignalKind
from attune.domain.situation import Situation, assess
from tests.support.builders import NOON, contact, customer, hours, playbook, session_of, signal
from tests.support.friction import SCORER


def with_delays(*delays: timedelta, **changes) -> Situation:
    touch = Touch(messages=("m",), channels=("sms",), delays=delays, patience=hours(24))
    now = changes.pop("now", NOON)
    expires_at = changes.pop("expires_at", NOON + timedelta(days=10))
    who = customer(
        *changes.pop("sessions", ()), profile=changes.pop("profile", {}), ledger=Ledger(changes.pop("contacts", ()))
    )
    book = playbook(touches=(touch,), **changes)
    return assess(who, book, SCORER, now=now, since=NOON, expires_at=expires_at)


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


def test_the_context_of_learning_is_channel_device_day_part_weekend_and_friction():
    assert context_of(with_delays(hours(1)), "sms") == "sms#unknown#afternoon#workday#calm"


@pytest.mark.parametrize(
    ("zone", "days", "expected"),
    [
        ("Asia/Kathmandu", 0, "sms#unknown#afternoon#workday#calm"),
        ("America/New_York", 0, "sms#unknown#morning#workday#calm"),
        ("Pacific/Apia", 3, "sms#unknown#night#weekend#calm"),  # Saturday there, still Friday in London
        ("", 5, "sms#unknown#afternoon#weekend#calm"),  # the playbook's own zone
    ],
)
def test_day_part_and_weekend_are_those_where_the_customer_is(zone, days, expected):
    situation = with_delays(hours(1), now=NOON + timedelta(days=days), profile={"time_zone": zone})

    assert context_of(situation, "sms") == expected


def test_every_hour_has_a_day_part():
    parts = [day_part(NOON.replace(hour=hour)) for hour in range(24)]

    assert parts == ["night"] * 6 + ["morning"] * 6 + ["afternoon"] * 6 + ["evening"] * 6


def unanswered(*days_ago: float):
    return tuple(contact(NOON - timedelta(days=days)) for days in sorted(days_ago, reverse=True))


def test_who_was_left_in_peace_is_never_left_out_and_not_made_to_wait():
    for number in range(200):
        choice = chosen(with_delays(hours(24)), str(number))

        assert (choice.arm, choice.contact_at) == ("24h", NOON + hours(24))
        assert NO_MESSAGE not in {option.name for option in choice.options}


def test_a_message_without_answer_makes_the_next_delay_longer_and_says_so():
    choice = chosen(with_delays(hours(24), contacts=unanswered(2)))

    assert (choice.arm, choice.contact_at) == ("24h", NOON + hours(36 + 9))  # midnight, so in the morning
    assert [reason.code for reason in choice.reasons] == ["quiet_hours", "stretched", "policy"]
    assert choice.options[0].note == "1.5 times as long, moved out of quiet hours"


def test_what_was_answered_makes_no_delay_longer():
    session = session_of([signal(SignalKind.REPLIED, NOON - timedelta(days=1))])
    choice = chosen(with_delays(hours(24), contacts=unanswered(2, 3), sessions=(session,)))

    assert choice.contact_at == NOON + hours(24)
    assert choice.fatigue.unanswered == 0


@pytest.mark.parametrize("kind", ["REPLIED", "ASKED_FOR_HELP", "FOUND_HELPFUL", "ORDERED"])
def test_an_answer_is_what_a_customer_says_or_buys(kind):
    at = NOON - timedelta(hours=3)
    situation = with_delays(hours(1), sessions=(session_of([signal(SignalKind[kind], at)]),))

    assert answered_at(situation) == at


def test_a_page_view_is_no_answer():
    session = session_of([signal(SignalKind.PAGE_VIEWED, NOON - timedelta(hours=1))])

    assert answered_at(with_delays(hours(1), sessions=(session,))) is None


def test_no_message_is_chosen_for_who_does_not_answer_where_messages_hardly_help():
    situation = with_delays(hours(24), hours(48), contacts=unanswered(1, 2, 3))
    hardly = Policy({"24h": Beta(20, 980), "48h": Beta(20, 980)})

    choices = [choose_delay(situation, touch=1, channel="sms", policy=hardly, seed=str(n)) for n in range(100)]
    withheld = [choice for choice in choices if choice.is_withheld]

    assert len(withheld) > 80
    assert {(c.arm, c.contact_at, c.reasons[0].code) for c in withheld} == {(NO_MESSAGE, None, "fatigue")}
    assert "3 recent messages got no answer" in withheld[0].reasons[0].text
    assert {option.name: option.probability for option in withheld[0].options}[NO_MESSAGE] > 0.8


def test_a_playbook_may_be_more_patient_or_less():
    situations = [
        with_delays(hours(24), contacts=unanswered(1, 2), fatigue=FatigueRules(halves_after=halves))
        for halves in (10, 1.5, 0.5)
    ]

    silence = [{o.name: o.probability for o in chosen(s).options}[NO_MESSAGE] for s in situations]

    assert silence == sorted(silence)
    assert silence[-1] > 2 * silence[0]


def test_high_friction_is_confusion_and_makes_no_message_come_earlier_or_oftener():
    confused = with_delays(
        hours(24),
        hours(48),
        sessions=(session_of([signal(SignalKind.HELP_VIEWED, NOON - timedelta(minutes=m)) for m in (1, 3, 5)]),),
    )
    calm = with_delays(hours(24), hours(48))

    assert is_confused(confused)
    assert not is_confused(calm)
    assert chosen(confused).contact_at == chosen(calm).contact_at
    assert chosen(confused).options == chosen(calm).options


@given(
    st.lists(st.integers(1, 96).map(hours), min_size=1, max_size=4, unique=True),
    st.lists(st.floats(0, 30), max_size=6),
    st.text(),
)
def test_whatever_was_sent_before_what_is_chosen_is_permitted_and_the_chances_add_up(delays, days_ago, seed):
    situation = with_delays(*delays, contacts=unanswered(*days_ago))

    choice = chosen(situation, seed)
    chances = {option.name: option.probability for option in choice.options if option.probability is not None}

    assert sum(chances.values()) == pytest.approx(1 if chances else 0, abs=0.001)
    assert all(option.probability is None for option in choice.options if not option.permitted)
    if choice.contact_at is None:
        assert choice.arm in {"", NO_MESSAGE}
    else:
        assert NOON + min(delays) <= choice.contact_at < situation.expires_at
        assert {option.name for option in choice.options if option.permitted} >= {choice.arm}
