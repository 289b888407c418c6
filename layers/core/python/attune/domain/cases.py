"""What a person gets when a message is not the answer: who, what happened, how hard it was, and what to say."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attune.domain.contacts import Contact
from attune.domain.customers import Channel, Customer
from attune.domain.decisions import Reason
from attune.domain.friction import Term
from attune.domain.playbooks import Escalation
from attune.domain.sessions import Entry
from attune.domain.signals import SignalKind
from attune.domain.situation import Situation

SCHEMA_VERSION = "1.0"
LAST_SIGNALS = 12


class CaseTrigger(StrEnum):
    """Why a person takes over."""

    ASKED_FOR_HELP = "asked_for_help"
    WANTS_A_PERSON = "wants_a_person"
    SENTIMENT_DIP = "sentiment_dip"
    DISTRESS = "distress"
    NO_APPROVED_TEXT = "no_approved_text"
    REPEATED_HIGH_FRICTION = "repeated_high_friction"


class Priority(StrEnum):
    """Which queue a case goes to."""

    URGENT = "urgent"
    NORMAL = "normal"


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A case as support pulls it; nothing in it that answering does not need."""

    case_id: str
    schema_version: str
    opened_at: datetime
    due_by: datetime
    priority: Priority
    priority_reason: str
    trigger: str
    customer_id: str
    display_name: str
    locale: str
    local_time: str
    preferred_contact: str
    channels_permitted: tuple[str, ...]
    wrote: str
    last_signals: tuple[str, ...]
    friction_score: float
    friction_level: str
    friction_reasons: tuple[Term, ...]
    price_sensitive: bool
    device: str
    arrived_by: str
    journey_id: str
    playbook: str
    messages_so_far: tuple[str, ...]
    suggested_replies: tuple[Mapping[str, str], ...]
    links: Mapping[str, str]


SIGNAL_SENTENCES: Mapping[SignalKind, str] = {
    SignalKind.VIEWED: "looked at a product",
    SignalKind.PAGE_VIEWED: "opened a page",
    SignalKind.PRICING_VIEWED: "looked at the prices",
    SignalKind.HELP_VIEWED: "read a help page",
    SignalKind.INFORMATION_VIEWED: "read a page about the shop",
    SignalKind.ACCOUNT_VIEWED: "looked at their account",
    SignalKind.SEARCHED: "searched",
    SignalKind.SEARCHED_IN_VAIN: "searched and found nothing",
    SignalKind.DEAL_SEARCHED: "looked for a coupon or discount",
    SignalKind.PRICE_SORTED: "sorted products by price",
    SignalKind.PRODUCT_ADDED: "put a product into the cart",
    SignalKind.PRODUCT_REMOVED: "took a product out of the cart",
    SignalKind.CART_VIEWED: "looked at the cart",
    SignalKind.CHECKOUT_STARTED: "went through checkout",
    SignalKind.COUPON_USED: "tried a coupon",
    SignalKind.ORDERED: "ordered",
    SignalKind.RELOADED: "reloaded a page",
    SignalKind.FORM_FAILED: "had a form refused",
    SignalKind.RAGE_CLICKED: "clicked again and again in one place",
    SignalKind.ERROR_CLICKED: "clicked and got an error",
    SignalKind.DEAD_CLICKED: "clicked where nothing happened",
    SignalKind.PAYMENT_FAILED: "had a payment fail",
    SignalKind.DELIVERY_DELAYED: "was told that a delivery is late",
    SignalKind.REPLIED: "answered a message",
    SignalKind.ASKED_FOR_HELP: "asked for help",
    SignalKind.FOUND_HELPFUL: "found a message helpful",
    SignalKind.FOUND_UNHELPFUL: "found a message not helpful",
    SignalKind.NOTED: "had something noted about them",
    SignalKind.OTHER: "did something else",
}


def case_id_for(about: str, customer: Customer, opened_by: str) -> str:
    """Return the id of the case that this request opens; asking again gives the same id."""
    text = f"{customer.profile.subject_secret}|{about}|{opened_by}"
    return "case-" + hashlib.sha256(text.encode()).hexdigest()[:20]


def prioritise(customer: Customer, trigger: str = "") -> tuple[Priority, Reason]:
    """Say how soon a person must look, and why."""
    if trigger == CaseTrigger.DISTRESS:
        return Priority.URGENT, Reason("distress", "The customer writes in distress.")
    if customer.profile.regulatory_flag:
        return Priority.URGENT, Reason("regulatory_flag", "The customer carries a regulatory flag.")
    if customer.profile.vip:
        return Priority.URGENT, Reason("vip", "The customer is a VIP.")
    return Priority.NORMAL, Reason("standard", "No sign that it cannot wait for its turn.")


def build_case(
    situation: Situation,
    *,
    case_id: str,
    trigger: str,
    wrote: str,
    journey_id: str,
    suggested_replies: Sequence[Mapping[str, str]],
    links: Mapping[str, str],
) -> CaseFile:
    """Gather what a person needs to help; the story is told newest last."""
    customer, escalation = situation.customer, situation.playbook.escalation
    priority, why = prioritise(customer, trigger)
    current = customer.current_session(())
    entries = current[0].tail[-LAST_SIGNALS:] if current else ()
    zone = situation.zone
    return CaseFile(
        case_id=case_id,
        schema_version=SCHEMA_VERSION,
        opened_at=situation.now,
        due_by=due_by(situation.now, priority, escalation),
        priority=priority,
        priority_reason=why.text,
        trigger=trigger,
        customer_id=customer.customer_id,
        display_name=customer.profile.first_name,
        locale=situation.locale,
        local_time=f"{situation.now.astimezone(zone):%a %H:%M} ({zone.key})" if zone else "unknown",
        preferred_contact=customer.profile.preferred_channel or _reachable_by(customer)[0],
        channels_permitted=tuple(channel for channel in Channel if customer.consent.allows(channel)),
        wrote=wrote,
        last_signals=tuple(_told(entry) for entry in entries),
        friction_score=round(situation.friction.score, 4),
        friction_level=situation.friction.level,
        friction_reasons=situation.friction.reasons,
        price_sensitive=situation.price_sensitive,
        device=situation.device,
        arrived_by=situation.arrived_by,
        journey_id=journey_id,
        playbook=situation.playbook.id,
        messages_so_far=tuple(
            # Whoever answers after their journey ended still answers one of its messages.
            _contacted(c)
            for c in customer.ledger.contacts
            if c.counts and journey_id in ("", c.journey_id)
        ),
        suggested_replies=tuple(suggested_replies),
        links=links,
    )


def due_by(opened_at: datetime, priority: Priority, escalation: Escalation) -> datetime:
    """Return by when a person must have answered."""
    return opened_at + (escalation.urgent_within if priority is Priority.URGENT else escalation.answer_within)


def _reachable_by(customer: Customer) -> tuple[str, ...]:
    addresses = ((customer.profile.phone, "phone"), (customer.profile.email, "email"))
    return tuple(name for address, name in addresses if address) or ("onsite",)


def _told(entry: Entry) -> str:
    return f"{entry.time:%Y-%m-%d %H:%M:%S} UTC: {SIGNAL_SENTENCES[entry.kind]}"


def _contacted(contact: Contact) -> str:
    return f"{contact.at:%Y-%m-%d %H:%M} UTC: {contact.message} by {contact.channel} ({contact.state})"
