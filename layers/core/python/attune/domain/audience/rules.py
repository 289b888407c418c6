"""Who is kept away from ads, and why: the account's rules, and what of a customer's story they apply to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from attune.domain.customers import Customer
from attune.domain.friction import FrictionScorer
from attune.domain.friction_levels import Level
from attune.domain.journeys import JourneyStatus
from attune.domain.sessions import state_of
from attune.domain.signals import SignalKind
from attune.domain.situation import friction_of


class Why(StrEnum):
    """Why somebody should see no ads of ours for a while."""

    IN_JOURNEY = "in_journey"
    FRUSTRATED = "frustrated"
    CONVERTED = "converted"
    OPTED_OUT = "opted_out"
    OPEN_CASE = "open_case"


SENTENCES: Mapping[Why, str] = {
    Why.IN_JOURNEY: "A journey is helping this customer; ads would talk over it.",
    Why.FRUSTRATED: "Friction was high lately; an ad would bring the customer back to what did not work.",
    Why.CONVERTED: "The customer has just bought.",
    Why.OPTED_OUT: "The customer opted out of email or SMS; ads must not take their place.",
    Why.OPEN_CASE: "A person is looking after this customer.",
}
TIMED = frozenset({Why.FRUSTRATED, Why.CONVERTED})
"""Reasons that wear off; the others last as long as what they tell of."""


class Platform(StrEnum):
    """Whose file format a list is written in."""

    GOOGLE = "google"
    META = "meta"
    MICROSOFT = "microsoft"
    GENERIC = "generic"


class IdentifierKind(StrEnum):
    """By what a platform may recognise a person; always hashed."""

    EMAIL = "email"
    PHONE = "phone"
    EXTERNAL_ID = "external_id"


class LeftOut(StrEnum):
    """Why somebody with a reason is in no file all the same."""

    REGULATORY_FLAG = "regulatory_flag"
    AUTOMATION_OPT_OUT = "automation_opt_out"
    SEGMENT = "segment"
    COUNTRY_OFF = "country_off"
    NO_IDENTIFIER = "no_identifier"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class PlatformRule:
    """One platform: in which stages it gets lists at all, by what, from how many people on, and not from where."""

    stages: frozenset[str] = frozenset()
    identifiers: frozenset[IdentifierKind] = frozenset({IdentifierKind.EMAIL})
    smallest_list: int = 100
    countries_off: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class ListRule:
    """One list: for which platforms, and for which reasons; `None` as long as the reason lasts."""

    platforms: frozenset[Platform]
    reasons: Mapping[Why, timedelta | None]

    def applying(self, facts: Mapping[Why, datetime], now: datetime) -> frozenset[Why]:
        """Return the reasons for which somebody is on this list now."""
        return frozenset(
            why
            for why, window in self.reasons.items()
            if (at := facts.get(why)) is not None and (window is None or now - at <= window)
        )


@dataclass(frozen=True, kw_only=True)
class AudienceRules:
    """The rules of an account; people with a regulatory flag are in no file, whatever they say."""

    version: str
    platforms: Mapping[Platform, PlatformRule]
    lists: Mapping[str, ListRule]
    countries_off: frozenset[str] = frozenset()
    never_segments: frozenset[str] = frozenset()
    never_automation_opt_out: bool = True

    def wanted(self, stage: str) -> Iterator[tuple[Platform, str]]:
        """Yield the lists that a stage makes, by platform and name."""
        for name, rule in sorted(self.lists.items()):
            for platform in sorted(rule.platforms):
                if platform in self.platforms and stage in self.platforms[platform].stages:
                    yield platform, name

    def is_off(self, platform: Platform, country: str) -> bool:
        """Whether people of this country stay out of a platform's files; who is from nowhere known does, if any do."""
        off = self.countries_off | self.platforms[platform].countries_off
        return bool(off) and (not country or country.upper() in off)

    @property
    def looks_back(self) -> timedelta:
        """How long ago something may have happened that still counts."""
        windows = (window for rule in self.lists.values() for window in rule.reasons.values() if window is not None)
        return max(windows, default=timedelta(0))


def left_out(customer: Customer, rules: AudienceRules) -> LeftOut | None:
    """Return why a customer is in no file of any platform; None for most."""
    profile = customer.profile
    if profile.regulatory_flag:
        return LeftOut.REGULATORY_FLAG
    if profile.automation_opt_out and rules.never_automation_opt_out:
        return LeftOut.AUTOMATION_OPT_OUT
    if profile.segment in rules.never_segments:
        return LeftOut.SEGMENT
    return None


def facts_of(customer: Customer, scorer: FrictionScorer, now: datetime) -> dict[Why, datetime]:
    """Return every reason there is, with the time it is as old as."""
    running = (j.since for j in customer.journeys.values() if j.status is JourneyStatus.RUNNING and j.expires_at > now)
    found = {
        Why.IN_JOURNEY: max(running, default=None),
        Why.FRUSTRATED: max(_hard_times(customer, scorer), default=None),
        Why.CONVERTED: customer.latest(SignalKind.ORDERED, ()),
        Why.OPTED_OUT: max((word.at for word in customer.consent.own_refusals), default=None),
        Why.OPEN_CASE: max((c.opened_at for c in customer.cases.values() if c.resolved_at is None), default=None),
    }
    return {why: at for why, at in found.items() if at is not None}


def _hard_times(customer: Customer, scorer: FrictionScorer) -> Iterator[datetime]:
    """Yield when friction was high: in what became a journey, and in the last visit of each session."""
    for journey in customer.journeys.values():
        if journey.friction_level == Level.HIGH:
            yield journey.since
    for session in customer.sessions.values():
        state = state_of(session, ())
        if state.last_seen is not None and friction_of(customer, session, state, scorer).level is Level.HIGH:
            yield state.last_seen
