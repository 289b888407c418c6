"""Filling a cart."""

from typing import ClassVar

from pydantic import Field

from attune.events.contract import Amount, Contract, EventFields, Id
from attune.events.products import ListedProduct, ProductFields

CART_ID = "which undertaking this is about; without one, the session's first cart event names it"


class CartValue(EventFields):
    """What messages and cases may say about a cart."""

    value: Amount | None = Field(None, description="what the cart comes to, in major units of its currency")
    cart_url: str | None = Field(
        None, description="the cart's page: used in messages if it lies on the stage's own site"
    )


class ProductAdded(ProductFields, CartValue):
    """Somebody put a product into the cart."""

    contract: ClassVar = Contract(
        event="Product Added",
        examples=(
            {
                "properties": {
                    "cart_id": "cart-9",
                    "product_id": "boot-41",
                    "price": 119.0,
                    "value": 119.0,
                    "cart_url": "https://shop.example/cart/9",
                }
            },
        ),
    )

    cart_id: Id | None = Field(None, description=CART_ID)


class ProductRemoved(ProductFields, CartValue):
    """Something left the cart."""

    contract: ClassVar = Contract(
        event="Product Removed", examples=({"properties": {"cart_id": "cart-9", "product_id": "boot-41"}},)
    )

    cart_id: Id | None = Field(None, description=CART_ID)


class CartViewed(CartValue):
    """Somebody looks at their cart."""

    contract: ClassVar = Contract(
        event="Cart Viewed",
        examples=({"properties": {"cart_id": "cart-9", "value": 119.0, "cart_url": "https://shop.example/cart/9"}},),
    )

    cart_id: Id | None = Field(None, description=CART_ID)
    products: list[ListedProduct] | None = Field(None, description="what is in it")
    currency: str | None = Field(None, description="three letters, ISO 4217")
