"""Hints for a site: from evidence, more of them with more friction, none to whom none are due, and nothing personal."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.decisions import DecisionKind
from attune.domain.friction import FrictionScore, Term
from attune.domain.friction_levels import Level
from attune.domain.holdout import in_holdout
from attune.domain.playbook_rules import Audience
from attune.domain.signals import SignalKind
from attune.domain.site_hints import _OF_EVIDENCE, NO_HINTS, Hint, hints_decision, hints_for, hints_of
from attune.domain.struggle import EVIDENCE
from tests.support.builders import NOON, customer, minutes, playbook, session_of, story
from tests.support.friction import SCORER

TROUBLE = (
    (SignalKind.PRODUCT_ADDED, 0),
    (SignalKind.CHECKOUT_STARTED, 1),
    (SignalKind.FORM_FAILED, 2),
    (SignalKind.FORM_FAILED, 3),
    (SignalKind.PAYMENT_FAILED, 4),
    (SignalKind.PAYMENT_FAILED, 5),
    (SignalKind.RELOADED, 6),
    (SignalKind.RELOADED, 6.5),
    (SignalKind.RELOADED, 7),
)


def score(level: Level, *terms: str) -> FrictionScore:
    return FrictionScore(0.5, level, tuple(Term(name, 3.0, 1.2, f"{name}.") for name in terms), "test")


def given_to(*steps, at: float = 8, playbooks=(), **parts):
    return hints_for(customer(session_of(story(*steps)), **parts), SCORER, playbooks, NOON + minutes(at))


def test_every_kind_of_evidence_has_its_hint():
    assert set(_OF_EVIDENCE) == {*EVIDENCE, "mismatch"}


def test_somebody_at_ease_gets_no_hint_whatever_is_counted():
    assert hints_of(score(Level.CALM, *EVIDENCE)) == ()


def test_low_friction_is_answered_where_it_is_and_no_further():
    assert hints_of(score(Level.LOW, "form_failures")) == (Hint.FORM_HELP,)
    assert hints_of(score(Level.LOW, "baseline", "dropoff:pages", "held_below_high")) == ()


def test_medium_friction_also_asks_for_a_simpler_page_and_high_for_a_person():
    assert hints_of(score(Level.MEDIUM, "fruitless_searches")) == (
        Hint.SUCCINCT_HELP,
        Hint.FEWER_CHOICES,
        Hint.SEARCH_HELP,
    )
    assert Hint.CALL_BACK_OFFER in hints_of(score(Level.HIGH, "form_failures"))
    assert Hint.CALL_BACK_OFFER not in hints_of(score(Level.MEDIUM, "form_failures"))


@given(st.sets(st.sampled_from(sorted(_OF_EVIDENCE))), st.sampled_from(sorted(_OF_EVIDENCE)), st.sampled_from(Level))
def test_more_trouble_never_takes_a_hint_away(terms, one_more, level):
    fewer = set(hints_of(score(level, *sorted(terms))))

    assert fewer <= set(hints_of(score(level, *sorted({*terms, one_more}))))
    for higher in Level:
        if higher.rank >= level.rank:
            assert fewer <= set(hints_of(score(higher, *sorted(terms))))


def test_a_visit_in_trouble_gets_hints_while_it_lasts():
    hints = given_to(*TROUBLE)

    assert hints.level is Level.HIGH
    assert {Hint.FORM_HELP, Hint.PAYMENT_HELP, Hint.SIMPLER_PAGE, Hint.CALL_BACK_OFFER} <= set(hints.hints)
    assert given_to(*TROUBLE, at=38) == NO_HINTS


def test_an_anonymous_visitor_gets_the_same_hints():
    assert (
        given_to(*TROUBLE, profile={"customer_id": "anon:7f3a", "email": "", "phone": ""}).hints
        == given_to(*TROUBLE).hints
    )


def test_somebody_without_a_visit_or_at_ease_gets_none():
    assert hints_for(customer(), SCORER, (), NOON) == NO_HINTS
    assert given_to((SignalKind.VIEWED, 0)).hints == ()


def test_who_wants_no_automated_decisions_gets_none():
    assert given_to(*TROUBLE, profile={"automation_opt_out": True}) == NO_HINTS


def test_who_is_held_out_gets_none_in_the_middle_of_what_is_measured_and_hints_elsewhere():
    everybody = playbook(audience=Audience(holdout_percent=100.0))
    half = playbook(audience=Audience(holdout_percent=50.0))
    held = next(f"c{n}" for n in range(100) if in_holdout(f"c{n}", salt=half.id, percent=50))
    free = next(f"c{n}" for n in range(100) if not in_holdout(f"c{n}", salt=half.id, percent=50))

    assert given_to(*TROUBLE, playbooks=(everybody,)) == NO_HINTS
    assert given_to(*TROUBLE, playbooks=(half,), profile={"customer_id": held}) == NO_HINTS
    assert given_to(*TROUBLE, playbooks=(half,), profile={"customer_id": free}).hints
    assert given_to(*TROUBLE[2:], at=8, playbooks=(everybody,)).hints


def test_hints_say_what_would_help_and_nothing_about_the_person():
    told = json.dumps(given_to(*TROUBLE, profile={"first_name": "Ada"}).hints)

    assert set(json.loads(told)) <= set(Hint)
    assert "Ada" not in told


def test_hints_are_written_down_once_in_a_visit_for_each_level():
    ada = customer(session_of(story(*TROUBLE)))
    hints = hints_for(ada, SCORER, (), NOON + minutes(8))
    first = hints_decision(hints, "subject", NOON + minutes(8))
    again = hints_decision(hints, "subject", NOON + minutes(9))
    lower = hints_decision(replace(hints, level=Level.MEDIUM), "subject", NOON + minutes(9))

    assert first is not None
    assert again is not None
    assert lower is not None
    assert (first.decision_id, first.time) == (again.decision_id, again.time)
    assert first.decision_id != lower.decision_id
    assert (first.kind, first.choice, first.automated) == (DecisionKind.ONSITE, "hints", True)
    assert first.inputs["friction_level"] == "high"
    assert {reason.code for reason in first.reasons} >= {"form_failures", "payment_failures", "page_reloads"}


@pytest.mark.parametrize("nothing", [NO_HINTS, replace(NO_HINTS, level=Level.LOW, visit=NOON)])
def test_no_hints_are_no_decision(nothing):
    assert hints_decision(nothing, "subject", NOON) is None
