"""What a playbook is made of: what it watches for, its touches, limits and hours, and when a person takes over."""

from dataclasses import dataclass, field, fields
from datetime import time, timedelta
from typing import Literal

from attune.domain.friction_levels import MISMATCH, Level
from attune.domain.struggle import EVIDENCE
from attune.domain.undertakings import Correlation, Counted

STRICT = {"extra": "forbid"}

type ChannelName = Literal["email", "sms", "onsite"]


def require(*, must: str, holds: bool) -> None:
    """Raise ValueError with what a part of a playbook must be; whoever reads the file knows which part it was."""
    if not holds:
        raise ValueError(must)


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
        require(must="opened_by needs at least one event", holds=bool(self.opened_by))
        require(must="quiet_period must be above 0", holds=self.quiet_period > timedelta(0))
        unknown = sorted(set(self.evidence) - {*EVIDENCE, MISMATCH})
        require(must=f"evidence must name terms of friction, not {', '.join(unknown)}", holds=not unknown)


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
        require(must="valid_for must be above 0", holds=self.valid_for > timedelta(0))


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
            require(must=f"{name} needs at least one entry", holds=bool(getattr(self, name)))
        require(
            must="on_phone must name the same channels as channels, in another order",
            holds=not self.on_phone or sorted(self.on_phone) == sorted(self.channels),
        )
        require(must="delays must be 0 or more", holds=min(self.delays) >= timedelta(0))
        require(must="patience must be above 0", holds=self.patience > timedelta(0))
        require(must="approval_within must be above 0", holds=self.approval_within > timedelta(0))

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
        require(must="opens and closes are local times, without an offset", holds=local)


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
            require(must=f"{limit.name} must be 1 or more", holds=getattr(self, limit.name) >= 1)


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
            require(must=f"{name} must be from 0 to 100", holds=0 <= getattr(self, name) <= 100)  # noqa: PLR2004 - percent
        both = {name.casefold() for name in self.segments} & {name.casefold() for name in self.except_segments}
        require(must="a segment is either in segments or in except_segments", holds=not both)

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
        require(must="after must be 0 or more", holds=self.after >= timedelta(0))
        require(must="at_most must be 0 (no limit) or more", holds=self.at_most >= 0)
        require(must="within must be above 0", holds=self.within > timedelta(0))
