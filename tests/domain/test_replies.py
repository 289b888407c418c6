"""Replies: a wish to stop in any wording a person would understand, a call for help, or neither."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.replies import Intent, read_reply

STOP = [
    "STOP",
    "stop",
    " Stop! ",
    "stop.",
    "Please stop",
    "please stop it now",
    "STOPALL",
    "QUIT",
    "END",
    "Revoke",
    "CANCEL",
    "Unsubscribe",
    "unsubscribe me please",
    "I want to unsubscribe from this",
    "OPT OUT",
    "opt-out",
    "I am opting out",
    "Stop texting me",
    "please stop sending me these",
    "stop all messages",
    "no more texts please",
    "Don't text me again",
    "Don’t email me",
    "do not contact me anymore",
    "take me off your list",
    "Remove me from this",
    "leave me alone",
    "I withdraw my consent",
    "Stopp",
    "abmelden",
    "Ich möchte mich abmelden",
    "Bitte keine Nachrichten mehr",
    "keine weiteren Mails",
    "Lasst mich in Ruhe!",
]
HELP = [
    "help",
    "HELP!",
    "I need help",
    "Can you help me?",
    "please call me",
    "Could somebody ring me",
    "I want to talk to a human",
    "can I speak with someone",
    "the page does not load",
    "checkout doesn't work",
    "I can't pay with my card",
    "I’m stuck at the address",
    "Ich brauche Hilfe",
    "Können Sie mir helfen?",
    "Das Formular funktioniert nicht",
]
OTHER = [
    "",
    "   ",
    "👍",
    "don't stop now",
    "never stop sending me discounts",
    "please don't unsubscribe me",
    "I will stop by the shop tomorrow",
    "weekend",
    "in the end I bought it elsewhere",
    "help yourself",
    "Thanks for your help",
    "danke für die Hilfe",
    "I don't need help",
    "no help needed, thanks",
    "I can't help thinking it is too expensive",
    "that was helpful",
    "Cancel my order of yesterday and send two instead",
    "yes, all fine",
    "how much is shipping?",
    "Ich habe keine Mails bekommen",
]


@pytest.mark.parametrize("text", STOP)
def test_a_wish_to_stop_is_understood(text):
    assert read_reply(text) is Intent.STOP


@pytest.mark.parametrize("text", HELP)
def test_a_call_for_help_is_understood(text):
    assert read_reply(text) is Intent.HELP


@pytest.mark.parametrize("text", OTHER)
def test_an_ordinary_reply_is_neither(text):
    assert read_reply(text) is Intent.OTHER


def test_who_asks_for_both_is_left_in_peace():
    assert read_reply("STOP sending me these! I can't pay anyway") is Intent.STOP


@given(st.text())
def test_every_text_is_read_and_letter_case_and_space_do_not_matter(text):
    assert read_reply(f"  {text}\n") is read_reply(text)


def test_a_very_long_reply_is_read_at_once():
    started = time.process_time()

    read_reply("keine nachrichten bitte help not need " * 20_000)

    # Of our own work, not of a clock on the wall: what grows with the square of the length takes minutes.
    assert time.process_time() - started < 30
