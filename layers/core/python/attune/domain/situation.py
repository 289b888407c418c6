"""How things stand for one journey right now, read afresh after every wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from attune.domain.contact_calendar import ContactCalendar
from attune.domain.customers import Customer
from attune.domain.decisions import Reason
from attune.domain.friction import FrictionScore, FrictionScorer, is_price_sensitive
from attune.domain.goals import goal_reached, is_closed
from attune.domain.journeys import Journey, JourneyStatus
from attune.domain.live_visits import has_been_here, visit_of
from attune.domain.playbooks import Playbook
from attune.domain.quiet_hours import Hours, customer_zone
from attune.domain.sentiment import is_distressed
from attune.domain.sessions import Session, SessionState, state_of
from attune.domain.signals import SignalKind

HESITANCE = frozenset({"long_dwell", "back_and_forth", "pricing_returns", "help_visits"})
"""Evidence of struggle that shows hesitance rather than something broken."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A customer as one playbook sees them: friction, hints, zone, and what happened since it went quiet."""

    customer: Customer
    playbook: Playbook
    now: datetime
    since: datetime
    expires_at: datetime
    friction: FrictionScore
    price_sensitive: bool
    zone: ZoneInfo | None
    locale: str
    device: str
    arrived_by: str
    key: str = ""
    """What the journey is about: a cart, an order."""
    calendar: ContactCalendar = field(default_factory=ContactCalendar, compare=False)

    def contact_hours(self, channel: str, *, promotional: bool = True) -> Hours:
        """Return when this customer may be contacted on a channel: everything that narrows it, laid together."""
        return self.calendar.hours(self.customer, self.playbook, channel, promotional=promotional)

    def happened_since(self, kind: SignalKind) -> bool:
        """Whether a kind of signal came after the undertaking's last activity."""
        latest = self.customer.latest(kind, ())
        return latest is not None and latest > self._quiet_since

    @property
    def hesitant(self) -> bool:
        """Whether the visit shows that somebody has not made up their mind: about the price, or going to and fro."""
        return self.price_sensitive or any(term.term in HESITANCE for term in self.friction.terms)

    @property
    def goal_reached(self) -> bool:
        """Whether one of the playbook's goals came, an order say."""
        return goal_reached(self.customer, self.playbook, self.key, self._quiet_since)

    @property
    def _quiet_since(self) -> datetime:
        return self.playbook.watched().quiet_since(self.since)

    @property
    def why_over(self) -> Reason | None:
        """Why nothing more should be sent in this journey, if so; asked after every wait."""
        checks: tuple[tuple[bool, str, str], ...] = (
            (self.goal_reached, "goal_reached", "The customer got there; no message is needed."),
            (
                is_closed(self.customer, self.playbook, self.key, self._quiet_since),
                "undertaking_closed",
                "What the journey was about came to an end some other way.",
            ),
            (
                is_distressed(self.customer.profile.distress, self.now),
                "distress",
                "The customer wrote in distress: a person answers, not a message.",
            ),
            (self.happened_since(SignalKind.REPLIED), "answered", "The customer answered."),
            (self.customer.has_open_case, "case_open", "A person is looking after this customer."),
            (
                self.customer.profile.automation_opt_out and not self.playbook.service,
                "automation_opt_out",
                "The customer wants no automated decisions.",
            ),
            (self._opted_out, "opted_out", "The customer opted out of the channels this playbook may use."),
            (
                self.happened_since(SignalKind.FOUND_UNHELPFUL),
                "not_helpful",
                "The customer said the message did not help.",
            ),
            (
                first_in_line(self.customer, self.playbook, self.now, since=self.since) is not None,
                "outranked",
                "A journey about something weightier began: one thing at a time.",
            ),
            (self.happened_since(SignalKind.ASKED_FOR_HELP), "asked_for_help", "The customer asked a person for help."),
            (self.now >= self.expires_at, "journey_expired", "The journey outlived its playbook's limit."),
        )
        return next((Reason(code, text) for applies, code, text in checks if applies), None)

    @property
    def _opted_out(self) -> bool:
        reachable = {channel for touch in self.playbook.touches for channel in touch.channels}
        return any(self.customer.consent.refused(c) for c in reachable) and not any(
            self.customer.consent.allows(c) for c in reachable if c != "onsite"
        )


def assess(
    customer: Customer,
    playbook: Playbook,
    scorer: FrictionScorer,
    *,
    now: datetime,
    since: datetime,
    expires_at: datetime,
) -> Situation:
    """Read how things stand; a customer without any session counts as calm."""
    current = customer.current_session(())
    state = current[1] if current else SessionState()
    context = current[0].context if current else {}
    profile = customer.profile
    return Situation(
        customer=customer,
        playbook=playbook,
        now=now,
        since=since,
        expires_at=expires_at,
        friction=friction_of(customer, current[0] if current else None, state, scorer),
        price_sensitive=is_price_sensitive(state),
        zone=zone_of(customer, context),
        locale=profile.locale or context.get("locale", "") or playbook.fallback_locale,
        device=context.get("device", ""),
        arrived_by=arrived_by(context),
    )


def friction_of(
    customer: Customer, session: Session | None, state: SessionState, scorer: FrictionScorer
) -> FrictionScore:
    """Score the current visit of a session; somebody without one is calm."""
    if session is None:
        return scorer.score(state)
    returning = has_been_here(customer, session, state)
    visit = visit_of(state, zone=zone_of(customer, session.context), returning=returning)
    if not session.context.get("campaign_keyword"):
        return scorer.score(state, visit)
    from attune.domain.mismatch.scoring import mismatch_of  # noqa: PLC0415 - few visits begin with an ad

    return scorer.score(state, visit, mismatch_of(session.context))


def zone_of(customer: Customer, context: Mapping[str, str]) -> ZoneInfo | None:
    """Return the time zone of a customer, from what they told, where they were seen, or their country's only one."""
    return customer_zone(customer.profile.time_zone, context.get("time_zone", ""), customer.profile.country)


def arrived_by(context: Mapping[str, str]) -> str:
    """Return the channel of the last click that brought the customer: campaign source and medium."""
    return " / ".join(context[name] for name in ("campaign_source", "campaign_medium") if name in context)


def journey_situation(
    customer: Customer, playbook: Playbook, scorer: FrictionScorer, journey: Journey, now: datetime
) -> Situation:
    """Read how things stand for a journey."""
    seen = assess(customer, playbook, scorer, now=now, since=journey.since, expires_at=journey.expires_at)
    return replace(seen, key=journey.key)


def why_journey_is_over(journey: Journey, playbook: Playbook) -> Reason | None:
    """Return why a journey itself is no longer current: it has ended, or began with a version that is gone.

    A journey goes on under later versions of its playbook; a new major version says that old journeys do not fit it.
    """
    if journey.status is not JourneyStatus.RUNNING:
        return Reason("journey_over", f"The journey ended before: {journey.ended_because or 'unknown'}.")
    if journey.playbook_version.partition(".")[0] != playbook.version.partition(".")[0]:
        return Reason("playbook_changed", "The playbook's major version changed since the journey began.")
    return None


def first_in_line(
    customer: Customer, playbook: Playbook, now: datetime, *, since: datetime | None = None
) -> Journey | None:
    """Return a running journey that a playbook gives way to, if any; of those that began at `since` or later, if given."""
    own = playbook.watched()
    running = (
        journey
        for journey in customer.journeys.values()
        if journey.status is JourneyStatus.RUNNING and now < journey.expires_at and own.outranked_by(journey.playbook)
    )
    return next((journey for journey in running if since is None or journey.since >= since), None)


def running_journey(customer: Customer) -> Journey | None:
    """Return the customer's latest running journey, if any."""
    running = [journey for journey in customer.journeys.values() if journey.status is JourneyStatus.RUNNING]
    return max(running, key=lambda journey: (journey.since, journey.journey_id), default=None)


def state_at(customer: Customer, session_id: str, until: datetime) -> SessionState:
    """Return a session as it was at an instant (as far as its memory reaches)."""
    session = next(iter(customer.sessions_called(session_id)), None)
    if session is None:
        return SessionState()
    reaches = session.folded_until is None or session.folded_until <= until
    return state_of(session, (), until=until if reaches else None)
