"""Who plays in the demo, and what they do; what becomes of them is up to the system."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from attune.domain.playbooks import Playbook
from attune_cli.demo.other_moments import people_of_other_moments
from attune_cli.demo.people import HOUR, Act, Call, Person, person, track

BETWEEN_PEOPLE = timedelta(hours=2)

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


def trouble_everywhere(*devices: str) -> tuple[Call, ...]:
    """Return visits in which checkout does not work out, on one device after the other: one bad hour, whatever it takes."""
    return tuple(call for device in devices for call in trouble(f"{device}-cart", session=device))


def bargain_hunt() -> tuple[Call, ...]:
    """Return a visit of somebody for whom the price is the question."""
    return (
        track("Products Searched", context=LAPTOP, query="jacket discount code"),
        track("Product List Filtered", context=LAPTOP, sorts=[{"type": "price", "value": "asc"}]),
        track("Product Added", context=LAPTOP, product_id="p-1", price=89.0),
    )


ORDER = track("Order Completed", order_id="o-1", total=89.0)


def cast(playbooks: Mapping[str, Playbook]) -> tuple[Person, ...]:
    """Return everybody, with phone numbers from a range that is kept free for fiction.

    Those with a cart come one after the other; those with another moment come beside them, so that the story is no longer.
    """
    with_a_cart, others = _people(playbooks["cart_abandonment"]), people_of_other_moments(playbooks)
    entrances = [*enumerate(with_a_cart), *enumerate(others)]
    return tuple(
        replace(
            someone,
            traits={**someone.traits, "phone": f"+447700900{100 + number}"},
            acts=tuple(replace(act, after=act.after + position * BETWEEN_PEOPLE) for act in someone.acts),
        )
        for number, (position, someone) in enumerate(entrances)
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
               acts=(Act(at_once, trouble_everywhere("phone", "laptop", "tablet", "office")),)),
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
