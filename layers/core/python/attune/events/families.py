"""Every contract there is, by family: a new event is one model in its family's file and one name here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from attune.events import (
    answers,
    browsing,
    cart,
    checkout,
    coupons,
    friction,
    orders,
    promotions,
    setting_up,
    sharing,
    support,
)
from attune.events.calls import (
    AliasCall,
    AliasFields,
    Call,
    GroupCall,
    GroupFields,
    IdentifyCall,
    PageCall,
    PageFields,
    ScreenCall,
    ScreenFields,
    TrackCall,
    TraitFields,
)
from attune.events.contract import CallType, EventFields


@dataclass(frozen=True)
class Family:
    """Events that belong together, in the order in which people read about them."""

    title: str
    about: str
    events: tuple[type[EventFields], ...]


FAMILIES: tuple[Family, ...] = (
    Family(
        "Who and where",
        "The calls of the spec that name no event.",
        (TraitFields, PageFields, ScreenFields, GroupFields, AliasFields),
    ),
    Family(
        "Looking around",
        "Lists, products and searches, as the spec names them; `Search Performed` is Attune's.",
        (
            browsing.ProductsSearched,
            browsing.SearchPerformed,
            browsing.ProductListViewed,
            browsing.ProductListFiltered,
            browsing.ProductClicked,
            browsing.ProductViewed,
        ),
    ),
    Family(
        "Promotions and advertisements",
        "What drew somebody.",
        (promotions.PromotionViewed, promotions.PromotionClicked, promotions.AdClicked),
    ),
    Family("Cart", "Filling a cart.", (cart.ProductAdded, cart.ProductRemoved, cart.CartViewed)),
    Family(
        "Checkout",
        "From cart to payment.",
        (
            checkout.CheckoutStarted,
            checkout.CheckoutStepViewed,
            checkout.CheckoutStepCompleted,
            checkout.PaymentInfoEntered,
        ),
    ),
    Family(
        "Coupons",
        "Whoever is busy with a coupon is left alone about that cart.",
        (coupons.CouponEntered, coupons.CouponApplied, coupons.CouponDenied, coupons.CouponRemoved),
    ),
    Family(
        "Orders and deliveries",
        "What was bought and how it arrives.",
        (
            orders.OrderCompleted,
            orders.OrderUpdated,
            orders.OrderRefunded,
            orders.OrderCancelled,
            orders.OrderDelivered,
            orders.DeliveryDelayed,
        ),
    ),
    Family(
        "Prices and setting up",
        "From a look at the plans to the last step of the set-up.",
        (
            setting_up.PricingViewed,
            setting_up.SignedUp,
            setting_up.OnboardingStepCompleted,
            setting_up.OnboardingCompleted,
        ),
    ),
    Family(
        "Wish lists, sharing, reviews",
        "The rest of the spec's e-commerce events.",
        (
            sharing.ProductAddedToWishlist,
            sharing.ProductRemovedFromWishlist,
            sharing.WishlistProductAddedToCart,
            sharing.ProductShared,
            sharing.CartShared,
            sharing.ProductReviewed,
        ),
    ),
    Family(
        "What makes it hard",
        "Attune's own additions to the spec. Publish them when the application notices, not when it guesses.",
        (
            friction.PageReloaded,
            friction.FormFailed,
            friction.FormSubmitted,
            friction.RageClicked,
            friction.ErrorClicked,
            friction.DeadClicked,
            friction.PaymentFailed,
            friction.PaymentCompleted,
        ),
    ),
    Family(
        "What the customer says",
        "These change what Attune may do, take effect at once, and end journeys when they next wake.",
        (
            answers.ConsentGranted,
            answers.ConsentWithdrawn,
            answers.Unsubscribed,
            answers.MessageReplied,
            answers.FeedbackGiven,
            answers.ExportRequested,
            answers.DeletionRequested,
        ),
    ),
    Family(
        "What support says",
        "About the customers it looks after.",
        (
            support.CaseOpened,
            support.CaseClaimed,
            support.CaseReplied,
            support.CaseResolved,
            support.TouchApproved,
            support.TouchDeclined,
            support.NoteRecorded,
            support.FixtureAnnounced,
        ),
    ),
)

CALLS: Mapping[CallType, type[Call]] = {
    "identify": IdentifyCall,
    "track": TrackCall,
    "page": PageCall,
    "screen": ScreenCall,
    "group": GroupCall,
    "alias": AliasCall,
}


def every_event() -> Iterator[type[EventFields]]:
    """Yield the model of every event, family by family."""
    for family in FAMILIES:
        yield from family.events
