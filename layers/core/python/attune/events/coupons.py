"""Coupons: whoever is busy with one is left alone about that cart."""

from typing import ClassVar

from pydantic import Field

from attune.events.cart import CART_ID
from attune.events.contract import Amount, Contract, EventFields, Id


class CouponFields(EventFields):
    """A coupon and the cart or order it is for."""

    cart_id: Id | None = Field(None, description=CART_ID)
    order_id: Id | None = Field(None, description="the order it is for")
    coupon_id: Id | None = Field(None, description="which coupon")
    coupon_name: str | None = Field(None, description="what it is called")


class CouponEntered(CouponFields):
    """Somebody entered a coupon."""

    contract: ClassVar = Contract(
        event="Coupon Entered", examples=({"properties": {"cart_id": "cart-9", "coupon_id": "spring"}},)
    )


class CouponApplied(CouponFields):
    """A coupon was accepted."""

    contract: ClassVar = Contract(
        event="Coupon Applied",
        examples=({"properties": {"cart_id": "cart-9", "coupon_id": "spring", "discount": 10.0}},),
    )

    discount: Amount | None = Field(None, description="what it takes off")


class CouponDenied(CouponFields):
    """A coupon was refused."""

    contract: ClassVar = Contract(
        event="Coupon Denied",
        examples=({"properties": {"cart_id": "cart-9", "coupon_id": "spring", "reason": "expired"}},),
    )

    reason: str | None = Field(None, description="why")


class CouponRemoved(CouponFields):
    """A coupon was taken back."""

    contract: ClassVar = Contract(
        event="Coupon Removed", examples=({"properties": {"cart_id": "cart-9", "coupon_id": "spring"}},)
    )

    discount: Amount | None = Field(None, description="what it had taken off")
