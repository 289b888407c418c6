"""The contact ledger: every message a customer was or may have been sent, and how many more are allowed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

KEPT_FOR = timedelta(days=35)


class ContactState(StrEnum):
    """How far a contact got. Everything but FAILED counts against the caps."""

    RESERVED = "reserved"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One attempt to reach a customer: this journey's touch, on a channel, at a time."""

    contact_id: str
    playbook: str
    journey_id: str
    touch: int
    channel: str
    message: str
    at: datetime
    state: ContactState
    provider_id: str = ""
    failed_channels: tuple[str, ...] = ()
    """Channels that failed for good for this contact; it is not tried there again."""

    @property
    def counts(self) -> bool:
        """Whether the customer has, or may have, been contacted."""
        return self.state is not ContactState.FAILED


@dataclass(frozen=True)
class Cap:
    """At most `limit` contacts in any `window`, among those of one channel or playbook where named."""

    name: str
    limit: int
    window: timedelta
    channel: str = ""
    playbook: str = ""

    @property
    def in_words(self) -> str:
        """The cap as part of a sentence."""
        kind = f"{self.channel} " if self.channel else ""
        among = " from this playbook" if self.playbook else ""
        span = "24 hours" if self.window == timedelta(hours=24) else f"{self.window / timedelta(days=1):g} days"
        return f"at most {self.limit} {kind}message{'s' if self.limit > 1 else ''}{among} in {span}"

    def covers(self, contact: Contact) -> bool:
        """Whether a contact counts against this cap; an answer to what somebody wrote counts against none."""
        return (
            contact.counts
            and contact.touch > 0
            and self.channel in ("", contact.channel)
            and self.playbook in ("", contact.playbook)
        )


@dataclass(frozen=True)
class CapReached:
    """Which cap is full, and when the next contact would fit."""

    cap: Cap
    next_possible: datetime


@dataclass(frozen=True)
class Ledger:
    """A customer's contacts of the last weeks, oldest first; `version` counts its writes."""

    contacts: tuple[Contact, ...] = field(default=())
    version: int = 0

    def find(self, contact_id: str) -> Contact | None:
        """Return the contact with this id, if it was ever attempted."""
        return next((contact for contact in self.contacts if contact.contact_id == contact_id), None)

    def reserve(self, contact: Contact) -> "Ledger":
        """Add a reservation (or replace this contact's failed attempt) and forget contacts older than 35 days.

        The channels that failed before are carried over.
        """
        before = self.find(contact.contact_id)
        failed = before.failed_channels if before else ()
        kept = tuple(
            known
            for known in self.contacts
            if known.at > contact.at - KEPT_FOR and known.contact_id != contact.contact_id
        )
        added = replace(contact, failed_channels=tuple(dict.fromkeys((*failed, *contact.failed_channels))))
        return replace(self, contacts=(*kept, added))

    def fail(self, contact: Contact) -> "Ledger":
        """Write down that a contact cannot be made on its channel, whether or not it was reserved."""
        failed = replace(
            contact, state=ContactState.FAILED, failed_channels=(*contact.failed_channels, contact.channel)
        )
        return self.reserve(failed)

    def settle(self, contact_id: str, state: ContactState, provider_id: str = "") -> "Ledger":
        """Write down how a reserved contact ended.

        Only what is reserved becomes uncertain, and what failed stays failed: its place may be somebody else's by now.
        """
        before = self.find(contact_id)
        if before is None or before.state is ContactState.FAILED:
            return self
        if state is ContactState.UNCERTAIN and before.state is not ContactState.RESERVED:
            return self
        ended = replace(before, state=state, provider_id=provider_id or before.provider_id)
        return replace(
            self, contacts=tuple(ended if known.contact_id == contact_id else known for known in self.contacts)
        )

    def resolve(self, contact_id: str, *, sent: bool, provider_id: str) -> "Ledger":
        """Take over what the provider says of a contact that nobody could tell of, or that it gave back later."""
        known = self.find(contact_id)
        if known is None or known.state is ContactState.FAILED:
            return self
        if not sent:
            return self.fail(known)
        return self if known.state is ContactState.SENT else self.settle(contact_id, ContactState.SENT, provider_id)

    def failed_channels(self, contact_id: str) -> frozenset[str]:
        """Return the channels on which a contact failed for good."""
        known = self.find(contact_id)
        return frozenset(known.failed_channels) if known else frozenset()

    def release(self, contact_id: str) -> "Ledger":
        """Take a reservation back whose message certainly was not sent."""
        return replace(self, contacts=tuple(known for known in self.contacts if known.contact_id != contact_id))

    def full_cap(self, caps: Iterable[Cap], now: datetime, *, channel: str, playbook: str) -> CapReached | None:
        """Return the cap that forbids a contact now and frees up last, or None if every cap has room."""
        reached = [
            CapReached(cap, counted[-cap.limit] + cap.window)
            for cap in caps
            if cap.channel in ("", channel)
            and cap.playbook in ("", playbook)
            and len(counted := sorted(c.at for c in self.contacts if cap.covers(c) and c.at > now - cap.window))
            >= cap.limit
        ]
        return max(reached, key=lambda full: full.next_possible, default=None)
