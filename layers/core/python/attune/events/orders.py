"""Orders and what becomes of them."""

from datetime import date
from typing import ClassVar

from pydantic import Field

from attune.events.contract import Amount, Contract, EventFields, Id
from attune.events.products import ListedProduct

ORDER = {"properties": {"order_id": "o-77", "total": 119.0, "currency": "EUR"}}


class OrderFields(EventFields):
    """An order."""

    order_id: Id | None = Field(None, description="which order")
    checkout_id: Id | None = Field(None, description="the checkout it came from")
    cart_id: Id | None = Field(None, description="the cart it was")
    affiliation: str | None = Field(None, description="the shop or partner")
    subtotal: Amount | None = Field(None, description="after discounts, without shipping and tax")
    total: Amount | None = Field(None, description="all of it")
    value: Amount | None = Field(None, description="what it is worth, where that is not the total")
    revenue: Amount | None = Field(None, description="without shipping and tax")
    shipping: Amount | None = Field(None, description="cost of shipping")
    tax: Amount | None = Field(None, description="taxes")
    discount: Amount | None = Field(None, description="what was taken off")
    coupon: str | None = Field(None, description="the coupon used")
    currency: str | None = Field(None, description="three letters, ISO 4217")
    products: list[ListedProduct] | None = Field(None, description="what was bought")


class OrderCompleted(OrderFields):
    """Somebody bought. Every running journey that this closes ends without a further message."""

    contract: ClassVar = Contract(event="Order Completed", examples=(ORDER,))


class OrderUpdated(OrderFields):
    """An order was changed."""

    contract: ClassVar = Contract(event="Order Updated", examples=(ORDER,))


class OrderRefunded(OrderFields):
    """An order was paid back, or a part of it."""

    contract: ClassVar = Contract(event="Order Refunded", examples=(ORDER,))


class OrderCancelled(OrderFields):
    """An order was called off."""

    contract: ClassVar = Contract(event="Order Cancelled", examples=(ORDER,))


class OrderDelivered(EventFields):
    """An order arrived. Attune's own: it ends what was said about a delay, and begins the time after a purchase."""

    contract: ClassVar = Contract(event="Order Delivered", examples=({"properties": {"order_id": "o-76"}},))

    order_id: Id | None = Field(None, description="which order")
    order_number: Id | None = Field(None, description="how the customer knows it, where that is not the `order_id`")
    order_url: str | None = Field(None, description="its page on your site; a link elsewhere is not used")


class DeliveryDelayed(EventFields):
    """A delivery is late. Attune's own."""

    contract: ClassVar = Contract(
        event="Delivery Delayed",
        version="1.1",
        examples=(
            {"properties": {"order_id": "o-76", "new_date": "2026-12-03"}},
            {
                "properties": {
                    "order_id": "o-77",
                    "order_number": "A-20417",
                    "new_date": "2026-12-03",
                    "tracking_url": "https://shop.example/track/A-20417",
                }
            },
        ),
    )

    order_id: Id | None = Field(None, description="which order")
    order_number: Id | None = Field(None, description="how the customer knows it, where that is not the `order_id`")
    promised_date: date | None = Field(None, description="when it was to arrive")
    new_date: date | None = Field(None, description="when it is expected now; printed in the message")
    tracking_url: str | None = Field(
        None, description="where it can be followed: on your site or a host of the stage's `tracking_hosts`"
    )
    order_url: str | None = Field(None, description="its page on your site; a link elsewhere is not used")
    reason: str | None = Field(None, description="why, in a few words that the customer could read")
