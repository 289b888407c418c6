"""Who, when and by which message: what everything read from one event has in common, and facts made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from attune.adapters.senders.people import Person
from attune.adapters.senders.values import MAX_ID, bounded
from attune.domain.errors import RejectedEventError
from attune.domain.signals import ConsentChange, Fact, ProfileChange, Reply, Signal, SignalKind

DEFAULT_SESSION = "main"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One event's person, message, time and visit; what is read of it is made here, so that all of it agrees."""

    person: Person
    message_id: str
    time: datetime
    session_id: str = DEFAULT_SESSION
    context: Mapping[str, str] = field(default_factory=dict)
    vouched: bool = True
    """Whether a server says so; False where the customer's own browser or app does, which can be made to say anything."""

    @property
    def handle(self) -> str:
        """Whom the facts are about."""
        return self.person.handle

    def signal(
        self,
        kind: SignalKind,
        name: str,
        *,
        reference: str = "",
        order: str = "",
        time: datetime | None = None,
        details: Mapping[str, str] | None = None,
    ) -> Signal:
        """Return that something happened."""
        return Signal(
            message_id=self.message_id,
            customer_id=self.handle,
            session_id=self.session_id,
            time=time or self.time,
            kind=kind,
            name=bounded(name),
            reference=bounded(reference),
            order=bounded(order),
            context=self.context,
            details=details or {},
            vouched=self.vouched,
        )

    def note(self, name: str) -> Signal:
        """Return that something happened without the customer being here; nothing of its surroundings is kept."""
        return Signal(
            message_id=self.message_id,
            customer_id=self.handle,
            session_id=self.session_id,
            time=self.time,
            kind=SignalKind.NOTED,
            name=bounded(name),
        )

    def profile(self, traits: Mapping[str, str | bool]) -> ProfileChange:
        """Return what the event tells about the person."""
        return ProfileChange(message_id=self.message_id, customer_id=self.handle, time=self.time, traits=traits)

    def consent(
        self, *channels: str, granted: bool, source: str, time: datetime | None = None, about: str = ""
    ) -> ConsentChange:
        """Return a change of consent; `about` tells several changes of one message apart."""
        return ConsentChange(
            message_id=f"{self.message_id}#{about}" if about else self.message_id,
            customer_id=self.handle,
            time=time or self.time,
            channels=channels,
            granted=granted,
            source=bounded(source),
        )

    def reply(self, text: str, channel: str) -> Reply:
        """Return what the person wrote."""
        return Reply(
            message_id=self.message_id,
            customer_id=self.handle,
            session_id=self.session_id,
            time=self.time,
            text=text,
            channel=channel,
        )

    def with_claim(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Return the facts with what the event says about identity."""
        return (*facts, *self.person.claim(self.message_id, self.time))


def message_id_of(*parts: str) -> str:
    """Join what makes a message one of its kind; raise RejectedEventError where nothing does or it is too long."""
    joined = ":".join(part for part in parts if part)
    return checked_id("messageId", joined)


def checked_id(name: str, value: str) -> str:
    """Return an id of the sender's; raise RejectedEventError naming it where it is empty or over 256 bytes."""
    if not value.strip():
        raise RejectedEventError(
            "missing_id", f"`{name}` is missing or empty: every call needs userId or anonymousId, and a messageId"
        )
    size = len(value.encode())
    if size > MAX_ID:
        raise RejectedEventError("id_too_long", f"`{name}` has {size:,} bytes, at most {MAX_ID} are allowed")
    return value
