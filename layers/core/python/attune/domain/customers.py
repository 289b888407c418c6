"""What is known of a customer and what they allow; later knowledge wins, refusals win ties."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from attune.domain.contacts import ContactState, Ledger
from attune.domain.drafts import Draft
from attune.domain.go_aheads import GoAhead
from attune.domain.journeys import Journey
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.sentiment import Heard, HeardDistress, later
from attune.domain.sessions import Session, SessionState, Trigger, state_of
from attune.domain.signals import ConsentChange, ProfileChange, SignalKind


class Channel(StrEnum):
    """A way to reach a customer."""

    EMAIL = "email"
    SMS = "sms"
    ONSITE = "onsite"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What applications told us about a person; `subject_secret` (hex) makes their rows in the log theirs.

    `identifiers` are the marks (type and keyed hash) by which they are recognised, and since when; `merged_into` is
    set once this customer turned out to be another one, `kept_apart` names those a person separated from them.
    `agent_of_record` is the colleague who looks after them, by the name they claim cases with.
    `cadence` is how often they want to hear from us, `quiet_from` to `quiet_until` their own quiet hours (`22:00`).
    `muted_topics` are what they want to hear nothing of (ids of playbooks and `personal_moments`, joined by commas);
    `not_helpful_at` is when they last said that a message was no help, heeded as `attune.domain.cadence` says.
    `sentiment` and `distress` are how they sounded last, never their words; heeded for `attune.domain.sentiment.LASTS`.
    """

    customer_id: str
    subject_secret: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = ""
    time_zone: str = ""
    country: str = ""
    region: str = ""
    segment: str = ""
    lifecycle: str = ""
    preferred_channel: str = ""
    agent_of_record: str = ""
    customer_since: str = ""
    cadence: str = ""
    quiet_from: str = ""
    quiet_until: str = ""
    muted_topics: str = ""
    vip: bool = False
    regulatory_flag: bool = False
    automation_opt_out: bool = False
    changed_at: Mapping[str, datetime] = field(default_factory=dict)
    user_id: str = ""
    names: tuple[str, ...] = ()
    birthdays: tuple[str, ...] = ()
    identifiers: Mapping[str, datetime] = field(default_factory=dict)
    merged_into: str = ""
    kept_apart: tuple[str, ...] = ()
    sentiment: Heard | None = None
    distress: HeardDistress | None = None
    not_helpful_at: datetime | None = None
    version: int = 0

    def told(self, change: ProfileChange) -> "Profile":
        """Take over traits that are newer than what is known, trait by trait; order of arrival does not matter."""
        news = {
            name: value
            for name, value in change.traits.items()
            if name in PROFILE_TRAITS
            and (
                (known := self.changed_at.get(name)) is None
                or (change.time, str(value)) > (known, str(getattr(self, name)))
            )
        }
        if not news:
            return self
        return replace(self, **news, changed_at={**self.changed_at, **dict.fromkeys(news, change.time)})  # type: ignore[arg-type]

    def heard(self, sentiment: Heard | None, distress: HeardDistress | None) -> "Profile":
        """Remember how the customer sounded, if it is later than what is known; order of arrival does not matter."""
        latest, latest_distress = later(self.sentiment, sentiment), later(self.distress, distress)
        if (latest, latest_distress) == (self.sentiment, self.distress):
            return self
        return replace(self, sentiment=latest, distress=latest_distress)

    def unhelped(self, at: datetime) -> "Profile":
        """Remember when a message was found to be no help; the latest time counts."""
        if self.not_helpful_at is not None and at <= self.not_helpful_at:
            return self
        return replace(self, not_helpful_at=at)

    def wants(self, playbook_id: str) -> bool:
        """Whether the customer has not asked to hear nothing of this playbook (or of `personal_moments`)."""
        return playbook_id not in self.muted_topics.split(",")

    @property
    def subject_key(self) -> str:
        """The keyed hash under which decisions about this person are kept; meaningless without the profile."""
        return keyed_hash(self.subject_secret, self.customer_id)


PROFILE_TRAITS = frozenset(
    {
        "first_name",
        "email",
        "phone",
        "locale",
        "time_zone",
        "country",
        "region",
        "segment",
        "lifecycle",
        "preferred_channel",
        "agent_of_record",
        "customer_since",
        "cadence",
        "quiet_from",
        "quiet_until",
        "muted_topics",
        "vip",
        "regulatory_flag",
        "automation_opt_out",
    }
)


def keyed_hash(secret: str, text: str) -> str:
    """Return HMAC-SHA-256 of a text under a hex secret, as 32 hex characters."""
    return hmac.new(bytes.fromhex(secret), text.encode(), hashlib.sha256).hexdigest()[:32]


BESIDE = "~"
"""Between what a case is about and whose it was, where a merge brought it to somebody who has one about the same."""
GESTURE = "gesture#"
"""Before the note that a case about a kind word is about."""
SAME_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class ChannelConsent:
    """Whether a channel is allowed, since when and by what."""

    granted: bool
    at: datetime
    source: str

    @property
    def weight(self) -> tuple[datetime, bool, str]:
        """By which the later word is found; a refusal counts as a second later than it was said."""
        return self.at if self.granted else self.at + SAME_MOMENT, not self.granted, self.source


@dataclass(frozen=True)
class Consent:
    """What a customer allows, channel by channel; no entry means no."""

    channels: Mapping[str, ChannelConsent] = field(default_factory=dict)
    version: int = 0

    def changed(self, change: ConsentChange) -> "Consent":
        """Apply a change; the later word counts, within one second the refusal; order of arrival does not matter.

        Senders tell time to the second, so a STOP may bear an earlier stamp than the consent it takes back.
        """
        channels = dict(self.channels)
        for channel in change.channels:
            known = channels.get(channel)
            said = ChannelConsent(change.granted, change.time, change.source)
            if known is None or said.weight > known.weight:
                channels[channel] = said
        return self if channels == self.channels else replace(self, channels=channels)

    def allows(self, channel: str) -> bool:
        """Whether messages on this channel are allowed; a note on the shop's own site is, unless refused."""
        known = self.channels.get(channel)
        return known.granted if known else channel == Channel.ONSITE

    @property
    def own_refusals(self) -> tuple[ChannelConsent, ...]:
        """The customer's own refusals of email and SMS; an address that bounces is nobody's wish."""
        words = (self.channels.get(channel) for channel in ("email", "sms"))
        return tuple(word for word in words if word and not word.granted and word.source != "ses_bounce")

    def refused(self, channel: str) -> bool:
        """Whether the customer said no to this channel (rather than nothing)."""
        known = self.channels.get(channel)
        return known is not None and not known.granted


@dataclass(frozen=True, kw_only=True)
class Case:
    """That a person has been asked to help: one open case per customer and undertaking.

    `references` are the requests it was made from, so that none is taken twice; `queued` says that support has it.
    Whoever has claimed it holds it until `claimed_until`, unless they claim it again; `claimed_at` is the first claim.
    `answers` are the replies that people sent, by id, with how far each got. `assigned_to` is who is to answer, where the
    customer had an agent of record when it was opened: what is added later changes that no more. `draft` is a machine's, never sent by itself.
    """

    case_id: str
    about: str
    opened_at: datetime
    triggers: tuple[str, ...]
    references: tuple[str, ...] = ()
    queued: bool = False
    assigned_to: str = ""
    draft: Draft | None = None
    claimed_by: str = ""
    claimed_at: datetime | None = None
    claimed_until: datetime | None = None
    answers: Mapping[str, ContactState] = field(default_factory=dict)
    resolved_at: datetime | None = None
    version: int = 0

    @property
    def undertaking(self) -> str:
        """What it is about, also where a merge put it beside another case about the same."""
        return self.about.partition(BESIDE)[0]

    @property
    def is_gesture(self) -> bool:
        """Whether it is a kind word that was suggested, and not a trouble that a person sees to."""
        return self.about.startswith(GESTURE)


@dataclass(frozen=True, kw_only=True)
class Due:
    """That something has to be looked at once an instant has come: a moment days away, or a suggestion for a person."""

    name: str
    playbook: str
    key: str
    session_id: str = ""
    due_at: datetime
    version: int = 0


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Everything stored about one customer, read at once."""

    profile: Profile
    consent: Consent = field(default_factory=Consent)
    sessions: Mapping[str, Session] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    journeys: Mapping[str, Journey] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    notes: Mapping[str, OnsiteNote] = field(default_factory=dict)
    dues: Mapping[str, Due] = field(default_factory=dict)
    personal_notes: Mapping[str, PersonalNote] = field(default_factory=dict)
    go_aheads: Mapping[str, GoAhead] = field(default_factory=dict)
    """By the id of the contact that waits, or waited, for one."""

    def sessions_called(self, name: str) -> tuple[Session, ...]:
        """Return the sessions of this name: stored under it, or moved here from a customer where they had it."""
        return tuple(session for session in self.sessions.values() if name in (session.session_id, session.name))

    @property
    def current_context(self) -> Mapping[str, str]:
        """The surroundings of the session seen last; empty for somebody without one."""
        current = self.current_session(())
        return current[0].context if current else {}

    @property
    def customer_id(self) -> str:
        """The identifier applications use."""
        return self.profile.customer_id

    def latest(self, kind: SignalKind, triggers: Iterable[Trigger]) -> datetime | None:
        """Return when a kind of signal was last seen in any session."""
        triggers = tuple(triggers)
        return max(
            (at for session in self.sessions.values() if (at := state_of(session, triggers).last_at.get(kind))),
            default=None,
        )

    def current_session(self, triggers: Iterable[Trigger]) -> tuple[Session, SessionState] | None:
        """Return the session seen last, with its state."""
        triggers = tuple(triggers)
        states = [(session, state_of(session, triggers)) for session in self.sessions.values()]
        seen = [(session, state) for session, state in states if state.last_seen is not None]
        return max(seen, key=lambda pair: (pair[1].last_seen, pair[0].session_id), default=None)

    @property
    def has_open_case(self) -> bool:
        """Whether a person is looking after this customer right now."""
        return any(case.resolved_at is None and not case.is_gesture for case in self.cases.values())
