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
        examples=(
            {"properties": {"cart_id": "cart-9", "form_id": "address", "field": "postcode"}},
            {"properties": {"form_id": "sign-up", "field": "password"}},
        ),
    )

    form_id: Id | None = Field(None, description="which form; the undertaking, where there is no `cart_id`")
    field: str | None = Field(None, description="where it failed; never what was typed")
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
        event="Payment Failed", examples=({"properties": {"cart_id": "cart-9", "reason": "declined"}},)
    )

    cart_id: Id | None = Field(None, description="which undertaking this is about")
    order_id: Id | None = Field(None, description="the order that was to be paid")
    reason: str | None = Field(None, description="a code, e.g. `declined`")
