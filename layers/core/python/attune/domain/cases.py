"""What a person gets when a message is not the answer: who, what happened, how hard it was, and what to say."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from attune.domain.case_triggers import TRIGGER_SENTENCES, CaseTrigger
from attune.domain.contacts import Contact
from attune.domain.customers import Channel, Customer, Profile
from attune.domain.decisions import Reason
from attune.domain.friction import Term
from attune.domain.playbook_rules import Escalation
from attune.domain.sentiment import LASTS, Polarity
from attune.domain.sessions import Entry
from attune.domain.signals import SignalKind
from attune.domain.situation import Situation

SCHEMA_VERSION = "1.3"
"""Of the message on support's queues: minor versions only add; a major version would be another schema."""
LAST_SIGNALS = 12
CALL_BACK = "phone"
"""The preferred contact of somebody who wants to be called: the one who is given their number."""


class Priority(StrEnum):
    """Which queue a case goes to."""

    URGENT = "urgent"
    NORMAL = "normal"


@dataclass(frozen=True, kw_only=True)
class SuggestedReply:
    """An approved text with its slots filled, and why it may fit; `rank` 1 fits best."""

    rank: int
    message: str
    locale: str
    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """A case as support pulls it; nothing in it that answering does not need."""

    case_id: str
    schema_version: str
    opened_at: datetime
    due_by: datetime
    priority: Priority
    priority_reason: str
    assigned_to: str
    trigger: str
    triggers: tuple[str, ...]
    trigger_reason: str
    customer_id: str
    display_name: str
    locale: str
    local_time: str
    preferred_contact: str
    call_back: str
    channels_permitted: tuple[str, ...]
    wrote: str
    wrote_by: str
    sentiment: str
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
    suggested_replies: tuple[SuggestedReply, ...]
    links: Mapping[str, str]
    dry_run: bool = False


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
    SignalKind.ORDER_TAKEN_BACK: "had an order cancelled or refunded",
    SignalKind.RELOADED: "reloaded a page",
    SignalKind.FORM_FAILED: "had a form refused",
    SignalKind.RAGE_CLICKED: "clicked again and again in one place",
    SignalKind.ERROR_CLICKED: "clicked and got an error",
    SignalKind.DEAD_CLICKED: "clicked where nothing happened",
    SignalKind.PAYMENT_FAILED: "had a payment fail",
    SignalKind.DELIVERY_DELAYED: "was told that a delivery is late",
    SignalKind.DELIVERED: "had an order delivered",
    SignalKind.PAID: "paid",
    SignalKind.FORM_SENT: "sent a form",
    SignalKind.AD_CLICKED: "came by an advertisement",
    SignalKind.SIGNED_UP: "signed up",
    SignalKind.SETUP_STEP_DONE: "did a step of the set-up",
    SignalKind.SETUP_DONE: "finished the set-up",
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
    triggers: Sequence[str],
    wrote: str,
    journey_id: str,
    suggested_replies: Sequence[SuggestedReply],
    links: Mapping[str, str],
    wrote_by: str = "",
    assigned_to: str = "",
) -> CaseFile:
    """Gather what a person needs to help; the story is told newest last, and so are the `triggers` (at least one).

    A phone number is in it only where the customer asked to be called; no other address ever is.
    """
    trigger = triggers[-1]
    customer, escalation = situation.customer, situation.playbook.escalation
    # Whoever once wrote in distress is urgent, whatever the case hears after that.
    weightiest = CaseTrigger.DISTRESS if CaseTrigger.DISTRESS in triggers else trigger
    priority, why = prioritise(customer, weightiest)
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
        assigned_to=assigned_to,
        trigger=trigger,
        triggers=tuple(dict.fromkeys(triggers)),
        trigger_reason=TRIGGER_SENTENCES.get(trigger, "A person must take over."),
        customer_id=customer.customer_id,
        display_name=customer.profile.first_name,
        locale=situation.locale,
        local_time=f"{situation.now.astimezone(zone):%a %H:%M} ({zone.key})" if zone else "unknown",
        preferred_contact=customer.profile.preferred_channel or _reachable_by(customer)[0],
        call_back=customer.profile.phone if customer.profile.preferred_channel == CALL_BACK else "",
        channels_permitted=tuple(channel for channel in Channel if customer.consent.allows(channel)),
        wrote=wrote,
        wrote_by=wrote_by,
        sentiment=sentiment_sentence(customer.profile, situation.now),
        last_signals=tuple(_told(entry) for entry in entries),
        friction_score=round(situation.friction.score, 4),
        friction_level=situation.friction.level,
        friction_reasons=situation.friction.reasons,
        price_sensitive=situation.price_sensitive,
        device=situation.device,
        arrived_by=situation.arrived_by,
        journey_id=journey_id,
        playbook=situation.playbook.id,
        messages_so_far=sent_so_far(customer, journey_id),
        suggested_replies=tuple(suggested_replies),
        links=links,
    )


def due_by(opened_at: datetime, priority: Priority, escalation: Escalation) -> datetime:
    """Return by when a person must have answered."""
    return opened_at + (escalation.urgent_within if priority is Priority.URGENT else escalation.answer_within)


def sentiment_sentence(profile: Profile, now: datetime) -> str:
    """Say how the customer sounded last; empty where nobody heard them lately."""
    heard, distress = profile.sentiment, profile.distress
    if distress is not None and now - distress.at < LASTS:
        return f"In distress on {distress.at:%Y-%m-%d} ({str(distress.kind).replace('_', ' ')})."
    if heard is None or now - heard.at >= LASTS:
        return ""
    sounded = {Polarity.NEGATIVE: "unhappy", Polarity.NEUTRAL: "neutral", Polarity.POSITIVE: "pleased"}[heard.polarity]
    return f"{'Very ' if heard.is_strong else ''}{sounded} on {heard.at:%Y-%m-%d}.".capitalize()


def sent_so_far(customer: Customer, journey_id: str) -> tuple[str, ...]:
    """Return what was sent in a journey, in sentences; without one, in all: who answers late still answers a message."""
    contacts = customer.ledger.contacts
    return tuple(_contacted(one) for one in contacts if one.counts and journey_id in ("", one.journey_id))


def _reachable_by(customer: Customer) -> tuple[str, ...]:
    addresses = ((customer.profile.phone, CALL_BACK), (customer.profile.email, "email"))
    return tuple(name for address, name in addresses if address) or ("onsite",)


def _told(entry: Entry) -> str:
    return f"{entry.time:%Y-%m-%d %H:%M:%S} UTC: {SIGNAL_SENTENCES[entry.kind]}"


def _contacted(contact: Contact) -> str:
    return f"{contact.at:%Y-%m-%d %H:%M} UTC: {contact.message} by {contact.channel} ({contact.state})"
