"""What makes it hard: Attune's own events. Publish them when the application notices, not when it guesses."""

from typing import ClassVar

from pydantic import Field

from attune.events.contract import Contract, EventFields, Id


class PageReloaded(EventFields):
    """A page was loaded again."""

    contract: ClassVar = Contract(event="Page Reloaded", examples=({"properties": {"path": "/checkout"}},))

    path: str | None = Field(None, description="which page")


class FormFailed(EventFields):
    """A form did not go through."""

    contract: ClassVar = Contract(
        event="Form Failed",
        version="1.1",
        examples=(
            {"properties": {"cart_id": "cart-9", "form_id": "address", "field": "postcode"}},
            {"properties": {"form_id": "sign-up", "field": "password"}},
        ),
    )

    form_id: Id | None = Field(None, description="which form; the undertaking, where there is no `cart_id`")
    field: str | None = Field(None, description="where it failed; never what was typed")
    form_url: str | None = Field(None, description="the form's page on your site; a link elsewhere is not used")
    cart_id: Id | None = Field(None, description="which undertaking this is about, where there is one")


class FormSubmitted(EventFields):
    """A form went through. Publish it for the forms whose failures you publish: it ends what was said about them."""

    contract: ClassVar = Contract(event="Form Submitted", examples=({"properties": {"form_id": "sign-up"}},))

    form_id: Id | None = Field(None, description="which form")
    cart_id: Id | None = Field(None, description="which undertaking this is about, where there is one")


class ClickFields(EventFields):
    """A click and the page it happened on."""

    element: str | None = Field(None, description="what was clicked, e.g. a CSS selector")
    path: str | None = Field(None, description="on which page")


class RageClicked(ClickFields):
    """Many clicks in one place within a moment.

    Three clicks within a second is too eager a rule: Sentry, Amplitude and PostHog had to tighten theirs.
    """

    contract: ClassVar = Contract(
        event="Rage Clicked", examples=({"properties": {"element": "#pay", "path": "/checkout"}},)
    )

    clicks: int | None = Field(None, description="how many", ge=1)


class ErrorClicked(ClickFields):
    """A click ran into an error."""

    contract: ClassVar = Contract(
        event="Error Clicked", examples=({"properties": {"element": "#pay", "path": "/checkout"}},)
    )


class DeadClicked(ClickFields):
    """A click on something that looks as if it did something, after which nothing changed."""

    contract: ClassVar = Contract(
        event="Dead Clicked", examples=({"properties": {"element": ".size-chart", "path": "/products/p-1"}},)
    )


class PaymentFailed(EventFields):
    """A payment did not go through. Never send card data."""

    contract: ClassVar = Contract(
        event="Payment Failed",
        version="1.1",
        examples=(
            {"properties": {"cart_id": "cart-9", "reason": "declined"}},
            {"properties": {"order_id": "o-78", "payment_url": "https://shop.example/pay/o-78"}},
        ),
    )

    cart_id: Id | None = Field(None, description="which undertaking this is about")
    order_id: Id | None = Field(None, description="the order that was to be paid")
    order_number: Id | None = Field(None, description="how the customer knows it, where that is not the `order_id`")
    order_url: str | None = Field(None, description="its page on your site; a link elsewhere is not used")
    payment_url: str | None = Field(None, description="where to pay, on your site; a link elsewhere is not used")
    reason: str | None = Field(None, description="a code, e.g. `declined`")


class PaymentCompleted(EventFields):
    """A payment went through that is no purchase of its own: an order paid later, a subscription renewed."""

    contract: ClassVar = Contract(event="Payment Completed", examples=({"properties": {"order_id": "o-78"}},))

    order_id: Id | None = Field(None, description="the order that was paid")
    cart_id: Id | None = Field(None, description="which undertaking this is about")
