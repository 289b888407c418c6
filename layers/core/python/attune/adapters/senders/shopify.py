"""Shopify's webhooks, as its EventBridge destination delivers them: carts, checkouts, orders, customers, deliveries."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from attune.adapters.senders.context import short, surroundings
from attune.adapters.senders.origins import Origin, message_id_of
from attune.adapters.senders.people import Person, anonymous, email, known_to, person_of, phone, plain_name
from attune.adapters.senders.shopify_consent import read_consent
from attune.adapters.senders.shopify_delivery import read_delivery
from attune.adapters.senders.times import instant as read_instant
from attune.adapters.senders.times import not_ahead, when
from attune.adapters.senders.traits import read_traits
from attune.adapters.senders.unwrapping import is_from
from attune.adapters.senders.values import first, named, obj, objects, text, texts
from attune.domain.errors import RejectedEventError
from attune.domain.identifiers import Identifier
from attune.domain.signals import Fact, SignalKind

SOURCE = "aws.partner/shopify.com"
GRAPHQL_ID = "admin_graphql_api_id"
ANONYMOUS_NOTES = frozenset({"rudderanonymousid", "segmentanonymousid", "anonymousid", "attuneanonymousid"})
"""Cart attributes in which web trackers leave the visitor's anonymous id, in lower case without punctuation."""
MISSING = (
    "the webhook names no customer, cart or order that anybody could be recognised by: "
    "it needs customer.id, an email, a phone or a cart_token"
)


@dataclass(frozen=True)
class Webhook:
    """One webhook: its topic in Shopify's spelling, and the resource it is about."""

    topic: str
    payload: Mapping[str, Any]

    @property
    def resource(self) -> str:
        """The resource of the topic, e.g. `orders`."""
        return self.topic.partition("/")[0]

    @property
    def customer(self) -> Mapping[str, Any]:
        """The customer record: the payload itself where the topic is about customers."""
        if self.resource == "customers" and not isinstance(self.payload.get("customer"), dict):
            return self.payload
        return obj(self.payload.get("customer"))


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether Shopify's partner source, its detail type or its headers say so."""
    detail = envelope["detail"]
    return (
        is_from(envelope, SOURCE)
        or envelope.get("detail-type") == "shopifyWebhook"
        or bool(named(obj(detail.get("metadata")), "X-Shopify-Topic"))
        or ("payload" in detail and "/" in text(detail.get("topic")))
    )


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read one webhook; a topic nobody knows counts as a note on the customer it names, if it names one."""
    detail = envelope["detail"]
    headers = {**obj(detail.get("headers")), **obj(detail.get("metadata"))}
    topic = _topic(first(named(headers, "X-Shopify-Topic"), *texts(detail.get("topic"))))
    webhook = Webhook(topic, _payload(topic, detail))
    readers = TOPICS.get(topic)
    if readers is None and not _names_customer(webhook):
        raise RejectedEventError(
            "unknown_topic",
            f"the topic {topic[:100]!r} says nothing about a customer: leave it out of the rule that sends Shopify's events on",
        )
    event_id = first(named(headers, "X-Shopify-Event-Id"), named(headers, "X-Shopify-Webhook-Id"))
    payload = webhook.payload
    time_fields = ("happened_at", "updated_at", "processed_at", "created_at")
    origin = Origin(
        # One event of the shop brings several topics, all with the id of the event.
        message_id=message_id_of(topic, event_id) if event_id else message_id_of(text(envelope.get("id"))),
        person=_person_of(webhook),
        time=when(
            *(payload.get(f) for f in time_fields),
            named(headers, "X-Shopify-Triggered-At"),
            envelope.get("time"),
            now=now,
        ),
        context=_context(payload),
    )
    return origin.with_claim(readers(webhook, origin, now) if readers else (origin.note(topic),))


def _topic(written: str) -> str:
    """Return `orders/create` for `orders/create`, `Orders/Create` and `ORDERS_CREATE`."""
    plain = written.casefold()
    return plain if "/" in plain else "/".join(plain.rsplit("_", 1))


def _payload(topic: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the resource; some forwarders wrap it once more under its own name, or leave out `payload`."""
    payload = detail.get("payload", detail.get("body"))
    if not isinstance(payload, dict):
        payload = {name: value for name, value in detail.items() if name not in {"metadata", "headers", "topic"}}
    inner = payload.get(topic.partition("/")[0].removesuffix("s"))
    return inner if isinstance(inner, dict) and len(payload) == 1 else payload


def _names_customer(webhook: Webhook) -> bool:
    customer = webhook.customer
    return bool(first(*(customer.get(name) for name in ("id", "email", "phone")), webhook.payload.get("customer_id")))


def _person_of(webhook: Webhook) -> Person:
    """Return whom a webhook is about. Its `user_id` is a member of staff and never read."""
    payload, customer = webhook.payload, webhook.customer
    country = first(
        obj(customer.get("default_address")).get("country_code"),
        obj(payload.get("shipping_address")).get("country_code"),
        obj(payload.get("billing_address")).get("country_code"),
    )
    return person_of(
        known_to("shopify", _plain_id(customer.get("id"), payload.get("customer_id"), customer.get(GRAPHQL_ID))),
        email(
            first(
                customer.get("email"), payload.get("email"), payload.get("contact_email"), payload.get("email_address")
            )
        ),
        phone(first(customer.get("phone"), payload.get("phone")), country=country),
        *(anonymous(value) for value in _noted_ids(payload)),
        *_undertakings(webhook),
        missing=MISSING,
        name=plain_name(customer.get("first_name"), customer.get("last_name")),
    )


def _noted_ids(payload: Mapping[str, Any]) -> list[str]:
    notes = payload.get("note_attributes", payload.get("attributes"))
    return [
        text(note.get("value"))
        for note in objects(notes)
        if re.sub(r"[^a-z]", "", first(note.get("name"), note.get("key")).casefold()) in ANONYMOUS_NOTES
    ]


def _undertakings(webhook: Webhook) -> tuple[Identifier | None, ...]:
    """Return cart, checkout and order: who has one of them again is the one who had it before."""
    payload = webhook.payload
    order = payload.get("id") if webhook.resource == "orders" else payload.get("order_id")
    cart = payload.get("token") if webhook.resource == "carts" else payload.get("cart_token")
    checkout = first(payload.get("token"), payload.get("id")) if webhook.resource == "checkouts" else ""
    # A checkout of a known cart needs no identifier of its own: a person has a limited number of them.
    begun = anonymous(_token(cart), "shopify_cart") or anonymous(
        first(checkout, payload.get("checkout_token")), "shopify_checkout"
    )
    return known_to("shopify_order", _plain_id(order)), begun


def _plain_id(*values: object) -> str:
    """Return the first id as a number: newer parts of Shopify write it as `gid://shopify/Customer/42`."""
    return first(*values).rpartition("/")[2]


def _token(value: object) -> str:
    """Return a cart's token without the secret key that newer ones carry."""
    return text(value).partition("?")[0]


def _context(payload: Mapping[str, Any]) -> dict[str, str]:
    address = obj(payload.get("shipping_address")) or obj(payload.get("billing_address"))
    return {
        **surroundings(obj(payload.get("client_details")).get("user_agent")),
        **short(
            {
                "locale": payload.get("customer_locale"),
                "currency": first(payload.get("presentment_currency"), payload.get("currency")),
                "country": address.get("country_code"),
                "cart_url": first(payload.get("abandoned_checkout_url"), payload.get("web_url")),
                "cart_value": first(payload.get("total_price"), payload.get("subtotal_price")),
                "landing_page": text(payload.get("landing_site")).partition("?")[0],
                "referrer": text(payload.get("referring_site")).partition("?")[0],
            }
        ),
    }


def _reference(webhook: Webhook) -> str:
    """Return the cart: what is put into it, checked out and ordered is one undertaking."""
    payload = webhook.payload
    cart = _token(payload.get("token") if webhook.resource == "carts" else payload.get("cart_token"))
    return first(cart, payload.get("checkout_token"), payload.get("token"), payload.get("id"))


def _cart(webhook: Webhook, origin: Origin, _now: datetime) -> tuple[Fact, ...]:
    """A webhook tells what is in a cart, not what was done to it: a new cart was filled, an empty one emptied."""
    filled = any(objects(webhook.payload.get("line_items")))
    if not filled:
        kind, name = SignalKind.PRODUCT_REMOVED, "Product Removed"
    elif webhook.topic == "carts/create":
        kind, name = SignalKind.PRODUCT_ADDED, "Product Added"
    else:
        kind, name = SignalKind.CART_VIEWED, "Cart Viewed"
    return (origin.signal(kind, name, reference=_reference(webhook)),)


def _checkout(webhook: Webhook, origin: Origin, now: datetime) -> tuple[Fact, ...]:
    """A checkout is updated once more when it is over; that must not open it again."""
    completed = read_instant(webhook.payload.get("completed_at"))
    if completed:
        time = not_ahead(completed, now)
        return (origin.signal(SignalKind.ORDERED, "Order Completed", reference=_reference(webhook), time=time),)
    return (origin.signal(SignalKind.CHECKOUT_STARTED, "Checkout Started", reference=_reference(webhook)),)


def _order(webhook: Webhook, origin: Origin, now: datetime) -> tuple[Fact, ...]:
    """An order was placed when it was created: paid for days later, it must not close a newer cart."""
    time = when(
        *(webhook.payload.get(name) for name in ("created_at", "processed_at")), origin.time.isoformat(), now=now
    )
    order = _plain_id(webhook.payload.get("id"))
    return (
        origin.signal(SignalKind.ORDERED, "Order Completed", reference=_reference(webhook), order=order, time=time),
    )


def _order_cancelled(webhook: Webhook, origin: Origin, now: datetime) -> tuple[Fact, ...]:
    """Money that is paid back may be for a part of an order; one that is called off is none any more."""
    time = when(webhook.payload.get("cancelled_at"), origin.time.isoformat(), now=now)
    order = _plain_id(webhook.payload.get("id"))
    return (origin.signal(SignalKind.ORDER_TAKEN_BACK, "Order Cancelled", order=order, time=time),)


def _profile(webhook: Webhook, origin: Origin, _now: datetime) -> tuple[Fact, ...]:
    customer = webhook.customer
    address = obj(customer.get("default_address"))
    told = {name: customer.get(name) for name in ("first_name", "email", "phone", "locale")}
    traits = read_traits({**told, "country": first(address.get("country_code"), address.get("country"))})
    return (origin.profile(traits), *read_consent(customer, origin))


def _consent_only(webhook: Webhook, origin: Origin, _now: datetime) -> tuple[Fact, ...]:
    return (*read_consent(webhook.payload, origin), origin.note(webhook.topic))


def _redacted(webhook: Webhook, origin: Origin, _now: datetime) -> tuple[Fact, ...]:
    """Whoever is to be erased is not written to any more, whatever else has to happen."""
    return (
        origin.consent("email", "sms", granted=False, source="shopify:redact", about="redact"),
        origin.note(webhook.topic),
    )


def _delivery(webhook: Webhook, origin: Origin, _now: datetime) -> tuple[Fact, ...]:
    return (read_delivery(webhook.topic, webhook.payload, origin),)


def _note(webhook: Webhook, origin: Origin, _now: datetime) -> tuple[Fact, ...]:
    return (origin.note(webhook.topic),)


TOPICS: Mapping[str, Callable[[Webhook, Origin, datetime], tuple[Fact, ...]]] = {
    "carts/create": _cart,
    "carts/update": _cart,
    "checkouts/create": _checkout,
    "checkouts/update": _checkout,
    "checkouts/delete": _note,
    "orders/create": _order,
    "orders/paid": _order,
    "orders/updated": _note,
    "orders/edited": _note,
    "orders/cancelled": _order_cancelled,
    "orders/delete": _note,
    "orders/fulfilled": _note,
    "orders/partially_fulfilled": _note,
    "refunds/create": _note,
    "customers/create": _profile,
    "customers/update": _profile,
    "customers/redact": _redacted,
    "customers_email_marketing_consent/update": _consent_only,
    "customers_marketing_consent/update": _consent_only,
    "fulfillments/create": _delivery,
    "fulfillments/update": _delivery,
    "fulfillment_events/create": _delivery,
    "fulfillment_events/delete": _note,
}
