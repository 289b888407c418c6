"""A playbook: how a moment is answered. Parsed from YAML by `attune.adapters.playbook_files`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import time, timedelta
from functools import cached_property
from typing import Literal

from attune.domain.contacts import Cap
from attune.domain.errors import PlaybookError
from attune.domain.fatigue import FatigueRules
from attune.domain.friction_levels import MISMATCH, Level
from attune.domain.quiet_hours import DEFAULT_HOURS, ContactHours
from attune.domain.signals import KINDS_BY_EVENT, SignalKind
from attune.domain.struggle import EVIDENCE
from attune.domain.undertakings import Correlation, Counted, Trigger

STRICT = {"extra": "forbid"}
NAME = re.compile("[a-z][a-z0-9_]{0,46}")
"""Executions are called <playbook>-<32 characters>, 80 characters at most; emails carry the name as a tag."""

VERSION = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")

JOURNEYS_REMEMBERED = timedelta(days=90)
"""How long a journey is remembered after its end; what counts journeys reaches no farther back."""

LONGEST_OUTCOME_WINDOW = timedelta(days=28)

type ChannelName = Literal["email", "sms", "onsite"]


def _require(*, must: str, holds: bool) -> None:
    """Raise ValueError with what a part of a playbook must be; whoever reads the file knows which part it was."""
    if not holds:
        raise ValueError(must)


def version_order(version: str) -> tuple[int, ...]:
    """Return by what versions are sorted: number by number; what is no version comes first."""
    found = VERSION.fullmatch(version)
    return tuple(map(int, found.groups())) if found else ()


@dataclass(frozen=True, kw_only=True)
class TriggerRule:
    """Event names that open, close and exclude an undertaking, and the silence that makes it a moment.

    `correlation` says by what undertakings are told apart and `counted_from` from when on it has to be quiet. Where the
    playbooks named in `yields_to` could answer as well, they do. `needs` are surroundings without which there is no
    moment (names of a session's context), `evidence` the terms of friction one of which must be there.
    """

    __pydantic_config__ = STRICT

    opened_by: tuple[str, ...]
    closed_by: tuple[str, ...]
    excluded_by: tuple[str, ...] = ()
    quiet_period: timedelta
    correlation: Correlation = Correlation.CART
    counted_from: Counted = Counted.LAST_SIGN
    yields_to: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse triggers that nothing opens or that do not wait."""
        _require(must="opened_by needs at least one event", holds=bool(self.opened_by))
        _require(must="quiet_period must be above 0", holds=self.quiet_period > timedelta(0))
        unknown = sorted(set(self.evidence) - {*EVIDENCE, MISMATCH})
        _require(must=f"evidence must name terms of friction, not {', '.join(unknown)}", holds=not unknown)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What must hold for a touch to be made after an earlier one was not answered."""

    __pydantic_config__ = STRICT

    friction_at_least: Level = Level.CALM
    price_sensitive: bool = False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a last resort offers: a code, what it takes off (in words), and how long it stays valid after sending."""

    __pydantic_config__ = STRICT

    code: str
    discount: str
    valid_for: timedelta

    def __post_init__(self) -> None:
        """Refuse offers that are over when they arrive."""
        _require(must="valid_for must be above 0", holds=self.valid_for > timedelta(0))


@dataclass(frozen=True, kw_only=True)
class Touch:
    """One contact attempt: approved texts, channels in order, delays to choose among, patience afterwards."""

    __pydantic_config__ = STRICT

    messages: tuple[str, ...]
    channels: tuple[ChannelName, ...]
    on_phone: tuple[ChannelName, ...] = ()
    delays: tuple[timedelta, ...]
    patience: timedelta
    when: Condition = field(default_factory=Condition)
    offer: Offer | None = None
    approval: Literal["required"] | None = None
    approval_within: timedelta = timedelta(hours=8)

    def __post_init__(self) -> None:
        """Refuse touches that say nothing, go nowhere or begin before they are due."""
        for name in ("messages", "channels", "delays"):
            _require(must=f"{name} needs at least one entry", holds=bool(getattr(self, name)))
        _require(
            must="on_phone must name the same channels as channels, in another order",
            holds=not self.on_phone or sorted(self.on_phone) == sorted(self.channels),
        )
        _require(must="delays must be 0 or more", holds=min(self.delays) >= timedelta(0))
        _require(must="patience must be above 0", holds=self.patience > timedelta(0))
        _require(must="approval_within must be above 0", holds=self.approval_within > timedelta(0))

    @property
    def needs_go_ahead(self) -> bool:
        """Whether a person has to say yes before it is made."""
        return self.approval == "required"

    def channels_for(self, device: str) -> tuple[ChannelName, ...]:
        """Return the channels in the order in which they suit a device."""
        return self.on_phone if device == "phone" and self.on_phone else self.channels


@dataclass(frozen=True, kw_only=True)
class LocalHours:
    """Contact hours of a channel; they narrow the legal defaults and never widen them."""

    __pydantic_config__ = STRICT

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Refuse times that are not the customer's own."""
        local = self.opens.tzinfo is None and self.closes.tzinfo is None
        _require(must="opens and closes are local times, without an offset", holds=local)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many contacts a customer may get, over all playbooks, on each channel, and by this playbook."""

    __pydantic_config__ = STRICT

    per_day: int = 1
    per_week: int = 3
    sms_per_day: int = 1
    sms_per_week: int = 3
    email_per_day: int = 1
    email_per_week: int = 3
    onsite_per_day: int = 1
    onsite_per_week: int = 3
    playbook_per_day: int = 1
    playbook_per_week: int = 3

    def __post_init__(self) -> None:
        """Refuse limits below one: who wants no contacts switches the playbook off or leaves the channel out."""
        for limit in fields(self):
            _require(must=f"{limit.name} must be 1 or more", holds=getattr(self, limit.name) >= 1)


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """When a person takes over, and how long they have. For distress there is no switch: a person always takes over."""

    __pydantic_config__ = STRICT

    reply_asks_for_help: bool = True
    wants_a_person: bool = True
    sentiment_dip: bool = True
    reply: bool = True
    no_approved_text: bool = True
    repeated_high_friction: bool = True
    vip: bool = False
    regulatory_flag: bool = False
    agent_of_record: bool = False
    always: bool = False
    answer_within: timedelta = timedelta(hours=8)
    urgent_within: timedelta = timedelta(hours=1)
    suggested_replies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Whom a playbook is for: segments (none named: everybody), how far it is rolled out, and who is held out."""

    __pydantic_config__ = STRICT

    segments: tuple[str, ...] = ()
    except_segments: tuple[str, ...] = ()
    rollout_percent: float = 100.0
    holdout_percent: float = 0.0

    def __post_init__(self) -> None:
        """Refuse shares that are none, and segments that are both in and out."""
        for name in ("rollout_percent", "holdout_percent"):
            _require(must=f"{name} must be from 0 to 100", holds=0 <= getattr(self, name) <= 100)  # noqa: PLR2004 - percent
        both = {name.casefold() for name in self.segments} & {name.casefold() for name in self.except_segments}
        _require(must="a segment is either in segments or in except_segments", holds=not both)

    def includes(self, segment: str) -> bool:
        """Whether somebody of a segment is meant; capitals do not matter, and who has no segment is in none."""
        known = segment.casefold()
        if any(known == name.casefold() for name in self.except_segments):
            return False
        return not self.segments or any(known == name.casefold() for name in self.segments)


@dataclass(frozen=True, kw_only=True)
class ReEntry:
    """Whether the same customer may begin another journey of this playbook: not at all, after how long, how often.

    `after` and `within` are counted back from the new moment to the beginnings of earlier journeys; `at_most` of them
    (0: no limit) may lie `within`. The same undertaking never begins two journeys.
    """

    __pydantic_config__ = STRICT

    allowed: bool = True
    after: timedelta = timedelta(0)
    at_most: int = 0
    within: timedelta = timedelta(days=30)

    def __post_init__(self) -> None:
        """Refuse rules that nothing could be counted by."""
        _require(must="after must be 0 or more", holds=self.after >= timedelta(0))
        _require(must="at_most must be 0 (no limit) or more", holds=self.at_most >= 0)
        _require(must="within must be above 0", holds=self.within > timedelta(0))


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
        _require(
            must="id must be lower-case letters, digits and _, at most 47, and begin with a letter",
            holds=NAME.fullmatch(self.id) is not None,
        )
        _require(
            must='version must be three numbers in quotes or with two dots, e.g. "1.0.0"',
            holds=VERSION.fullmatch(self.version) is not None,
        )
        _require(must="touches needs at least one entry", holds=bool(self.touches))
        _require(
            must="re_entry counts at most expires_after and 90 days back: journeys are remembered no longer",
            holds=max(self.re_entry.after, self.re_entry.within) <= self.expires_after + JOURNEYS_REMEMBERED,
        )
        _require(
            must="service: true is for facts about what people have under way, so no touch may carry an offer",
            holds=not (self.service and any(touch.offer for touch in self.touches)),
        )
        _require(must="expires_after must be above 0", holds=self.expires_after > timedelta(0))
        _require(
            must="outcome_window must be above 0 and at most 28 days: the contact ledger forgets after 35",
            holds=timedelta(0) < self.outcome_window <= LONGEST_OUTCOME_WINDOW,
        )
        for channel, own in self.hours.items():
            around_the_clock = channel == "onsite"
            _require(
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
