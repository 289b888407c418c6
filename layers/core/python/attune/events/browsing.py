"""Looking around: lists, products and searches."""

from typing import ClassVar

from pydantic import Field

from attune.events.contract import Contract, EventFields, Id, OpenModel
from attune.events.products import ListedProduct, ProductFields


class ProductViewed(ProductFields):
    """Somebody looks at a product."""

    contract: ClassVar = Contract(
        event="Product Viewed", examples=({"properties": {"product_id": "boot-41", "price": 119.0}},)
    )


class ProductClicked(ProductFields):
    """Somebody opens a product from a list."""

    contract: ClassVar = Contract(
        event="Product Clicked", examples=({"properties": {"product_id": "boot-41", "position": 3}},)
    )


class ProductListViewed(EventFields):
    """Somebody looks at a list of products."""

    contract: ClassVar = Contract(
        event="Product List Viewed", examples=({"properties": {"list_id": "boots", "category": "Shoes"}},)
    )

    list_id: Id | None = Field(None, description="which list")
    category: str | None = Field(None, description="what the list is of")
    products: list[ListedProduct] | None = Field(None, description="what it shows")


class Choice(OpenModel):
    """One filter or one order that a customer chose."""

    type: str | None = Field(None, description="by what, e.g. `price`")
    value: str | None = Field(None, description="how, e.g. `asc`")


class ProductListFiltered(EventFields):
    """Somebody filters or sorts a list. Sorting by price hints that the price matters."""

    contract: ClassVar = Contract(
        event="Product List Filtered",
        examples=(
            {"properties": {"list_id": "boots", "sorts": [{"type": "price", "value": "asc"}]}},
            {"properties": {"list_id": "boots", "filters": [{"type": "size", "value": "41"}]}},
        ),
    )

    list_id: Id | None = Field(None, description="which list")
    category: str | None = Field(None, description="what the list is of")
    filters: list[Choice] | None = Field(None, description="what was filtered by")
    sorts: list[Choice] | None = Field(None, description="what was sorted by; a `type` of `price` is what counts")
    products: list[ListedProduct] | None = Field(None, description="what the list then shows")


class SearchFields(EventFields):
    """A search and what came of it."""

    query: str | None = Field(
        None, description="what was searched for; words such as coupon, discount or Rabatt make it a search for a deal"
    )
    results_count: int | None = Field(
        None, description="how much was found; 0 makes it a fruitless search, absent does not", ge=0
    )
    result_count: int | None = Field(None, description="the same, as some senders spell it", ge=0)


class ProductsSearched(SearchFields):
    """Somebody searches for products."""

    contract: ClassVar = Contract(
        event="Products Searched",
        examples=(
            {"properties": {"query": "waterproof boots 41", "results_count": 0}},
            {"properties": {"query": "boots discount code", "results_count": 3}},
            {"properties": {"query": "boots", "results_count": 57}},
        ),
    )


class SearchPerformed(SearchFields):
    """Somebody searches for something else, such as an answer. The same as `Products Searched`; Attune's own."""

    contract: ClassVar = Contract(
        event="Search Performed",
        examples=(
            {"properties": {"query": "how do I change my address", "results_count": 0}},
            {"properties": {"query": "student discount", "results_count": 1}},
            {"properties": {"query": "returns", "results_count": 4}},
        ),
    )
