"""From cart to payment."""

from typing import ClassVar

from pydantic import Field

from attune.events.cart import CART_ID, CartValue
from attune.events.contract import Amount, Contract, Id
from attune.events.products import ListedProduct


class CheckoutFields(CartValue):
    """What every event of a checkout may carry."""

    cart_id: Id | None = Field(None, description=CART_ID)
    checkout_id: Id | None = Field(None, description="which checkout")
    order_id: Id | None = Field(None, description="the order that it will be")


class CheckoutStarted(CheckoutFields):
    """Somebody begins to buy."""

    contract: ClassVar = Contract(
        event="Checkout Started", examples=({"properties": {"cart_id": "cart-9", "value": 119.0}},)
    )

    affiliation: str | None = Field(None, description="the shop or partner")
    revenue: Amount | None = Field(None, description="without shipping and tax")
    shipping: Amount | None = Field(None, description="cost of shipping")
    tax: Amount | None = Field(None, description="taxes")
    discount: Amount | None = Field(None, description="what was taken off")
    coupon: str | None = Field(None, description="the coupon used, for information: `Coupon Entered` is what counts")
    currency: str | None = Field(None, description="three letters, ISO 4217")
    products: list[ListedProduct] | None = Field(None, description="what is bought")


class StepFields(CheckoutFields):
    """One step of a checkout."""

    step: int | None = Field(None, description="which step, from 1 on")
    shipping_method: str | None = Field(None, description="how it is to be shipped")
    payment_method: str | None = Field(None, description="how it is to be paid; never card data")


class CheckoutStepViewed(StepFields):
    """Somebody sees a step of the checkout."""

    contract: ClassVar = Contract(
        event="Checkout Step Viewed", examples=({"properties": {"cart_id": "cart-9", "step": 2}},)
    )


class CheckoutStepCompleted(StepFields):
    """Somebody completed a step of the checkout."""

    contract: ClassVar = Contract(
        event="Checkout Step Completed", examples=({"properties": {"cart_id": "cart-9", "step": 2}},)
    )


class PaymentInfoEntered(StepFields):
    """Somebody said how they want to pay. Never send what they entered."""

    contract: ClassVar = Contract(
        event="Payment Info Entered", examples=({"properties": {"cart_id": "cart-9", "payment_method": "invoice"}},)
    )
