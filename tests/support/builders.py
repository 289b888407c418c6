"""Builders of domain values: valid by default, so that a test names only what it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from attune.domain.contacts import Contact, ContactState
from attune.domain.customers import ChannelConsent, Consent, Customer, Profile
from attune.domain.friction_levels import Level
from attune.domain.journeys import Journey
from attune.domain.playbook_rules import Condition, Limits, Offer, Touch, TriggerRule
from attune.domain.playbooks import Playbook
from attune.domain.sessions import Moment, Session, Trigger, record
from attune.domain.signals import Signal, SignalKind

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""A Tuesday, inside everyone's contact hours in Europe."""
QUIET = timedelta(minutes=10)
OPENERS = frozenset({SignalKind.PRODUCT_ADDED, SignalKind.CART_VIEWED, SignalKind.CHECKOUT_STARTED})
CART = Trigger("cart", OPENERS, frozenset({SignalKind.ORDERED}), frozenset({SignalKind.COUPON_USED}), QUIET)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def signal(
    kind: SignalKind,
    time: datetime = NOON,
    *,
    message_id: str = "",
    reference: str = "",
    context: Mapping[str, str] | None = None,
    session_id: str = "s",
    vouched: bool = True,
) -> Signal:
    return Signal(
        message_id=message_id or f"{kind.name}@{time.isoformat()}",
        customer_id="ada",
        session_id=session_id,
        time=time,
        kind=kind,
        name=kind.name,
        reference=reference,
        context=context or {},
        vouched=vouched,
    )


def story(*steps: tuple[SignalKind, float]) -> list[Signal]:
    """Return signals at minutes after noon."""
    return [signal(kind, NOON + minutes(at), message_id=f"m{n}") for n, (kind, at) in enumerate(steps)]


def session_of(signals: Iterable[Signal], *triggers: Trigger) -> Session:
    return record(Session("s"), signals, triggers or (CART,)).session


def playbook(**changes: Any) -> Playbook:
    touches = (
        Touch(messages=("offer_help",), channels=("sms", "email"), delays=(timedelta(days=1),), patience=hours(24)),
        Touch(
            messages=("ways",),
            channels=("email",),
            delays=(hours(12),),
            patience=hours(24),
            when=Condition(friction_at_least=Level.HIGH),
        ),
        Touch(
            messages=("last_offer",),
            channels=("email",),
            delays=(hours(12),),
            patience=hours(24),
            when=Condition(price_sensitive=True),
            offer=Offer(code="X", discount="10 %", valid_for=timedelta(days=7)),
        ),
    )
    plain = Playbook(
        id="cart",
        version="1.0.0",
        purpose="help",
        owner="care",
        trigger=TriggerRule(
            opened_by=("Product Added",),
            closed_by=("Order Completed",),
            excluded_by=("Coupon Entered",),
            quiet_period=QUIET,
        ),
        friction_floor=Level.LOW,
        fallback_time_zone="Europe/Berlin",
        fallback_locale="en",
        touches=touches,
        limits=Limits(),
        expires_after=timedelta(days=10),
    )
    return replace(plain, **changes)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def consent(**channels: bool) -> Consent:
    long_ago = NOON - timedelta(days=100)
    return Consent({name: ChannelConsent(granted, long_ago, "test") for name, granted in channels.items()})


def customer(*sessions: Session, allows: Consent | None = None, profile: Mapping[str, Any] | None = None, **parts: Any):
    """Return a customer who can be reached by email and SMS, in London."""
    known = {"email": "ada@example.com", "phone": "+447700900001", "time_zone": "Europe/London", "locale": "en"}
    traits = {**known, **(profile or {})}
    return Customer(
        profile=Profile(customer_id=traits.pop("customer_id", "ada"), subject_secret="ab" * 32, **traits),
        consent=allows if allows is not None else consent(email=True, sms=True),
        sessions={session.session_id: session for session in sessions},
        **parts,
    )


def moment(due_at: datetime = NOON + QUIET, key: str = "k") -> Moment:
    return Moment(due_at, "cart", key)


def journey(**changes: Any) -> Journey:
    plain = Journey(
        journey_id="cart-1",
        playbook="cart",
        playbook_version="1.0.0",
        key="k",
        session_id="s",
        since=NOON + QUIET,
        expires_at=NOON + timedelta(days=10),
    )
    return replace(plain, **changes)


def contact(at: datetime = NOON, state: ContactState = ContactState.SENT, **changes: Any) -> Contact:
    plain = Contact(
        contact_id=f"c@{at.isoformat()}",
        playbook="cart",
        journey_id="cart-1",
        touch=1,
        channel="email",
        message="offer_help",
        at=at,
        state=state,
    )
    return replace(plain, **changes)
