"""Preferences: only what somebody changed is changed, whatever happened since they opened the page."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.cadence import Cadence
from attune.domain.customers import Channel
from attune.domain.preferences import (
    PreferenceError,
    Wishes,
    consent_change,
    fewer,
    offered_channels,
    preference_change,
    read_wishes,
    wishes_of,
)
from tests.support.builders import NOON, consent, customer

TOPICS = ("cart", "delivery", "trip")
LOCALES = ("en", "de")
wishes = st.builds(
    Wishes,
    channels=st.frozensets(st.sampled_from([channel.value for channel in Channel])),
    cadence=st.sampled_from(Cadence),
    muted_topics=st.frozensets(st.sampled_from(TOPICS)),
    locale=st.sampled_from(LOCALES),
    time_zone=st.sampled_from(["Europe/Berlin", "Asia/Tokyo"]),
    automation_opt_out=st.booleans(),
)


def applied(ada, change, now=NOON):
    agreed = ada.consent
    for channel, granted in change.consents:
        agreed = agreed.changed(consent_change(agreed, channel, "ada", now, granted=granted))
    return replace(ada, profile=ada.profile.told(change.profile_change("ada", now)), consent=agreed)


@given(wishes)
def test_what_was_wished_is_what_stands_afterwards_and_wishing_it_again_changes_nothing(wanted):
    ada = customer()

    after = applied(ada, preference_change(ada, shown=wishes_of(ada), wanted=wanted))

    assert wishes_of(after) == wanted
    assert preference_change(after, shown=wishes_of(after), wanted=wanted).reasons == ()


@given(shown=wishes, meanwhile=wishes)
def test_an_old_page_saved_unchanged_undoes_nothing_newer(shown, meanwhile):
    ada = customer()
    ada = applied(ada, preference_change(ada, shown=wishes_of(ada), wanted=meanwhile))

    assert preference_change(ada, shown=shown, wanted=shown).reasons == ()


def test_who_unsubscribed_elsewhere_does_not_come_back_by_saving_a_page_that_was_open():
    ada = customer()
    shown = wishes_of(ada)
    ada = replace(ada, consent=consent(email=False, sms=True))

    change = preference_change(ada, shown=shown, wanted=replace(shown, cadence=Cadence.FEWER))

    assert change.consents == ()
    assert change.traits == {"cadence": "fewer"}


def test_a_channel_without_an_address_is_neither_offered_nor_changed():
    ada = customer(profile={"phone": ""})

    change = preference_change(ada, shown=wishes_of(ada), wanted=Wishes(channels=frozenset({"sms"})))

    assert offered_channels(ada) == ("email", "onsite")
    assert dict(change.consents) == {"email": False, "onsite": False}


def test_a_topic_that_the_page_did_not_show_stays_muted():
    ada = customer(profile={"muted_topics": "withdrawn_playbook"})
    shown = read_wishes({"topic": list(TOPICS)}, topics=TOPICS, locales=LOCALES)
    wanted = read_wishes({"topic": ["cart"]}, topics=TOPICS, locales=LOCALES)

    assert (
        preference_change(ada, shown=shown, wanted=wanted).traits["muted_topics"] == "delivery,trip,withdrawn_playbook"
    )


def test_every_change_says_why_without_what_it_was_changed_to_in_private_matters():
    ada = customer()
    wanted = replace(wishes_of(ada), quiet_from="22:00", quiet_until="07:00", time_zone="Asia/Tokyo")

    told = " ".join(reason.text for reason in preference_change(ada, shown=wishes_of(ada), wanted=wanted).reasons)

    assert "quiet hours" in told
    assert "Tokyo" not in told


def test_fewer_is_asked_for_once():
    ada = customer()
    after = applied(ada, fewer(ada))

    assert wishes_of(after).cadence is Cadence.FEWER
    assert fewer(after).reasons == ()


@pytest.mark.parametrize("seconds", [0, 0.5, 1, 2])
def test_a_consent_given_back_counts_also_within_the_second_in_which_refusals_win(seconds):
    refused = consent(email=True).changed(
        consent_change(consent(email=True), "email", "ada", NOON, granted=False, source="unsubscribe_link")
    )
    back = consent_change(refused, "email", "ada", NOON + timedelta(seconds=seconds), granted=True)

    assert not refused.allows("email")
    assert refused.changed(back).allows("email")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"cadence": ["always"]}, "cadence"),
        ({"quiet_from": ["22:00"]}, "quiet"),
        ({"quiet_from": ["22:00"], "quiet_until": ["22:00"]}, "quiet"),
        ({"quiet_from": ["late"], "quiet_until": ["early"]}, "quiet"),
        ({"locale": ["tlh"]}, "locale"),
        ({"time_zone": ["Mars/Olympus"]}, "time_zone"),
        ({"time_zone": ["../../etc/passwd"]}, "time_zone"),
    ],
)
def test_what_no_page_sends_is_refused_with_the_field_to_look_at(form, field):
    with pytest.raises(PreferenceError) as caught:
        read_wishes(form, topics=TOPICS, locales=LOCALES)
    assert caught.value.field == field


@given(
    st.dictionaries(st.sampled_from(["channel", "topic", "cadence", "quiet_from", "time_zone"]), st.lists(st.text()))
)
def test_whatever_is_sent_is_read_or_refused(form):
    try:
        read = read_wishes(form, topics=TOPICS, locales=LOCALES)
    except PreferenceError:
        return
    assert read.channels <= set(Channel)
    assert read.muted_topics <= set(TOPICS)
