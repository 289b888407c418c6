"""Who plays in the demo, and what they do; what becomes of them is up to the system."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from attune.domain.holdout import in_holdout
from attune.domain.playbooks import Playbook

HOUR = timedelta(hours=1)
BETWEEN_PEOPLE = timedelta(hours=2)

type Call = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """Something a person does, so long after the shop opened."""

    after: timedelta
    calls: tuple[Call, ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """One customer: who they are, what they allow, what they do, and what they do once a message reaches them."""

    customer_id: str
    name: str
    about: str
    traits: Mapping[str, Any]
    consents: tuple[str, ...] = ("sms", "email")
    acts: tuple[Act, ...] = ()
    on_message: tuple[Call, ...] = field(default=())


def track(event: str, *, session: str = "", context: Mapping[str, Any] | None = None, **properties: Any) -> Call:
    """Return a track call; who and when are added when it is played."""
    around = {**(context or {}), **({"sessionId": session} if session else {})}
    return {"type": "track", "event": event, "properties": properties, "context": around}


PHONE = {"device": {"type": "ios"}, "campaign": {"source": "newsletter", "medium": "email"}}
LAPTOP = {"userAgent": "Mozilla/5.0 (X11; Linux x86_64)", "campaign": {"source": "search", "medium": "cpc"}}


def trouble(cart: str = "", *, session: str = "", context: Mapping[str, Any] = PHONE) -> tuple[Call, ...]:
    """Return a visit in which checkout does not work out."""
    cart_id = {"cart_id": cart} if cart else {}
    return (
        track("Product Viewed", session=session, context=context, product_id="p-1", name="Rain jacket"),
        track("Product Added", session=session, context=context, product_id="p-1", price=89.0, **cart_id),
        *(track("Page Reloaded", session=session, context=context, path="/checkout") for _ in range(3)),
        track("Form Failed", session=session, context=context, form_id="address", field="postcode"),
    )


def bargain_hunt() -> tuple[Call, ...]:
    """Return a visit of somebody for whom the price is the question."""
    return (
        track("Products Searched", context=LAPTOP, query="jacket discount code"),
        track("Product List Filtered", context=LAPTOP, sorts=[{"type": "price", "value": "asc"}]),
        track("Product Added", context=LAPTOP, product_id="p-1", price=89.0),
    )


ORDER = track("Order Completed", order_id="o-1", total=89.0)


def person(
    name: str, about: str, traits: Mapping[str, Any], playbook: Playbook, *, held_out: bool = False, **rest: Any
) -> Person:
    """Return a person whose id falls on the wanted side of the playbook's holdout (which goes by a hash of the id)."""
    ids = (f"{name.lower()}-{number}" for number in range(1, 1000))
    customer_id = next(
        wanted for wanted in ids if in_holdout(wanted, salt=playbook.id, percent=playbook.holdout_percent) is held_out
    )
    known = {"firstName": name, "email": f"{name.lower()}@example.com", **traits}
    return Person(customer_id=customer_id, name=name, about=about, traits=known, **rest)


def cast(playbook: Playbook) -> tuple[Person, ...]:
    """Return everybody, one coming after the other, with phone numbers from a range that is kept free for fiction."""
    return tuple(
        replace(
            someone,
            traits={**someone.traits, "phone": f"+447700900{100 + position}"},
            acts=tuple(replace(act, after=act.after + position * BETWEEN_PEOPLE) for act in someone.acts),
        )
        for position, someone in enumerate(_people(playbook))
    )


def _people(playbook: Playbook) -> tuple[Person, ...]:
    london = {"locale": "en-GB", "timezone": "Europe/London"}
    berlin = {"locale": "de-DE", "timezone": "Europe/Berlin"}
    at_once, stuck = timedelta(0), (Act(timedelta(0), trouble()),)
    return (
        person("Emma", "is stuck, late in the evening in Adelaide",
               {"locale": "en-AU", "timezone": "Australia/Adelaide"}, playbook, acts=stuck),
        person("Hanna", "is stuck at checkout, on her phone", london, playbook, acts=stuck, on_message=(ORDER,)),
        person("Kim", "looks for a discount first, then leaves the cart", {**london, "preferredChannel": "email"}, playbook,
               acts=(Act(at_once, bargain_hunt()),)),
        person("Ben", "is stuck, tries again later and orders", london, playbook,
               acts=(*stuck, Act(20 * HOUR, (ORDER,)))),
        person("Carla", "is stuck, then opts out of everything", berlin, playbook,
               acts=(*stuck, Act(20 * HOUR, (track("Consent Withdrawn", channels=["all"], source="preferences"),)))),
        person("Deniz", "is stuck, and never allowed text messages", berlin, playbook, consents=("email",), acts=stuck),
        person("Farid", "leaves a cart on each of his four devices", london, playbook,
               acts=tuple(Act(at_once, trouble(f"{device}-cart", session=device))
                          for device in ("phone", "laptop", "tablet", "office"))),
        person("Grace", "is stuck, and belongs to the holdout", london, playbook, held_out=True, acts=stuck),
        person("Hugo", "puts something into the cart and leaves, at ease", london, playbook,
               acts=(Act(at_once, (track("Product Added", context=LAPTOP, product_id="p-2", price=19.0),)),)),
        person("Ines", "is stuck; nobody knows her time zone",
               {"locale": "en-US", "address": {"country": "US"}}, playbook, acts=stuck),
        person("Jonas", "is stuck, and answers that he needs help", london, playbook, acts=stuck,
               on_message=(track("Message Replied", text="I need help: the form refuses my postcode", channel="sms"),)),
        person("Lucie", "is stuck, and reads French",
               {"locale": "fr-FR", "timezone": "Europe/Paris"}, playbook, acts=stuck),
        person("Mei", "is stuck, and likes notes on the site best",
               {"locale": "en-SG", "timezone": "Asia/Singapore", "preferredChannel": "onsite"},
               playbook, acts=stuck),
        person("Noor", "is a VIP and asks to be called", {**london, "vip": True}, playbook,
               acts=(Act(at_once, (*trouble(), track("Message Replied", text="Please call me", channel="email"))),)),
        person("Otto", "tries a coupon, which is another situation", berlin, playbook,
               acts=(Act(at_once, (*trouble(), track("Coupon Entered", coupon_id="SPRING"))),)),
    )  # fmt: skip


BROKEN_EVENT: Call = {"type": "track", "event": "Order Completed", "properties": {"order_id": "o-9"}, "context": {}}
"""An event without anybody's id: it must end in quarantine, with the reason, and take nothing else with it."""
