"""What brought or drew somebody: promotions on the site and advertisements elsewhere."""

from typing import ClassVar

from pydantic import Field

from attune.events.contract import Contract, EventFields, Id

PROMOTION = {"properties": {"promotion_id": "spring", "name": "Boots for spring", "position": "home_top"}}


class PromotionFields(EventFields):
    """A promotion on the site."""

    promotion_id: Id | None = Field(None, description="which promotion")
    creative: str | None = Field(None, description="which of its pictures")
    name: str | None = Field(None, description="what it is called")
    position: str | None = Field(None, description="where on the page it stood")


class PromotionViewed(PromotionFields):
    """Somebody saw a promotion."""

    contract: ClassVar = Contract(event="Promotion Viewed", examples=(PROMOTION,))


class PromotionClicked(PromotionFields):
    """Somebody clicked a promotion."""

    contract: ClassVar = Contract(event="Promotion Clicked", examples=(PROMOTION,))


class AdClicked(EventFields):
    """Somebody came by an advertisement. Attune's own; the keyword tells what they hoped to find."""

    contract: ClassVar = Contract(
        event="Ad Clicked",
        version="1.1",
        examples=(
            {
                "properties": {
                    "keyword": "waterproof boots",
                    "gclid": "Cj0KCQ",
                    "landing_page": "/sale",
                }
            },
            {
                "properties": {
                    "keyword": "waterproof boots",
                    "landing_page": "/sale",
                    "landing_title": "Summer sale: swimwear and sandals",
                    "landing_text": "Up to half the price until Sunday.",
                }
            },
        ),
    )

    keyword: str | None = Field(None, description="the words that were searched for or bid on")
    gclid: str | None = Field(
        None,
        description="the click's id; under the network's own name: `gclid`, `dclid`, `msclkid`, `fbclid`, `ttclid`, "
        "`twclid`, `li_fat_id`",
    )
    landing_page: str | None = Field(None, description="path of the page where they arrived")
    landing_title: str | None = Field(
        None, description="its title: with it, a page that does not answer the keyword shows as friction"
    )
    landing_text: str | None = Field(
        None,
        description="what it says in a sentence or two, such as its description; the first 400 characters are read",
    )
    search_engine_query: str | None = Field(
        None, description="what was typed into the search engine, where the network tells; used if there is no keyword"
    )
