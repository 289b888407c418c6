"""A playbook: how a moment is answered. Parsed from YAML by `attune.adapters.playbook_files`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from attune.domain.contacts import Cap
from attune.domain.errors import PlaybookError
from attune.domain.fatigue import FatigueRules
from attune.domain.friction_levels import Level
from attune.domain.playbook_rules import (
    STRICT,
    Audience,
    ChannelName,
    Escalation,
    Limits,
    LocalHours,
    ReEntry,
    Touch,
    TriggerRule,
    require,
)
from attune.domain.quiet_hours import DEFAULT_HOURS, ContactHours
from attune.domain.signals import KINDS_BY_EVENT, SignalKind
from attune.domain.undertakings import Trigger

NAME = re.compile("[a-z][a-z0-9_]{0,46}")
"""Executions are called <playbook>-<32 characters>, 80 characters at most; emails carry the name as a tag."""

VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")

JOURNEYS_REMEMBERED = timedelta(days=90)
"""How long a journey is remembered after its end; what counts journeys reaches no farther back."""

LONGEST_OUTCOME_WINDOW = timedelta(days=28)


def version_order(version: str) -> tuple[int, ...]:
    """Return by what versions are sorted: number by number; what is no version comes first."""
    found = VERSION.fullmatch(version)
    return tuple(map(int, found.groups())) if found else ()


@dataclass(frozen=True, kw_only=True)
class Playbook:
    """How one moment is answered; every journey pins the version it started with.

    `moment`, `happened_before` and `friction_observed` are the journey map: what the situation is, what customers did
    before it, and what was seen to be hard for them. `goals` are the events after which nothing more is needed; where
    none is named, those that close the trigger.
    """

    __pydantic_config__ = STRICT

    id: str
    version: str
    purpose: str
    owner: str
    moment: str = ""
    happened_before: tuple[str, ...] = ()
    friction_observed: tuple[str, ...] = ()
    enabled: bool = True
    service: bool = False
    trigger: TriggerRule
    friction_floor: Level
    audience: Audience = field(default_factory=Audience)
    re_entry: ReEntry = field(default_factory=ReEntry)
    goals: tuple[str, ...] = ()
    fallback_time_zone: str
    fallback_locale: str
    touches: tuple[Touch, ...]
    limits: Limits = field(default_factory=Limits)
    fatigue: FatigueRules = field(default_factory=FatigueRules)
    hours: Mapping[ChannelName, LocalHours] = field(default_factory=dict)
    escalation: Escalation = field(default_factory=Escalation)
    expires_after: timedelta
    outcome_window: timedelta = timedelta(days=7)

    def __post_init__(self) -> None:
        """Refuse playbooks that could not run."""
        require(
            must="id must be lower-case letters, digits and _, at most 47, and begin with a letter",
            holds=NAME.fullmatch(self.id) is not None,
        )
        require(
            must='version must be three numbers in quotes or with two dots, e.g. "1.0.0"',
            holds=VERSION.fullmatch(self.version) is not None,
        )
        require(must="touches needs at least one entry", holds=bool(self.touches))
        require(
            must="re_entry counts at most expires_after and 90 days back: journeys are remembered no longer",
            holds=max(self.re_entry.after, self.re_entry.within) <= self.expires_after + JOURNEYS_REMEMBERED,
        )
        require(
            must="service: true is for facts about what people have under way, so no touch may carry an offer",
            holds=not (self.service and any(touch.offer for touch in self.touches)),
        )
        require(must="expires_after must be above 0", holds=self.expires_after > timedelta(0))
        require(
            must="outcome_window must be above 0 and at most 28 days: the contact ledger forgets after 35",
            holds=timedelta(0) < self.outcome_window <= LONGEST_OUTCOME_WINDOW,
        )
        for channel, own in self.hours.items():
            around_the_clock = channel == "onsite"
            require(
                must=f"hours.{channel}: opens must come before closes", holds=around_the_clock or own.opens < own.closes
            )

    def watched(self) -> Trigger:
        """Return the trigger in the vocabulary of signals; raise PlaybookError for an unknown event name."""
        return self._watched

    @cached_property
    def _watched(self) -> Trigger:
        return Trigger(
            playbook=self.id,
            opened_by=self._kinds("trigger.opened_by", self.trigger.opened_by),
            closed_by=self._kinds("trigger.closed_by", self.trigger.closed_by),
            excluded_by=self._kinds("trigger.excluded_by", self.trigger.excluded_by),
            quiet_period=self.trigger.quiet_period,
            correlation=self.trigger.correlation,
            counted_from=self.trigger.counted_from,
            yields_to=frozenset(self.trigger.yields_to),
            needs=frozenset(self.trigger.needs),
        )

    @property
    def holdout_percent(self) -> float:
        """How many of 100 customers get no message, so that its effect can be measured."""
        return self.audience.holdout_percent

    def goal_kinds(self) -> frozenset[SignalKind]:
        """Return the kinds of signals that count as the goal; raise PlaybookError for an unknown event name."""
        return self._goal_kinds

    @cached_property
    def _goal_kinds(self) -> frozenset[SignalKind]:
        return (
            self._kinds("goals", self.goals) if self.goals else self._kinds("trigger.closed_by", self.trigger.closed_by)
        )

    def contact_hours(self, channel: str) -> ContactHours:
        """Return when this playbook may contact people on a channel, in their local time."""
        own = self.hours.get(channel)  # type: ignore[call-overload]
        legal = DEFAULT_HOURS[channel]
        return legal.narrowed(own.opens, own.closes) if own else legal

    def caps(self) -> tuple[Cap, ...]:
        """Return the caps that every contact of this playbook must fit under."""
        day, week, limits = timedelta(hours=24), timedelta(days=7), self.limits
        return (
            Cap("one_day", limits.per_day, day),
            Cap("seven_days", limits.per_week, week),
            Cap("sms_one_day", limits.sms_per_day, day, channel="sms"),
            Cap("sms_seven_days", limits.sms_per_week, week, channel="sms"),
            Cap("email_one_day", limits.email_per_day, day, channel="email"),
            Cap("email_seven_days", limits.email_per_week, week, channel="email"),
            Cap("onsite_one_day", limits.onsite_per_day, day, channel="onsite"),
            Cap("onsite_seven_days", limits.onsite_per_week, week, channel="onsite"),
            Cap("playbook_one_day", limits.playbook_per_day, day, playbook=self.id),
            Cap("playbook_seven_days", limits.playbook_per_week, week, playbook=self.id),
        )

    def _kinds(self, place: str, names: tuple[str, ...]) -> frozenset[SignalKind]:
        unknown = [name for name in names if name not in KINDS_BY_EVENT]
        if unknown:
            message = (
                f"{place}: {', '.join(unknown)} is not an event Attune knows; "
                f"known names: {', '.join(sorted(KINDS_BY_EVENT))}"
            )
            raise PlaybookError(message)
        return frozenset(KINDS_BY_EVENT[name] for name in names)
