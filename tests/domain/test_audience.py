"""Who is kept away from ads and why: reasons, how long they last, and who never is in a file."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from attune.domain.audience.lists import Listed, judge
from attune.domain.audience.rules import LeftOut, ListRule, Platform, Why, facts_of
from attune.domain.customers import Case, ChannelConsent, Consent, Customer
from attune.domain.friction_levels import Level
from attune.domain.journeys import JourneyStatus
from attune.domain.sessions import Session
from attune.domain.signals import SignalKind
from tests.support.audience import STAGE, rules
from tests.support.builders import NOON, consent, customer, hours, journey, session_of, story
from tests.support.friction import SCORER

CASE = Case(case_id="case-1", about="direct", opened_at=NOON, triggers=("asked_for_help",))
BOUGHT = session_of(story((SignalKind.VIEWED, 0), (SignalKind.ORDERED, 5)))
STUCK = session_of(
    story((SignalKind.FORM_FAILED, 0), (SignalKind.FORM_FAILED, 1), (SignalKind.PAYMENT_FAILED, 2)),
)
CALM = session_of(story((SignalKind.VIEWED, 0), (SignalKind.PRODUCT_ADDED, 1)))
LATER = NOON + hours(1)


def why(person: Customer, now: datetime = LATER) -> set[Why]:
    """Return for what somebody is on the one list of the rules."""
    judged = judge(person, rules(), SCORER, stage=STAGE, now=now)
    return set(judged.reasons[Platform.GOOGLE, "keep_away"]) if isinstance(judged, Listed) else set()


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (customer(journeys={"cart-1": journey()}), {Why.IN_JOURNEY}),
        (customer(STUCK), {Why.FRUSTRATED}),
        (customer(journeys={"j": journey(status=JourneyStatus.ENDED, friction_level=Level.HIGH)}), {Why.FRUSTRATED}),
        (customer(BOUGHT), {Why.CONVERTED}),
        (customer(allows=consent(email=False, sms=True)), {Why.OPTED_OUT}),
        (customer(allows=consent(sms=False)), {Why.OPTED_OUT}),
        (customer(cases={"direct": CASE}), {Why.OPEN_CASE}),
        (customer(BOUGHT, cases={"direct": CASE}), {Why.CONVERTED, Why.OPEN_CASE}),
    ],
)
def test_each_reason_is_found_in_what_is_stored(person, expected):
    assert why(person) == expected


@pytest.mark.parametrize(
    "person",
    [
        customer(CALM),
        customer(journeys={"j": journey(status=JourneyStatus.ENDED)}),
        customer(journeys={"j": journey(expires_at=NOON)}),
        customer(cases={"direct": replace(CASE, resolved_at=NOON)}),
        customer(allows=consent(onsite=False)),
        customer(allows=Consent()),
    ],
)
def test_who_browses_calmly_or_whose_story_is_over_sees_ads_as_before(person):
    assert judge(person, rules(), SCORER, stage=STAGE, now=LATER) is None


def test_an_address_that_bounces_is_no_opt_out():
    bounced = Consent({"email": ChannelConsent(granted=False, at=NOON, source="ses_bounce")})
    complained = Consent({"email": ChannelConsent(granted=False, at=NOON, source="ses_complaint")})

    assert why(customer(allows=bounced)) == set()
    assert why(customer(allows=complained)) == {Why.OPTED_OUT}


@pytest.mark.parametrize(
    ("person", "since", "days"),
    [(customer(STUCK), NOON + hours(2 / 60), 7), (customer(BOUGHT), NOON + hours(5 / 60), 14)],
)
def test_frustration_and_a_purchase_wear_off_to_the_second(person, since, days):
    end = since + timedelta(days=days)

    assert why(person, end)
    assert not why(person, end + timedelta(seconds=1))


def test_an_opt_out_holds_for_as_long_as_nobody_takes_it_back():
    assert why(customer(allows=consent(email=False)), NOON + timedelta(days=4000)) == {Why.OPTED_OUT}


def test_the_newest_of_several_facts_counts():
    older = replace(STUCK, session_id="older")
    newer = replace(BOUGHT, session_id="newer")
    late = session_of([*story((SignalKind.ORDERED, 60 * 24))])

    facts = facts_of(customer(older, newer, replace(late, session_id="late")), SCORER, NOON + timedelta(days=3))

    assert facts[Why.CONVERTED] == NOON + timedelta(days=1)


EVERYTHING = {"journeys": {"cart-1": journey()}, "cases": {"direct": CASE}}


@pytest.mark.parametrize(
    ("profile", "changes", "reason"),
    [
        ({"regulatory_flag": True}, {"never_automation_opt_out": False}, LeftOut.REGULATORY_FLAG),
        ({"automation_opt_out": True}, {}, LeftOut.AUTOMATION_OPT_OUT),
        ({"segment": "staff"}, {"never_segments": frozenset({"staff"})}, LeftOut.SEGMENT),
        ({"country": "DE"}, {"countries_off": frozenset({"DE"})}, LeftOut.COUNTRY_OFF),
        ({"country": "de"}, {"countries_off": frozenset({"DE"})}, LeftOut.COUNTRY_OFF),
        ({"country": ""}, {"countries_off": frozenset({"DE"})}, LeftOut.COUNTRY_OFF),
        ({"email": "", "phone": ""}, {}, LeftOut.NO_IDENTIFIER),
        ({"email": "no address", "phone": "0171"}, {}, LeftOut.NO_IDENTIFIER),
    ],
)
def test_whoever_must_not_be_in_a_file_is_in_none_whatever_the_reasons(profile, changes, reason):
    person = customer(STUCK, BOUGHT, allows=consent(email=False), profile=profile, **EVERYTHING)

    assert judge(person, rules(**changes), SCORER, stage=STAGE, now=LATER) == reason


def test_who_wants_no_automated_decisions_is_listed_only_where_the_account_says_so():
    person = customer(STUCK, profile={"automation_opt_out": True})

    assert isinstance(judge(person, rules(never_automation_opt_out=False), SCORER, stage=STAGE, now=LATER), Listed)


def test_a_country_that_is_off_for_one_platform_is_off_for_that_one_only():
    platforms = {
        platform: replace(rule, countries_off=frozenset({"DE"})) if platform is Platform.META else rule
        for platform, rule in rules().platforms.items()
    }
    german = customer(STUCK, profile={"country": "DE"})

    judged = judge(german, rules(platforms=platforms), SCORER, stage=STAGE, now=LATER)

    assert isinstance(judged, Listed)
    assert {platform for platform, _ in judged.rows} == {Platform.GOOGLE, Platform.MICROSOFT, Platform.GENERIC}


def test_a_stage_that_is_not_named_makes_no_list_at_all():
    assert list(rules().wanted("dev")) == []
    assert judge(customer(STUCK), rules(), SCORER, stage="dev", now=LATER) is None


def test_each_list_takes_only_its_own_reasons():
    lists = {
        "bought": ListRule(platforms=frozenset({Platform.GOOGLE}), reasons={Why.CONVERTED: timedelta(days=1)}),
        "left_alone": ListRule(platforms=frozenset({Platform.GOOGLE}), reasons={Why.OPEN_CASE: None}),
    }

    judged = judge(customer(BOUGHT, cases={"d": CASE}), rules(lists=lists), SCORER, stage=STAGE, now=LATER)

    assert isinstance(judged, Listed)
    assert judged.reasons == {
        (Platform.GOOGLE, "bought"): {Why.CONVERTED},
        (Platform.GOOGLE, "left_alone"): {Why.OPEN_CASE},
    }


def test_somebody_without_a_session_or_anything_else_has_no_reason():
    assert facts_of(customer(), SCORER, NOON) == {}
    assert facts_of(customer(Session("empty")), SCORER, NOON) == {}
