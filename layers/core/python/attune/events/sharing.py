"""Wish lists, sharing and reviews."""

from typing import ClassVar

from pydantic import Field

from attune.events.cart import CART_ID, CartValue
from attune.events.contract import Contract, EventFields, Id
from attune.events.products import ListedProduct, ProductFields

WISH = {"properties": {"wishlist_id": "wish-2", "product_id": "boot-41"}}


class WishlistFields(ProductFields):
    """A product and the wish list it is on."""

    wishlist_id: Id | None = Field(None, description="which wish list")
    wishlist_name: str | None = Field(None, description="what it is called")


class ProductAddedToWishlist(WishlistFields):
    """Somebody put a product on a wish list."""

    contract: ClassVar = Contract(event="Product Added to Wishlist", examples=(WISH,))


class ProductRemovedFromWishlist(WishlistFields):
    """Somebody took a product off a wish list."""

    contract: ClassVar = Contract(event="Product Removed from Wishlist", examples=(WISH,))


class WishlistProductAddedToCart(WishlistFields, CartValue):
    """A product moved from a wish list into the cart; counts as `Product Added`."""

    contract: ClassVar = Contract(
        event="Wishlist Product Added to Cart",
        examples=({"properties": {"wishlist_id": "wish-2", "cart_id": "cart-9", "product_id": "boot-41"}},),
    )

    cart_id: Id | None = Field(None, description=CART_ID)


class SharingFields(EventFields):
    """How something was shared. Do not send the recipient or the message: Attune has no use for them."""

    share_via: str | None = Field(None, description="how, e.g. `email`")
    share_message: str | None = Field(None, description="of the spec; leave it out")
    recipient: str | None = Field(None, description="of the spec; leave it out")


class ProductShared(SharingFields, ProductFields):
    """Somebody told a friend about a product."""

    contract: ClassVar = Contract(
        event="Product Shared", examples=({"properties": {"share_via": "email", "product_id": "boot-41"}},)
    )


class CartShared(SharingFields):
    """Somebody showed their cart to a friend."""

    contract: ClassVar = Contract(
        event="Cart Shared", examples=({"properties": {"share_via": "email", "cart_id": "cart-9"}},)
    )

    cart_id: Id | None = Field(None, description=CART_ID)
    products: list[ListedProduct] | None = Field(None, description="what is in it")


class ProductReviewed(EventFields):
    """Somebody reviewed a product. Do not send the text: Attune has no use for it."""

    contract: ClassVar = Contract(
        event="Product Reviewed", examples=({"properties": {"product_id": "boot-41", "rating": 4}},)
    )

    product_id: Id | None = Field(None, description="which product")
    review_id: Id | None = Field(None, description="which review")
    review_body: str | None = Field(None, description="of the spec; leave it out")
    rating: str | int | float | None = Field(None, description="how many stars")
