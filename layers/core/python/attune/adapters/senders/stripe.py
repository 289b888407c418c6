"""Stripe's events, as its EventBridge destination delivers them: payments, checkouts, customers, subscriptions."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from attune.adapters.senders.context import short
from attune.adapters.senders.origins import Origin, message_id_of
from attune.adapters.senders.people import Person, anonymous, email, known_to, person_of, phone, plain_name, user
from attune.adapters.senders.times import instant, when
from attune.adapters.senders.traits import read_traits
from attune.adapters.senders.unwrapping import is_from
from attune.adapters.senders.values import first, obj, text, texts
from attune.domain.errors import RejectedEventError
from attune.domain.signals import Fact, SignalKind

SOURCE = "aws.partner/stripe.com"
NO_MINOR_UNIT = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905 - a list of codes
)
THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
MISSING = (
    "the event names nobody: give the object a customer, an email, `client_reference_id` or `metadata.user_id` "
    "when you create it"
)
THIN = (
    "this is a thin event of Stripe's: it carries no object and names no customer; "
    "let the destination send snapshot events (`data.object`) for this type"
)


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether Stripe's partner source says so, or the detail calls itself an event of Stripe's."""
    detail = envelope["detail"]
    kind = detail.get("object")
    return is_from(envelope, SOURCE) or kind == "v2.core.event" or (kind == "event" and "type" in detail)


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read one event; a type nobody knows counts as a note on the customer it names, if it names one."""
    event = envelope["detail"]
    kind = first(event.get("type"), envelope.get("detail-type")).casefold()
    thing = obj(obj(event.get("data")).get("object"))
    message_id = message_id_of(first(event.get("id"), envelope.get("id")))
    time = when(event.get("created"), envelope.get("time"), now=now)
    if not thing:
        return _thin(event, kind, message_id, time)
    reader = TYPES.get(kind)
    if reader is None and not _names_customer(thing):
        raise RejectedEventError(
            "unknown_topic",
            f"events of type {kind[:100]!r} say nothing about a customer: leave them out of the rule that sends Stripe's events on",
        )
    person = _person_of(thing)
    origin = Origin(message_id=message_id, person=person, time=time, context=_context(thing))
    return origin.with_claim(reader(thing, origin, kind) if reader else (origin.note(kind),))


def _thin(event: Mapping[str, Any], kind: str, message_id: str, time: datetime) -> tuple[Fact, ...]:
    """Read an event without an object; it says something only if what it is about is a customer."""
    related = text(obj(event.get("related_object")).get("id"))
    customer = known_to("stripe", related) if related.startswith("cus_") else None
    if customer is None:
        raise RejectedEventError("thin_event", THIN)
    origin = Origin(message_id=message_id, person=Person(identifiers=(customer,)), time=time)
    return origin.with_claim((origin.note(kind),))


def _customer_id(thing: Mapping[str, Any]) -> str:
    """Return Stripe's customer id; the customer may be expanded into an object."""
    if text(thing.get("object")) == "customer":
        return text(thing.get("id"))
    customer = thing.get("customer")
    return first(customer, obj(customer).get("id"), thing.get("customer_account"))


def _places(thing: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Return where an object keeps who paid, or tried to, the surest place first."""
    failed_with = obj(obj(thing.get("last_payment_error")).get("payment_method"))
    customer, details = obj(thing.get("customer")), obj(thing.get("customer_details"))
    inside = (customer, details, obj(thing.get("billing_details")), obj(failed_with.get("billing_details")))
    return (thing, *inside) if text(thing.get("object")) == "customer" else inside


def _email_of(thing: Mapping[str, Any]) -> str:
    return first(
        *(place.get("email") for place in _places(thing)),
        *(thing.get(name) for name in ("customer_email", "receipt_email")),
    )


def _names_customer(thing: Mapping[str, Any]) -> bool:
    metadata = obj(thing.get("metadata"))
    return bool(first(_customer_id(thing), thing.get("client_reference_id"), metadata.get("user_id"), _email_of(thing)))


def _person_of(thing: Mapping[str, Any]) -> Person:
    metadata, places = obj(thing.get("metadata")), _places(thing)
    addresses = (*(place.get("address") for place in places), thing.get("customer_address"))
    country = first(*(obj(address).get("country") for address in addresses))
    return person_of(
        user(first(thing.get("client_reference_id"), *(metadata.get(n) for n in ("user_id", "userId", "userid")))),
        known_to("stripe", _customer_id(thing)),
        email(_email_of(thing)),
        phone(first(*(place.get("phone") for place in places), thing.get("customer_phone")), country=country),
        anonymous(first(metadata.get("anonymous_id"), metadata.get("anonymousId"))),
        missing=MISSING,
        name=plain_name(first(*(place.get("name") for place in places), thing.get("customer_name"))),
    )


def _context(thing: Mapping[str, Any]) -> dict[str, str]:
    currency = text(thing.get("currency")).upper()
    amount = next((thing[n] for n in ("amount_total", "amount_due", "amount") if isinstance(thing.get(n), int)), None)
    locale = text(thing.get("locale"))
    return short(
        {
            "currency": currency,
            "cart_value": _in_major_units(amount, currency) if amount and currency else "",
            "locale": "" if locale == "auto" else locale,
        }
    )


def _in_major_units(amount: int, currency: str) -> str:
    places = 0 if currency in NO_MINOR_UNIT else 3 if currency in THREE_DECIMALS else 2
    return f"{amount / 10**places:.{places}f}" if abs(amount) < 10**15 else ""


def _cart(thing: Mapping[str, Any]) -> str:
    """Return the undertaking: the cart the shop named, else the checkout session."""
    metadata = obj(thing.get("metadata"))
    own = thing.get("id") if text(thing.get("object")) == "checkout.session" else ""
    return first(metadata.get("cart_id"), metadata.get("checkout_id"), own)


def _payment_failed(thing: Mapping[str, Any], origin: Origin, _kind: str) -> tuple[Fact, ...]:
    return (origin.signal(SignalKind.PAYMENT_FAILED, "Payment Failed", reference=_cart(thing)),)


def _session_expired(thing: Mapping[str, Any], origin: Origin, _kind: str) -> tuple[Fact, ...]:
    """An expired session was begun when it was created and never finished: that is when somebody was there."""
    begun = min(instant(thing.get("created")) or origin.time, origin.time)
    recovery = obj(obj(thing.get("after_expiration")).get("recovery"))
    context = {**origin.context, **short({"cart_url": recovery.get("url")})}
    started = Origin(message_id=origin.message_id, person=origin.person, time=begun, context=context)
    return (started.signal(SignalKind.CHECKOUT_STARTED, "Checkout Started", reference=_cart(thing)),)


def _session_completed(thing: Mapping[str, Any], origin: Origin, kind: str) -> tuple[Fact, ...]:
    if thing.get("mode") == "setup":  # a card was stored, nothing was bought
        return (origin.note(kind),)
    return (origin.signal(SignalKind.ORDERED, "Order Completed", reference=_cart(thing)),)


def _paid(thing: Mapping[str, Any], origin: Origin, kind: str) -> tuple[Fact, ...]:
    """A payment of its own is a purchase; one of an invoice may be a renewal that nobody thought of."""
    if thing.get("invoice"):
        return (origin.note(kind),)
    return (origin.signal(SignalKind.ORDERED, "Order Completed", reference=_cart(thing)),)


def _profile(thing: Mapping[str, Any], origin: Origin, _kind: str) -> tuple[Fact, ...]:
    told = {name: thing.get(name) for name in ("name", "email", "phone", "address")}
    languages = texts(thing.get("preferred_locales"))
    return (origin.profile(read_traits({**told, "locale": languages[0] if languages else ""})),)


TYPES: Mapping[str, Callable[[Mapping[str, Any], Origin, str], tuple[Fact, ...]]] = {
    "payment_intent.payment_failed": _payment_failed,
    "charge.failed": _payment_failed,
    "invoice.payment_failed": _payment_failed,
    "checkout.session.async_payment_failed": _payment_failed,
    "checkout.session.expired": _session_expired,
    "checkout.session.completed": _session_completed,
    "payment_intent.succeeded": _paid,
    "customer.created": _profile,
    "customer.updated": _profile,
}
"""Every other type that names a customer is noted: subscriptions, invoices, refunds, disputes."""
