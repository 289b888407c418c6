"""What is remembered of how a customer sounded: the latest, for a while, whatever the order of arrival."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.absorbing import absorb
from attune.domain.case_triggers import CaseTrigger
from attune.domain.complaints import Lexicon, Wording, weigh
from attune.domain.distress import Distress
from attune.domain.replies import Call, Reading, Wish, interpret
from attune.domain.reply_text import LONGEST_HEAD, LONGEST_TAIL, plain_text
from attune.domain.sentiment import LASTS, Deaf, Heard, HeardDistress, Polarity, Sentiment, later, sentiment_now
from attune.domain.signals import Reply
from tests.support.builders import CART, NOON, customer, minutes

DAY = timedelta(days=1)
UNHAPPY = Heard(Polarity.NEGATIVE, 0.8, NOON)
GRIEF = HeardDistress(Distress.BEREAVEMENT, NOON)


def test_sentiment_and_distress_are_heeded_for_thirty_days_and_no_longer():
    assert sentiment_now(UNHAPPY, None, NOON + LASTS - DAY) == "negative"
    assert sentiment_now(UNHAPPY, None, NOON + LASTS) == "neutral"
    assert sentiment_now(UNHAPPY, GRIEF, NOON + LASTS - DAY) == "distressed"
    assert sentiment_now(None, None, NOON) == "neutral"


HEARD = st.builds(
    Heard, st.sampled_from(Polarity), st.floats(0, 1), st.integers(0, 3).map(lambda hours: NOON + hours * DAY)
)


@given(st.lists(HEARD, min_size=1), st.randoms())
def test_the_latest_is_the_same_in_whatever_order_it_comes(heard, random):
    first = second = None
    for one in heard:
        first = later(first, one)
    for one in random.sample(heard, len(heard)):
        second = later(second, one)

    assert first == second
    assert first.at == max(one.at for one in heard)


def written(text: str, reading: Reading, *, at: float = 0):
    reply = Reply(
        message_id=f"r{at}", customer_id="ada", session_id="s", time=NOON + minutes(at), text=text, channel="sms"
    )
    return absorb(customer(), [reply], [CART], {reply.message_id: reading})


def test_a_reply_leaves_how_it_sounded_on_the_profile_and_none_of_its_words():
    absorbed = written("secret words", Reading(Polarity.NEGATIVE, 0.7, distress=Distress.HARDSHIP))
    profile = next(item for item in absorbed.changed if hasattr(item, "sentiment"))

    assert (profile.sentiment, profile.distress) == (
        Heard(Polarity.NEGATIVE, 0.7, NOON),
        HeardDistress(Distress.HARDSHIP, NOON),
    )
    assert "secret words" not in repr(absorbed.changed)


@pytest.mark.parametrize(
    ("reading", "call"),
    [
        (Reading(), CaseTrigger.REPLY),
        (Reading(Polarity.NEGATIVE, 0.59), CaseTrigger.REPLY),
        (Reading(Polarity.POSITIVE, 1.0), CaseTrigger.REPLY),
        (Reading(Polarity.NEGATIVE, 0.6), Call.SENTIMENT_DIP),
        (Reading(intents=frozenset({Wish.HELP})), Call.ASKED_FOR_HELP),
        (Reading(intents=frozenset({Wish.HELP, Wish.PERSON})), Call.WANTS_A_PERSON),
        (Reading(Polarity.NEGATIVE, 1.0, frozenset({Wish.OPT_OUT, Wish.HELP})), None),
        (Reading(intents=frozenset({Wish.OPT_OUT}), distress=Distress.SELF_HARM), Call.DISTRESS),
    ],
)
def test_a_person_hears_of_it_for_the_weightiest_reason_and_not_of_who_only_wants_to_be_left_alone(reading, call):
    assert [found.why for found in written("x", reading).calls] == ([call] if call else [])


def test_a_strength_outside_its_range_is_refused():
    with pytest.raises(ValueError, match=r"from 0 to 1, not 1\.5"):
        Sentiment(Polarity.NEGATIVE, 1.5)


FAILS = Lexicon("xx", {}, (Wording("broken", 0.5, (re.compile("broken"),), calm=True),))


def test_what_merely_went_wrong_is_less_than_strong_until_it_is_shouted():
    assert weigh(plain_text("it is broken"), FAILS, 0.0) == Sentiment(Polarity.NEGATIVE, 0.5, ("xx.broken",))
    assert not weigh(plain_text("it is broken"), FAILS, -0.3).is_strong
    assert weigh(plain_text("it is broken!!"), FAILS, -0.3).is_strong


@given(st.floats(-1, 1), st.floats(-1, 1))
def test_sourer_words_never_make_a_complaint_weaker(one, other):
    sourer, kinder = sorted((one, other))
    text = plain_text("it is broken")

    assert _unhappiness(weigh(text, FAILS, sourer)) >= _unhappiness(weigh(text, FAILS, kinder))


def _unhappiness(sentiment: Sentiment) -> float:
    return sentiment.strength if sentiment.is_unhappy else 0.0


@given(st.text())
def test_a_reading_holds_no_words_but_ids_and_scores(text):
    reading = interpret(text, Deaf())

    assert reading == interpret(text, Deaf())
    assert set(reading.inputs()) == {"sentiment", "sentiment_strength", "distress", "intents", "rules"}
    assert all(rule.split(".")[0] in {"stop", "help", "person", "thanks", "distress"} for rule in reading.rules)


@given(st.text().map(lambda text: text * 50))
def test_what_is_read_of_a_text_is_bounded(text):
    assert len(plain_text(text * 100).written) <= LONGEST_HEAD + LONGEST_TAIL
