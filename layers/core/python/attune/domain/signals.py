"""What customers do, normalised: the vocabulary that every sender is translated into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from attune.domain.identifiers import IdentityClaim
from attune.domain.personal_notes import Topic


class SignalKind(StrEnum):
    """One kind of thing a customer does; the value is the short code kept in a session's memory."""

    VIEWED = "v"
    PAGE_VIEWED = "V"
    PRICING_VIEWED = "p"
    HELP_VIEWED = "h"
    INFORMATION_VIEWED = "i"
    ACCOUNT_VIEWED = "u"
    SEARCHED = "q"
    SEARCHED_IN_VAIN = "z"
    DEAL_SEARCHED = "d"
    PRICE_SORTED = "s"
    PRODUCT_ADDED = "a"
    PRODUCT_REMOVED = "b"
    CART_VIEWED = "w"
    CHECKOUT_STARTED = "c"
    COUPON_USED = "k"
    ORDERED = "o"
    ORDER_TAKEN_BACK = "O"
    RELOADED = "r"
    FORM_FAILED = "f"
    RAGE_CLICKED = "g"
    ERROR_CLICKED = "e"
    DEAD_CLICKED = "j"
    PAYMENT_FAILED = "x"
    DELIVERY_DELAYED = "y"
    DELIVERED = "D"
    PAID = "P"
    FORM_SENT = "F"
    AD_CLICKED = "A"
    SIGNED_UP = "S"
    SETUP_STEP_DONE = "t"
    SETUP_DONE = "T"
    REPLIED = "R"
    ASKED_FOR_HELP = "H"
    FOUND_HELPFUL = "+"
    FOUND_UNHELPFUL = "-"
    NOTED = "n"
    OTHER = "."


EVENT_KINDS: Mapping[str, SignalKind] = {
    "Product Viewed": SignalKind.VIEWED,
    "Product List Viewed": SignalKind.VIEWED,
    "Product Clicked": SignalKind.VIEWED,
    "Product Added": SignalKind.PRODUCT_ADDED,
    "Wishlist Product Added to Cart": SignalKind.PRODUCT_ADDED,
    "Product Removed": SignalKind.PRODUCT_REMOVED,
    "Cart Viewed": SignalKind.CART_VIEWED,
    "Checkout Started": SignalKind.CHECKOUT_STARTED,
    "Checkout Step Viewed": SignalKind.CHECKOUT_STARTED,
    "Checkout Step Completed": SignalKind.CHECKOUT_STARTED,
    "Payment Info Entered": SignalKind.CHECKOUT_STARTED,
    "Coupon Entered": SignalKind.COUPON_USED,
    "Coupon Applied": SignalKind.COUPON_USED,
    "Coupon Denied": SignalKind.COUPON_USED,
    "Coupon Removed": SignalKind.COUPON_USED,
    "Order Completed": SignalKind.ORDERED,
    "Order Cancelled": SignalKind.ORDER_TAKEN_BACK,
    "Order Refunded": SignalKind.ORDER_TAKEN_BACK,
    "Page Reloaded": SignalKind.RELOADED,
    "Form Failed": SignalKind.FORM_FAILED,
    "Rage Clicked": SignalKind.RAGE_CLICKED,
    "Error Clicked": SignalKind.ERROR_CLICKED,
    "Dead Clicked": SignalKind.DEAD_CLICKED,
    "Payment Failed": SignalKind.PAYMENT_FAILED,
    "Payment Completed": SignalKind.PAID,
    "Delivery Delayed": SignalKind.DELIVERY_DELAYED,
    "Order Delivered": SignalKind.DELIVERED,
    "Form Submitted": SignalKind.FORM_SENT,
    "Ad Clicked": SignalKind.AD_CLICKED,
    "Pricing Viewed": SignalKind.PRICING_VIEWED,
    "Signed Up": SignalKind.SIGNED_UP,
    "Onboarding Step Completed": SignalKind.SETUP_STEP_DONE,
    "Onboarding Completed": SignalKind.SETUP_DONE,
}
"""Track events whose name alone says what kind of signal they are (Segment e-commerce v2 and Attune's own)."""

KINDS_BY_EVENT: Mapping[str, SignalKind] = {
    **EVENT_KINDS,
    "Products Searched": SignalKind.SEARCHED,
    "Search Performed": SignalKind.SEARCHED,
    "Message Replied": SignalKind.REPLIED,
    "Feedback Given": SignalKind.FOUND_HELPFUL,
    "page": SignalKind.PAGE_VIEWED,
}
"""The names a playbook may use for a signal, with the kind each stands for."""

LIVE_KINDS = frozenset(SignalKind) - {
    SignalKind.ORDER_TAKEN_BACK,
    SignalKind.DELIVERY_DELAYED,
    SignalKind.DELIVERED,
    SignalKind.PAID,
    SignalKind.REPLIED,
    SignalKind.ASKED_FOR_HELP,
    SignalKind.FOUND_HELPFUL,
    SignalKind.FOUND_UNHELPFUL,
    SignalKind.NOTED,
}
"""Kinds that show the customer to be on the site or in the app; the others happen elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One thing one customer did at one time.

    `reference` correlates signals of one undertaking (a cart id), `order` names the order it is about, where it is about
    one; `context` is what the sender knew of the customer's surroundings (device, channel, landing page), short strings
    only; `details` are what it says of the undertaking itself (a new date, a tracking link). `vouched` says that a server saw it: what only a browser or an app tells could be made up by whoever holds it.
    """

    message_id: str
    customer_id: str
    session_id: str
    time: datetime
    kind: SignalKind
    name: str
    reference: str = ""
    order: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, str] = field(default_factory=dict)
    vouched: bool = False


@dataclass(frozen=True, kw_only=True)
class ProfileChange:
    """What an application told us about a customer, as of a time."""

    message_id: str
    customer_id: str
    time: datetime
    traits: Mapping[str, str | bool]


@dataclass(frozen=True, kw_only=True)
class ConsentChange:
    """A customer allowed or forbade messages on some channels, as of a time, with where it was said."""

    message_id: str
    customer_id: str
    time: datetime
    channels: tuple[str, ...]
    granted: bool
    source: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a customer wrote back; the text goes to the case only, never into a decision."""

    message_id: str
    customer_id: str
    session_id: str
    time: datetime
    text: str
    channel: str


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """Whether a customer found a message helpful."""

    message_id: str
    customer_id: str
    session_id: str
    time: datetime
    helpful: bool
    journey_id: str


class DataRight(StrEnum):
    """What somebody may ask for about the data that is held about them."""

    EXPORT = "export"
    DELETION = "deletion"


@dataclass(frozen=True, kw_only=True)
class DataRequest:
    """Somebody asked for a copy of their data or for its deletion; a person finds out who asked, and does it."""

    message_id: str
    customer_id: str
    session_id: str
    time: datetime
    right: DataRight
    channel: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteTaken:
    """A colleague wrote down what a customer told: what about, on which day it is, and a few words for people's eyes."""

    message_id: str
    customer_id: str
    time: datetime
    topic: Topic
    about: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class CaseResolved:
    """A person closed a case: who, how it ended (a code), and what it was about."""

    message_id: str
    customer_id: str
    time: datetime
    case_id: str
    agent_id: str = ""
    outcome: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CaseWorked:
    """Support worked on a case: `claimed` or `replied` to it."""

    message_id: str
    customer_id: str
    time: datetime
    case_id: str
    step: str
    agent_id: str = ""


@dataclass(frozen=True, kw_only=True)
class TouchAnswered:
    """A person said yes or no to a touch that needs their go-ahead; `note` says why, for colleagues."""

    message_id: str
    customer_id: str
    time: datetime
    request_id: str
    approved: bool
    agent_id: str = ""
    note: str = ""


class Fate(StrEnum):
    """What became of a message of ours, as the provider says."""

    SENT = "sent"
    DELIVERED = "delivered"
    COMPLAINED = "complained"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class ContactFate:
    """The provider knows a contact of ours: it took the message, or never sent it (`REJECTED`)."""

    message_id: str
    customer_id: str
    time: datetime
    contact_id: str
    provider_id: str
    fate: Fate


type Fact = (
    Signal
    | ProfileChange
    | ConsentChange
    | Reply
    | Feedback
    | DataRequest
    | NoteTaken
    | CaseResolved
    | CaseWorked
    | TouchAnswered
    | ContactFate
    | IdentityClaim
)
