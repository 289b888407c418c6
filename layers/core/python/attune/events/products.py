"""A product, as the e-commerce events of the Segment spec describe it."""

from pydantic import Field

from attune.events.contract import Amount, EventFields, Id, OpenModel


class ListedProduct(OpenModel):
    """One product of a list, a cart or an order."""

    product_id: Id | None = Field(None, description="the product's id")
    sku: Id | None = Field(None, description="its stock keeping unit")
    category: str | None = Field(None, description="its category")
    name: str | None = Field(None, description="its name")
    brand: str | None = Field(None, description="its brand")
    variant: str | None = Field(None, description="its variant, e.g. the colour")
    price: Amount | None = Field(None, description="its price")
    quantity: Amount | None = Field(None, description="how many")
    coupon: str | None = Field(None, description="a coupon that goes with it")
    position: int | None = Field(None, description="where it stands in a list")
    url: str | None = Field(None, description="its page")
    image_url: str | None = Field(None, description="a picture")


class ProductFields(EventFields, ListedProduct):
    """The product that an event is about."""

    currency: str | None = Field(None, description="three letters, ISO 4217")
