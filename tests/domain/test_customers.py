"""Profiles and consent: later knowledge wins whatever order it comes in, and a refusal wins ties."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.customers import Case, Consent, Profile, keyed_hash
from attune.domain.signals import ConsentChange, ProfileChange, SignalKind
from tests.support.builders import NOON, consent, customer, minutes, session_of, signal, story

CHANNELS = ("email", "sms", "onsite")
TRAITS = st.dictionaries(st.sampled_from(["first_name", "email", "locale"]), st.sampled_from(["a", "b", "c"]))
PERSON = Profile(customer_id="ada", subject_secret="ab" * 32)


def change(at: float, *, granted: bool, channels: tuple[str, ...] = ("email",), source: str = "app") -> ConsentChange:
    return ConsentChange(
        message_id="m",
        customer_id="ada",
        time=NOON + minutes(at),
        channels=channels,
        granted=granted,
        source=source,
    )


def news(at: float, **traits: str | bool) -> ProfileChange:
    return ProfileChange(message_id="m", customer_id="ada", time=NOON + minutes(at), traits=traits)


CHANGES = st.builds(
    change,
    st.integers(0, 5),
    granted=st.booleans(),
    channels=st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True).map(tuple),
    source=st.sampled_from(["app", "reply"]),
)


def after_all(known, changes, take):
    for one in changes:
        known = take(known, one)
    return known


@given(st.lists(CHANGES, max_size=8), st.randoms())
def test_consent_told_in_any_order_is_the_same(changes, random):
    shuffled = random.sample(changes, len(changes))

    assert after_all(Consent(), shuffled, Consent.changed) == after_all(Consent(), changes, Consent.changed)


@given(st.lists(CHANGES, max_size=8))
def test_consent_told_again_changes_nothing(changes):
    once = after_all(Consent(), changes, Consent.changed)

    assert all(once.changed(one) is once for one in changes)


def test_the_later_word_counts():
    assert Consent().changed(change(0, granted=False)).changed(change(1, granted=True)).allows("email")
    assert not Consent().changed(change(0, granted=True)).changed(change(1, granted=False)).allows("email")


@pytest.mark.parametrize("first", [True, False])
def test_at_the_same_instant_the_refusal_counts(first):
    agreed = Consent().changed(change(0, granted=first)).changed(change(0, granted=not first))

    assert agreed.refused("email")
    assert not agreed.allows("email")


def test_no_word_is_no_permission_except_for_a_note_on_the_shops_own_site():
    nothing_said = Consent()

    assert not nothing_said.allows("email")
    assert not nothing_said.allows("sms")
    assert nothing_said.allows("onsite")
    assert not nothing_said.refused("email")


def test_a_refused_note_on_the_site_is_refused():
    assert not Consent().changed(change(0, granted=False, channels=("onsite",))).allows("onsite")


def test_a_change_on_one_channel_leaves_the_others():
    both = Consent().changed(change(0, granted=True, channels=("email", "sms")))

    assert both.changed(change(1, granted=False, channels=("sms",))).allows("email")


@given(st.lists(st.builds(lambda at, traits: news(at, **traits), st.integers(0, 4), TRAITS), max_size=8), st.randoms())
def test_a_profile_told_in_any_order_is_the_same(changes, random):
    shuffled = random.sample(changes, len(changes))

    assert after_all(PERSON, shuffled, Profile.told) == after_all(PERSON, changes, Profile.told)


def test_older_news_do_not_undo_newer_ones_trait_by_trait():
    told = PERSON.told(news(5, first_name="Ada")).told(news(1, first_name="Old", email="a@example.com"))

    assert (told.first_name, told.email) == ("Ada", "a@example.com")


def test_traits_nobody_uses_are_not_kept_and_identity_cannot_be_overwritten():
    told = PERSON.told(news(1, customer_id="eve", subject_secret="00", shoe_size="38", version="9"))

    assert told is PERSON


def test_the_key_of_decisions_hangs_on_the_secret_and_says_nothing_of_the_customer():
    other = replace(PERSON, subject_secret="cd" * 32)

    assert PERSON.subject_key != other.subject_key
    assert "ada" not in PERSON.subject_key
    assert PERSON.subject_key == keyed_hash("ab" * 32, "ada")


def test_the_latest_of_a_kind_is_looked_for_in_all_sessions():
    early = session_of(story((SignalKind.ORDERED, 0)))
    late = replace(session_of(story((SignalKind.ORDERED, 90))), session_id="other")

    assert customer(early, late).latest(SignalKind.ORDERED, ()) == NOON + minutes(90)
    assert customer(early).latest(SignalKind.PAYMENT_FAILED, ()) is None


def test_the_current_session_is_the_one_seen_last():
    early = session_of(story((SignalKind.VIEWED, 0)))
    late = replace(session_of([signal(SignalKind.VIEWED, NOON + timedelta(hours=1))]), session_id="other")

    current = customer(late, early).current_session(())

    assert current is not None
    assert current[0].session_id == "other"
    assert customer().current_session(()) is None


def test_a_case_is_open_until_it_is_resolved():
    case = Case(case_id="case-1", about="direct", opened_at=NOON, triggers=("asked_for_help",))

    assert customer(cases={"direct": case}).has_open_case
    assert not customer(cases={"direct": replace(case, resolved_at=NOON)}).has_open_case


def test_the_builder_of_consent_says_what_it_means():
    agreed = consent(email=True, sms=False)

    assert agreed.allows("email")
    assert agreed.refused("sms")
