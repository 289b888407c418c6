"""Wishes to stop, in any wording a person would understand; ordinary replies that merely hold the words are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.opt_outs.reading import distance
from attune.domain.replies import Intent, read_reply
from tests.support.replies import ORDINARY, ORDINARY_UNSEEN, STOPS, STOPS_UNSEEN


@pytest.mark.parametrize("text", STOPS)
def test_a_wish_to_stop_is_understood_in_this_wording(text):
    assert read_reply(text) is Intent.STOP


@pytest.mark.parametrize("text", ORDINARY + ORDINARY_UNSEEN)
def test_an_ordinary_reply_with_the_same_words_is_no_wish_to_stop(text):
    assert read_reply(text) is not Intent.STOP


def test_wordings_that_were_written_after_the_rules_are_understood_nine_times_in_ten():
    understood = [text for text in STOPS_UNSEEN if read_reply(text) is Intent.STOP]

    assert len(understood) >= 0.9 * len(STOPS_UNSEEN)


def test_the_bars_are_met_in_number():
    assert len(STOPS) >= 30
    assert len(ORDINARY + ORDINARY_UNSEEN) >= 200


COMMANDS = ["stop", "STOP", "Stop all", "unsubscribe", "opt out", "please stop", "no more messages", "remove me"]


@given(
    st.sampled_from(COMMANDS), st.sampled_from(["", " ", "!", "!!!", ".", " please", " thanks", " now", " 🙏", "\n"])
)
def test_a_command_stays_one_with_marks_and_courtesies_around_it(command, end):
    assert read_reply(f"{command}{end}") is Intent.STOP


@st.composite
def mistyped(draw):
    word = list("unsubscribe")
    place = draw(st.integers(2, len(word) - 2))
    match draw(st.sampled_from(["leave out", "swap", "double"])):
        case "leave out":
            del word[place]
        case "swap":
            word[place], word[place + 1] = word[place + 1], word[place]
        case _:
            word.insert(place, word[place])
    return "".join(word)


@given(mistyped(), st.sampled_from(["", "please ", "pls "]), st.sampled_from(["", " me", " now", " from this list"]))
def test_unsubscribe_is_understood_with_any_one_slip_of_the_finger(word, before, after):
    assert read_reply(before + word + after) is Intent.STOP


@pytest.mark.parametrize("word", ["shop", "step", "top", "spot", "story", "quite", "quiet", "and", "ends", "stock"])
def test_a_word_of_its_own_is_no_misspelt_command(word):
    assert read_reply(word) is not Intent.STOP


def test_a_misspelt_command_counts_alone_and_not_inside_a_sentence():
    assert read_reply("stpo") is Intent.STOP
    assert read_reply("the stpo at the corner is where I get off the bus to your shop") is not Intent.STOP


NEUTRAL = st.sampled_from(ORDINARY_UNSEEN[:40]).filter(lambda text: not text.endswith("?"))


@given(NEUTRAL, st.sampled_from(["STOP.", "Please stop texting me.", "Unsubscribe me.", "Remove me from your list."]))
def test_a_sentence_that_wishes_to_stop_is_heard_beside_another(neutral, stop):
    assert read_reply(f"{neutral}. {stop}") is Intent.STOP
    assert read_reply(f"{stop} {neutral}.") is Intent.STOP


@pytest.mark.parametrize("text", ["I need help", "worst service ever", "my mother died", "let me talk to a human"])
def test_stop_wins_over_everything(text):
    assert read_reply(f"{text}. STOP.") is Intent.STOP


@pytest.mark.parametrize(
    "mail",
    [
        "Yes please!\n\n> Reply STOP to unsubscribe\n> Unsubscribe here",
        "Yes please!\n\nOn Tue, 24 Nov 2026 at 12:00, Shop <care@shop.example> wrote:\nUnsubscribe: https://x.example",
        "Ja gern!\n\nAm 24.11.2026 um 12:00 schrieb Shop:\nNewsletter abbestellen",
        "ok\n\n-----Original Message-----\nTo stop these messages, unsubscribe",
    ],
)
def test_what_the_mail_quotes_of_ours_is_not_what_the_customer_says(mail):
    assert read_reply(mail) is not Intent.STOP


def test_a_wish_at_the_end_of_a_very_long_mail_is_heard():
    assert read_reply("All fine with the shoes. " * 2_000 + "Please unsubscribe me.") is Intent.STOP


WORDS = st.text("stopunabcri", max_size=12)


@given(WORDS, WORDS, st.integers(0, 3))
def test_the_distance_is_the_same_both_ways_and_nothing_for_the_same_word(one, other, limit):
    assert distance(one, other, limit) == distance(other, one, limit)
    assert distance(one, one, limit) == 0
    assert (distance(one, other, limit) == 0) == (one == other)


@pytest.mark.parametrize(
    ("one", "other", "slips"), [("stop", "stpo", 1), ("stop", "stp", 1), ("stop", "shop", 1), ("stop", "post", 4)]
)
def test_a_slip_is_a_wrong_missing_added_or_swapped_letter(one, other, slips):
    assert distance(one, other, 4) == slips
