"""How a site can make itself easier for a customer who is there: from the friction of the visit to a few hints.

A hint says what kind of ease would help, never what the customer is like: no score, no reason, nothing about a person.
More friction never takes a hint away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attune.domain.clock import format_instant
from attune.domain.customers import Customer
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.friction import FrictionScore, FrictionScorer
from attune.domain.friction_levels import Level
from attune.domain.holdout import in_holdout
from attune.domain.playbooks import Playbook
from attune.domain.sessions import IDLE_AFTER, state_of
from attune.domain.situation import friction_of


class Hint(StrEnum):
    """What a site can do."""

    SUCCINCT_HELP = "succinct_help"
    """Put a few words of help where they are, instead of a page of it."""
    FEWER_CHOICES = "fewer_choices"
    """Show less at once: fewer options, one step at a time."""
    CALL_BACK_OFFER = "call_back_offer"
    """Offer that a person calls."""
    FORM_HELP = "form_help"
    """Say at the field what is wrong, and keep what was typed."""
    PAYMENT_HELP = "payment_help"
    """Say what happened to the payment, and show another way to pay."""
    SEARCH_HELP = "search_help"
    """Show near results and ways to browse, instead of "nothing found"."""
    CLEAR_PRICES = "clear_prices"
    """Show the whole price, with shipping and taxes, early."""
    SIMPLER_PAGE = "simpler_page"
    """Leave out what moves and loads late; make clear what can be clicked."""
    ORDER_STATUS = "order_status"
    """Show first where the order is."""
    WHAT_THEY_CAME_FOR = "what_they_came_for"
    """Lead to what the advertisement promised."""


_OF_EVIDENCE: Mapping[str, Hint] = {
    "page_reloads": Hint.SIMPLER_PAGE,
    "form_failures": Hint.FORM_HELP,
    "payment_failures": Hint.PAYMENT_HELP,
    "delivery_delays": Hint.ORDER_STATUS,
    "rage_clicks": Hint.SIMPLER_PAGE,
    "error_clicks": Hint.SIMPLER_PAGE,
    "dead_clicks": Hint.SIMPLER_PAGE,
    "fruitless_searches": Hint.SEARCH_HELP,
    "help_visits": Hint.SUCCINCT_HELP,
    "pricing_returns": Hint.CLEAR_PRICES,
    "deal_searches": Hint.CLEAR_PRICES,
    "price_sorting": Hint.CLEAR_PRICES,
    "long_dwell": Hint.SUCCINCT_HELP,
    "back_and_forth": Hint.FEWER_CHOICES,
    "mismatch": Hint.WHAT_THEY_CAME_FOR,
}
"""Every term of struggle, and the mismatch; what the drop-off model says moves the level and names no hint."""
_OF_LEVEL: Mapping[Level, tuple[Hint, ...]] = {
    Level.MEDIUM: (Hint.SUCCINCT_HELP, Hint.FEWER_CHOICES),
    Level.HIGH: (Hint.CALL_BACK_OFFER,),
}


@dataclass(frozen=True)
class SiteHints:
    """The friction level of the visit and the hints, in a fixed order; `reasons` say why and stay with us."""

    level: Level = Level.CALM
    hints: tuple[Hint, ...] = ()
    reasons: tuple[Reason, ...] = ()
    visit: datetime | None = None
    session: str = ""
    model_version: str = ""


NO_HINTS = SiteHints()


def hints_of(friction: FrictionScore) -> tuple[Hint, ...]:
    """Return the hints of a score: from `low` on by its evidence, from `medium` on also by its level."""
    if friction.level is Level.CALM:
        return ()
    found = {_OF_EVIDENCE[term.term] for term in friction.terms if term.term in _OF_EVIDENCE and term.contribution > 0}
    for level, hints in _OF_LEVEL.items():
        if friction.level.rank >= level.rank:
            found.update(hints)
    return tuple(hint for hint in Hint if hint in found)


def hints_for(customer: Customer, scorer: FrictionScorer, playbooks: Iterable[Playbook], now: datetime) -> SiteHints:
    """Return how the site can adapt to the visit that is going on.

    Nothing for a customer who wants no automated decisions, for one who is held out of a playbook and in the middle of
    what it watches (a page that adapts is help as well), and half an hour after the last sign of them.
    """
    if customer.profile.automation_opt_out or _compared(customer, playbooks):
        return NO_HINTS
    current = customer.current_session(())
    if current is None or current[1].last_seen is None or now - current[1].last_seen > IDLE_AFTER:
        return NO_HINTS
    session, state = current
    friction = friction_of(customer, session, state, scorer)
    return SiteHints(
        level=friction.level,
        hints=hints_of(friction),
        reasons=tuple(Reason(term.term, term.sentence) for term in friction.reasons),
        visit=state.started_at,
        session=session.session_id,
        model_version=friction.model_version,
    )


def _compared(customer: Customer, playbooks: Iterable[Playbook]) -> bool:
    """Whether others' help is measured against this customer right now."""
    held_out = {
        playbook.id: playbook.watched()
        for playbook in playbooks
        if in_holdout(customer.customer_id, salt=playbook.id, percent=playbook.holdout_percent)
    }
    return any(
        undertaking.key and not undertaking.excluded
        for session in customer.sessions.values()
        for playbook_id, undertaking in state_of(session, held_out.values()).undertakings.items()
        if playbook_id in held_out
    )


def hints_decision(given: SiteHints, subject_key: str, now: datetime) -> Decision | None:
    """Return the record of hints that were given, the same one throughout a visit and level; None where there are none.

    Its time is when the visit began, so that asking again finds the record; `given_at` among the inputs is when they
    were given first.
    """
    if not given.hints or given.visit is None:
        return None
    return Decision(
        decision_id=decision_id(f"{subject_key}#hints#{given.session}#{given.visit.isoformat()}#{given.level}"),
        time=given.visit,
        kind=DecisionKind.ONSITE,
        subject_key=subject_key,
        choice="hints",
        reasons=given.reasons or (Reason("friction", "The visit is harder than most."),),
        inputs={
            "friction_level": given.level.value,
            "hints": " ".join(given.hints),
            "given_at": format_instant(now),
        },
        model_version=given.model_version,
    )
