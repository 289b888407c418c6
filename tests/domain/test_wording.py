"""Words: what people approved and the map allows; softer for who hesitates, shorter on a phone; the policy among equals."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.channels import ChannelChoice
from attune.domain.learning.policy import Beta, Policy
from attune.domain.signals import SignalKind
from attune.domain.situation import Situation, assess
from attune.domain.texts import Text, TextChannel, TextLibrary
from attune.domain.tones import CallToAction, TextKind, ToneProfile, ToneRule, Tones
from attune.domain.wording import Words, find_words
from tests.domain import text_builders
from tests.support.builders import NOON, customer, hours, playbook, session_of, signal
from tests.support.friction import SCORER

PLAIN, SOFT = CallToAction.PLAIN, CallToAction.SOFT
LONG = "Here is a long and detailed explanation of everything that can be done about it, step by step."


def profile(name: str) -> ToneProfile:
    return ToneProfile(
        name=name,
        description="",
        person="we",
        contractions=False,
        sentence_words=20,
        reading_grade=9,
        call_to_action=PLAIN,
        greeting={},
        closing={},
        rules=(),
    )


TONES = Tones(
    profiles={name: profile(name) for name in ("informal", "advisory", "technical")},
    axes={},
    rules=(
        ToneRule(
            id="distress", tones=("advisory",), kinds=(TextKind.SERVICE,), when={"sentiment": frozenset({"distressed"})}
        ),
        ToneRule(id="everyone", tones=("informal", "advisory"), kinds=tuple(TextKind)),
    ),
)


def text(message: str, **changes) -> Text:
    body = changes.pop("body", f"Words of {message}.")
    plain = text_builders.text(body, message=message, channel=changes.pop("channel", TextChannel.SMS))
    return replace(plain, **{"call_to_action": PLAIN, **changes})


def library(*texts: Text, unapproved: tuple[Text, ...] = ()) -> TextLibrary:
    return replace(text_builders.library(*texts, unapproved=unapproved), tones=TONES)


def somebody(*kinds: SignalKind, device: str = "desktop", locale: str = "en") -> Situation:
    signals = [signal(kind, NOON + hours(n / 100), context={"device": device}) for n, kind in enumerate(kinds, 1)]
    there = customer(
        session_of(signals or [signal(SignalKind.VIEWED, context={"device": device})]), profile={"locale": locale}
    )
    return assess(there, playbook(), SCORER, now=NOON + hours(5), since=NOON, expires_at=NOON + hours(90))


def channels(*usable: str) -> ChannelChoice:
    return ChannelChoice(usable=usable, options=(), refusals=())


def found(situation: Situation, *texts: Text, unapproved: tuple[Text, ...] = (), sentiment: str = "neutral") -> Words:
    messages = tuple(dict.fromkeys(one.message for one in (*texts, *unapproved)))
    return find_words(
        situation, messages, channels("sms", "email"), library(*texts, unapproved=unapproved), sentiment=sentiment
    )


def names(words: Words) -> list[str]:
    return [one.text.message for one in words.equals]


def notes(words: Words) -> dict[str, str]:
    return {option.name: option.note for option in words.options}


def test_all_texts_that_fit_equally_are_left_to_the_policy():
    words = found(somebody(), text("a"), text("b"), text("c", tone="advisory"))

    assert names(words) == ["a", "b"]
    assert notes(words)["c/sms"] == "another fits better"


def test_the_chance_of_every_equal_is_written_down_and_the_same_seed_chooses_the_same():
    words = found(somebody(), text("a"), text("b"), text("c"))
    chosen = words.choose(Policy(), seed="j#1")
    chances = [option.probability for option in chosen.options if option.probability is not None]

    assert chosen == words.choose(Policy(), seed="j#1")
    assert sum(chances) == pytest.approx(1, abs=1e-3)
    assert len(chances) == 3
    assert "policy" in {reason.code for reason in chosen.reasons}


def test_a_text_that_helped_is_chosen_more_often_and_none_is_forgotten():
    words = found(somebody(), text("a"), text("b"))
    learnt = Policy({"a": Beta(80, 20), "b": Beta(5, 95)})
    drawn = [words.choose(learnt, seed=str(number)).text for number in range(300)]
    share = sum(one is not None and one.message == "a" for one in drawn) / len(drawn)

    assert 0.85 < share < 1


def test_one_text_alone_is_no_choice():
    chosen = found(somebody(), text("a")).choose(Policy(), seed="s")

    assert chosen.text is not None
    assert chosen.text.message == "a"
    assert "policy" not in {reason.code for reason in chosen.reasons}


@pytest.mark.parametrize(
    "kinds",
    [
        (SignalKind.DEAL_SEARCHED,),
        (SignalKind.PRICING_VIEWED, SignalKind.PRICING_VIEWED),
        (SignalKind.HELP_VIEWED, SignalKind.HELP_VIEWED),
    ],
)
def test_who_hesitates_is_asked_softly_even_in_a_tone_that_is_not_the_first(kinds):
    words = found(somebody(*kinds), text("firm"), text("soft", call_to_action=SOFT, tone="advisory"))

    assert names(words) == ["soft"]
    assert "soft" in {reason.code for reason in words.reasons}


def test_who_knows_what_they_want_is_told_the_next_step():
    assert names(
        found(somebody(SignalKind.FORM_FAILED), text("firm"), text("soft", call_to_action=SOFT, tone="advisory"))
    ) == ["firm"]


def test_on_a_phone_words_are_softer_and_shorter():
    soft = text("soft", call_to_action=SOFT), text("soft_long", call_to_action=SOFT, body=LONG)
    words = found(somebody(device="phone"), text("firm"), *soft)

    assert names(words) == ["soft"]
    assert {"soft", "short"} <= {reason.code for reason in words.reasons}


def test_softness_is_a_wish_and_never_leaves_somebody_without_words():
    assert names(found(somebody(SignalKind.DEAL_SEARCHED, device="phone"), text("firm"))) == ["firm"]


def test_distress_leaves_only_service_in_the_one_tone():
    promotion = text("offer", kind=TextKind.PROMOTIONAL, tone="advisory")
    words = found(somebody(), promotion, text("help", tone="advisory"), text("chatty"), sentiment="distressed")

    assert names(words) == ["help"]
    assert "promotional text not allowed by distress" in notes(words)["offer/sms"]


def test_a_channel_without_words_gives_way_to_the_next_one():
    words = found(somebody(), text("a", channel=TextChannel.EMAIL))

    assert [one.text.channel for one in words.equals] == [TextChannel.EMAIL]


def test_unapproved_words_and_other_languages_leave_it_to_a_person():
    unapproved = found(somebody(), unapproved=(text("a"),))
    foreign = found(somebody(locale="fr"), text("a"))

    for words in (unapproved, foreign):
        chosen = words.choose(Policy(), seed="s")
        assert chosen.text is None
        assert [reason.code for reason in chosen.reasons] == ["no_approved_text"]
    assert notes(unapproved)["a/sms"] == "unapproved"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["informal", "advisory", "technical"]), st.sampled_from(list(TextKind)), st.booleans()
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["neutral", "distressed"]),
    st.sampled_from(["phone", "desktop"]),
    st.integers(0, 99),
)
def test_whatever_is_chosen_was_allowed_and_exists_whenever_anything_was(given, sentiment, device, seed):
    texts = [
        text(f"m{n}", tone=tone, kind=kind, call_to_action=SOFT if soft else PLAIN)
        for n, (tone, kind, soft) in enumerate(given)
    ]
    chosen = found(somebody(device=device), *texts, sentiment=sentiment).choose(Policy(), seed=str(seed)).text
    tones = {"advisory"} if sentiment == "distressed" else {"informal", "advisory"}
    allowed = [t for t in texts if t.tone in tones and (sentiment != "distressed" or t.kind is TextKind.SERVICE)]

    assert (chosen is None) == (not allowed)
    assert chosen is None or chosen.message in {one.message for one in allowed}


def test_a_touch_may_order_its_channels_anew_for_who_was_on_a_phone():
    touch = replace(playbook().touches[0], channels=("email", "sms"), on_phone=("sms", "email"))

    assert touch.channels_for("phone") == ("sms", "email")
    assert touch.channels_for("desktop") == touch.channels_for("") == ("email", "sms")
    assert playbook().touches[0].channels_for("phone") == playbook().touches[0].channels


def test_the_order_for_a_phone_leaves_no_channel_out_and_adds_none():
    with pytest.raises(ValueError, match="on_phone must name the same channels"):
        replace(playbook().touches[0], channels=("email", "sms"), on_phone=("sms", "onsite"))
