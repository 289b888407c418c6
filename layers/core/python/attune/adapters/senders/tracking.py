"""What track calls mean: the names of the Segment spec and Attune's own, however they are written."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from attune.adapters.senders.calls import Call
from attune.adapters.senders.context import short
from attune.adapters.senders.origins import Origin, checked_id
from attune.adapters.senders.values import bounded, first, text
from attune.domain.errors import RejectedEventError
from attune.domain.permissions import EMAIL_TRACKING
from attune.domain.personal_notes import Topic
from attune.domain.signals import (
    EVENT_KINDS,
    CaseResolved,
    CaseWorked,
    DataRequest,
    DataRight,
    Fact,
    Feedback,
    NoteTaken,
    Signal,
    SignalKind,
    TouchAnswered,
)

CHANNELS = ("email", "sms", "onsite")
DEAL_WORDS = re.compile(r"coupon|discount|promo|voucher|deal|gutschein|rabatt|descuento|cup[oó]n", re.IGNORECASE)
LONGEST_QUERY = 1_000
MOST_TAGS = 20
LONGEST_ABOUT = 60
LONGEST_NOTE = 1_000

type EventReader = Callable[[Call, Origin], tuple[Fact, ...]]


def read_track(call: Call, event: str, origin: Origin) -> tuple[Fact, ...]:
    """Read a track call; a name nobody knows is something else that happened."""
    plain = plain_event_name(event)
    if plain in PLAIN_KINDS:
        return (call_signal(call, origin, PLAIN_KINDS[plain], event),)
    special = SPECIAL_EVENTS.get(plain)
    return special(call, origin) if special else (call_signal(call, origin, SignalKind.OTHER, event),)


def is_known_event(name: str) -> bool:
    """Whether a name means more than that something happened."""
    plain = plain_event_name(name)
    return plain in PLAIN_KINDS or plain in SPECIAL_EVENTS


def plain_event_name(name: str) -> str:
    """Return a name as it is compared: `productAdded`, `product_added` and `Product Added` are one."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", spaced.casefold()).strip()


def call_signal(call: Call, origin: Origin, kind: SignalKind, name: str) -> Signal:
    """Return what happened, with the undertaking it belongs to and what is told of that."""
    properties = call.properties
    # No checkout_id: the steps of a checkout would part from the cart they belong to.
    reference = first(properties.get("cart_id"), properties.get("form_id"))
    if kind in ABOUT_SETTING_UP:
        reference = first(properties.get("plan_id"), properties.get("plan"), reference)
    order = first(properties.get("order_id")) if kind in ABOUT_AN_ORDER else ""
    if kind is SignalKind.DELIVERY_DELAYED:
        reference = first(order, reference)
    details = short({one: properties.get(one) for one in DETAILS.get(kind, ())})
    return origin.signal(kind, name, reference=reference, order=order, details=details)


def _search(call: Call, origin: Origin) -> tuple[Fact, ...]:
    properties = call.properties
    count = properties.get("results_count", properties.get("result_count"))
    if DEAL_WORDS.search(str(properties.get("query", ""))[:LONGEST_QUERY]):
        kind = SignalKind.DEAL_SEARCHED
    elif text(count) in {"0", "0.0"}:
        kind = SignalKind.SEARCHED_IN_VAIN
    else:
        kind = SignalKind.SEARCHED
    return (call_signal(call, origin, kind, "Products Searched"),)


def _list_filtered(call: Call, origin: Origin) -> tuple[Fact, ...]:
    sorts = call.properties.get("sorts")
    by_price = (
        any(isinstance(sort, dict) and sort.get("type") == "price" for sort in sorts)
        if isinstance(sorts, list)
        else False
    )
    kind = SignalKind.PRICE_SORTED if by_price else SignalKind.VIEWED
    return (call_signal(call, origin, kind, "Product List Filtered"),)


def _reply(call: Call, origin: Origin) -> tuple[Fact, ...]:
    words = str(call.properties.get("text") or call.properties.get("body") or "")
    return (origin.reply(words, str(call.properties.get("channel") or "")),)


def _feedback(call: Call, origin: Origin) -> tuple[Fact, ...]:
    helpful = call.properties.get("helpful")
    if not isinstance(helpful, bool):
        raise RejectedEventError("wrong_field", f"properties.helpful must be true or false, not {_shown(helpful)}")
    return (
        Feedback(
            message_id=origin.message_id,
            customer_id=origin.handle,
            session_id=origin.session_id,
            time=origin.time,
            helpful=helpful,
            journey_id=str(call.properties.get("journey_id") or ""),
        ),
    )


def _data_request(right: DataRight) -> EventReader:
    def read_data_request(call: Call, origin: Origin) -> tuple[Fact, ...]:
        name = f"{right.value.title()} Requested"
        channel = text(call.properties.get("channel"))
        request = DataRequest(
            message_id=origin.message_id,
            customer_id=origin.handle,
            session_id=origin.session_id,
            time=origin.time,
            right=right,
            channel=channel if channel in CHANNELS else "",
        )
        return (origin.note(name), request)

    return read_data_request


def _consent(*, granted: bool) -> EventReader:
    def read_consent(call: Call, origin: Origin) -> tuple[Fact, ...]:
        given = call.properties.get("channels") or call.properties.get("channel")
        listed = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else []
        known = (*CHANNELS, EMAIL_TRACKING)
        # Whoever takes everything back takes that back too; whoever allows it has to say so by name.
        everything = CHANNELS if granted else known
        channels = (
            everything if "all" in listed or (not listed and not granted) else tuple(c for c in known if c in listed)
        )
        if not channels:
            raise RejectedEventError(
                "wrong_field", f"properties.channels must name some of {', '.join(known)}, not {_shown(given)}"
            )
        source = str(call.properties.get("source") or "application")
        return (origin.consent(*channels, granted=granted, source=source),)

    return read_consent


def _case_resolved(call: Call, origin: Origin) -> tuple[Fact, ...]:
    properties = call.properties
    tags = properties.get("tags")
    return (
        CaseResolved(
            message_id=origin.message_id,
            customer_id=origin.handle,
            time=origin.time,
            case_id=_case_id(call),
            agent_id=bounded(text(properties.get("agent_id"))),
            outcome=bounded(first(properties.get("outcome"), properties.get("resolution"))),
            tags=tuple(bounded(text(tag)) for tag in tags[:MOST_TAGS] if text(tag)) if isinstance(tags, list) else (),
        ),
    )


def _note(call: Call, origin: Origin) -> tuple[Fact, ...]:
    """Read what a colleague wrote down; a topic that nothing is made of leaves only that something was noted."""
    return (origin.note("Note Recorded"), *_note_taken(call, origin, text(call.properties.get("topic"))))


def _fixture(call: Call, origin: Origin) -> tuple[Fact, ...]:
    return (origin.note("Fixture Announced"), *_note_taken(call, origin, Topic.TEAM_FIXTURE, "team"))


def _note_taken(call: Call, origin: Origin, topic: str, about: str = "about") -> Iterator[NoteTaken]:
    plain = topic.strip().casefold().replace(" ", "_")
    if plain not in Topic or plain == Topic.ANNIVERSARY:
        return
    given = first(call.properties.get("date"), call.properties.get("day"))
    yield NoteTaken(
        message_id=f"{origin.message_id}#note",
        customer_id=origin.handle,
        time=origin.time,
        topic=Topic(plain),
        about=bounded(text(call.properties.get(about)))[:LONGEST_ABOUT],
        on=_day(given),
    )


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given[:10])
    except ValueError as error:
        raise RejectedEventError(
            "wrong_field", f"properties.date must be a day such as 2027-06-12, not {_shown(given)}"
        ) from error


def _case_opened(_call: Call, origin: Origin) -> tuple[Fact, ...]:
    return (origin.note("Case Opened"),)  # who opens cases is Attune itself


def _case_worked(step: str) -> EventReader:
    def read_case_worked(call: Call, origin: Origin) -> tuple[Fact, ...]:
        if not call.properties.get("case_id"):
            return (origin.note(f"Case {step.title()}"),)  # which case is not told: all we know is that people are busy
        return (
            CaseWorked(
                message_id=origin.message_id,
                customer_id=origin.handle,
                time=origin.time,
                case_id=_case_id(call),
                step=step,
                agent_id=bounded(text(call.properties.get("agent_id"))),
            ),
        )

    return read_case_worked


def _touch_answered(*, approved: bool) -> EventReader:
    def read_touch_answered(call: Call, origin: Origin) -> tuple[Fact, ...]:
        if not origin.vouched:
            raise RejectedEventError(
                "not_from_a_server",
                "only a server of your own may say that a person approved or declined a touch: put the event on the bus",
            )
        properties = call.properties
        return (
            TouchAnswered(
                message_id=origin.message_id,
                customer_id=origin.handle,
                time=origin.time,
                request_id=checked_id("properties.request_id", text(properties.get("request_id"))),
                approved=approved,
                agent_id=bounded(text(properties.get("agent_id"))),
                note=text(properties.get("note"))[:LONGEST_NOTE],
            ),
        )

    return read_touch_answered


def _case_id(call: Call) -> str:
    return checked_id("properties.case_id", str(call.properties.get("case_id") or ""))


def _shown(value: object) -> str:
    return repr(value)[:LONGEST_QUERY]


ABOUT_AN_ORDER = frozenset(
    {
        SignalKind.ORDERED,
        SignalKind.ORDER_TAKEN_BACK,
        SignalKind.PAYMENT_FAILED,
        SignalKind.PAID,
        SignalKind.DELIVERY_DELAYED,
        SignalKind.DELIVERED,
    }
)
ABOUT_SETTING_UP = frozenset({SignalKind.SIGNED_UP, SignalKind.SETUP_STEP_DONE, SignalKind.SETUP_DONE})
_ORDER_DETAILS = ("order_number", "order_url")
DETAILS: Mapping[SignalKind, tuple[str, ...]] = {
    SignalKind.ORDERED: _ORDER_DETAILS,
    SignalKind.DELIVERED: _ORDER_DETAILS,
    SignalKind.DELIVERY_DELAYED: (*_ORDER_DETAILS, "new_date", "tracking_url"),
    SignalKind.PAYMENT_FAILED: (*_ORDER_DETAILS, "payment_url"),
    SignalKind.FORM_FAILED: ("form_url",),
    **dict.fromkeys(ABOUT_SETTING_UP, ("setup_url",)),
}
"""What is kept of an event for the texts of its moment (attune.domain.details); links are checked when they are used."""

PLAIN_KINDS = {plain_event_name(name): kind for name, kind in EVENT_KINDS.items()}

SPECIAL_EVENTS: Mapping[str, EventReader] = {
    "products searched": _search,
    "search performed": _search,
    "product list filtered": _list_filtered,
    "message replied": _reply,
    "feedback given": _feedback,
    "export requested": _data_request(DataRight.EXPORT),
    "deletion requested": _data_request(DataRight.DELETION),
    "consent granted": _consent(granted=True),
    "consent withdrawn": _consent(granted=False),
    "unsubscribed": _consent(granted=False),
    "note recorded": _note,
    "fixture announced": _fixture,
    "case opened": _case_opened,
    "case claimed": _case_worked("claimed"),
    "case replied": _case_worked("replied"),
    "case resolved": _case_resolved,
    "touch approved": _touch_answered(approved=True),
    "touch declined": _touch_answered(approved=False),
}
