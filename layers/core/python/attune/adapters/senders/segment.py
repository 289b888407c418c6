"""The native language: calls of the Segment spec, as Segment's and RudderStack's EventBridge destinations deliver them."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from attune.adapters.senders.context import read_context
from attune.domain.errors import RejectedEventError
from attune.domain.signals import (
    EVENT_KINDS,
    CaseResolved,
    ConsentChange,
    Fact,
    Feedback,
    ProfileChange,
    Reply,
    Signal,
    SignalKind,
)

CALL_TYPES = ("identify", "track", "page", "screen", "group", "alias")
MAX_ID = 256
"""In bytes of UTF-8, which is what DynamoDB counts in a key."""
CLOCK_TOLERANCE = timedelta(hours=1)
DEFAULT_SESSION = "main"
CHANNELS = ("email", "sms", "onsite")

DEAL_WORDS = re.compile(r"coupon|discount|promo|voucher|deal|gutschein|rabatt|descuento|cup[oó]n", re.IGNORECASE)
PRICING_PAGE = re.compile(r"pric(e|ing)|plans|preise|tarif", re.IGNORECASE)
HELP_PAGE = re.compile(r"\b(help|support|faq|contact|hilfe|kontakt)\b", re.IGNORECASE)


class Call(BaseModel):
    """A call of the Segment spec; fields we do not use are left unread."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    type: str
    user_id: str | None = Field(None, validation_alias=AliasChoices("userId", "user_id"))
    anonymous_id: str | None = Field(None, validation_alias=AliasChoices("anonymousId", "anonymous_id"))
    message_id: str | None = Field(None, validation_alias=AliasChoices("messageId", "message_id"))
    timestamp: datetime | None = None
    event: str | None = None
    name: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)
    traits: dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)

    @field_validator("properties", "traits", "context", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return {} if value is None else value


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether the event's detail says that it is a call of the spec."""
    return envelope["detail"].get("type") in CALL_TYPES


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read one call into facts; raise RejectedEventError naming the field that does not fit."""
    try:
        call = Call.model_validate(envelope["detail"])
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise RejectedEventError(
            "wrong_field", f"the {envelope['detail']['type']} call does not fit: {problems}"
        ) from error
    origin = Origin(
        message_id=_bounded("messageId", call.message_id or str(envelope.get("id") or "")),
        customer_id=_bounded("userId", call.user_id or call.anonymous_id or ""),
        session_id=_bounded("context.sessionId", _session_of(call)),
        time=_time_of(call, envelope, now),
    )
    if call.type == "identify":
        return _identify(call, origin)
    if call.type == "track":
        if not call.event:
            raise RejectedEventError("missing_event", "a track call needs `event`, the name of what happened")
        return _track(call, call.event, origin)
    return (
        _signal(call, origin, _page_kind(call) if call.type in ("page", "screen") else SignalKind.OTHER, call.type),
    )


class Origin(BaseModel):
    """Who, when and by which message: shared by everything that is read from one call."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    customer_id: str
    session_id: str
    time: datetime


def _bounded(field: str, value: str) -> str:
    if not value.strip():
        raise RejectedEventError(
            "missing_id", f"`{field}` is missing or empty: every call needs userId or anonymousId, and a messageId"
        )
    size = len(value.encode())
    if size > MAX_ID:
        raise RejectedEventError("id_too_long", f"`{field}` has {size:,} bytes, at most {MAX_ID} are allowed")
    return value


def _session_of(call: Call) -> str:
    session = call.context.get("sessionId") or call.properties.get("session_id") or call.properties.get("sessionId")
    return str(session) if session else DEFAULT_SESSION


def _time_of(call: Call, envelope: Mapping[str, Any], now: datetime) -> datetime:
    time = call.timestamp
    if time is None:
        try:
            time = datetime.fromisoformat(str(envelope.get("time")))
        except ValueError as error:
            raise RejectedEventError(
                "missing_time", "neither `timestamp` nor the envelope's `time` is an ISO 8601 time"
            ) from error
    try:
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise RejectedEventError("wrong_field", f"`timestamp` {time.isoformat()} is no time that UTC knows") from error
    if time > now + CLOCK_TOLERANCE:
        ahead = f"`timestamp` {time.isoformat()} lies in the future (now is {now.isoformat(timespec='seconds')})"
        raise RejectedEventError("time_in_future", f"{ahead}: check the sender's clock and time zone")
    return time


def _signal(call: Call, origin: Origin, kind: SignalKind, name: str) -> Signal:
    properties = call.properties
    # No checkout_id: the steps of a checkout would part from the cart they belong to.
    reference = properties.get("cart_id") or properties.get("form_id") or ""
    return Signal(
        **dict(origin),
        kind=kind,
        name=name,
        reference=str(reference)[:MAX_ID],
        context=read_context(call.context, properties),
    )


def _page_kind(call: Call) -> SignalKind:
    page = call.context.get("page")
    path = page.get("path") if isinstance(page, dict) else ""
    place = " ".join(str(part) for part in (call.name, call.properties.get("path") or path) if part)
    if PRICING_PAGE.search(place):
        return SignalKind.PRICING_VIEWED
    return SignalKind.HELP_VIEWED if HELP_PAGE.search(place) else SignalKind.VIEWED


def _plain_name(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", spaced.casefold()).strip()


def _track(call: Call, event: str, origin: Origin) -> tuple[Fact, ...]:
    plain = _plain_name(event)
    if plain in PLAIN_KINDS:
        return (_signal(call, origin, PLAIN_KINDS[plain], event),)
    special = SPECIAL_EVENTS.get(plain)
    return special(call, origin) if special else (_signal(call, origin, SignalKind.OTHER, event),)


def _search(call: Call, origin: Origin) -> tuple[Fact, ...]:
    properties = call.properties
    count = properties.get("results_count", properties.get("result_count"))
    if DEAL_WORDS.search(str(properties.get("query", ""))):
        kind = SignalKind.DEAL_SEARCHED
    elif count is not None and str(count) in ("0", "0.0"):
        kind = SignalKind.SEARCHED_IN_VAIN
    else:
        kind = SignalKind.SEARCHED
    return (_signal(call, origin, kind, "Products Searched"),)


def _list_filtered(call: Call, origin: Origin) -> tuple[Fact, ...]:
    sorts = call.properties.get("sorts")
    by_price = (
        any(isinstance(sort, dict) and sort.get("type") == "price" for sort in sorts)
        if isinstance(sorts, list)
        else False
    )
    return (_signal(call, origin, SignalKind.PRICE_SORTED if by_price else SignalKind.VIEWED, "Product List Filtered"),)


def _reply(call: Call, origin: Origin) -> tuple[Fact, ...]:
    text = str(call.properties.get("text") or call.properties.get("body") or "")
    return (Reply(**dict(origin), text=text, channel=str(call.properties.get("channel") or "")),)


def _feedback(call: Call, origin: Origin) -> tuple[Fact, ...]:
    helpful = call.properties.get("helpful")
    if not isinstance(helpful, bool):
        raise RejectedEventError("wrong_field", f"properties.helpful must be true or false, not {helpful!r}")
    return (Feedback(**dict(origin), helpful=helpful, journey_id=str(call.properties.get("journey_id") or "")),)


def _consent(*, granted: bool) -> Callable[[Call, Origin], tuple[Fact, ...]]:
    def read_consent(call: Call, origin: Origin) -> tuple[Fact, ...]:
        named = call.properties.get("channels") or call.properties.get("channel")
        listed = [named] if isinstance(named, str) else list(named) if isinstance(named, Iterable) else []
        channels = (
            CHANNELS if "all" in listed or (not listed and not granted) else tuple(c for c in CHANNELS if c in listed)
        )
        if not channels:
            raise RejectedEventError(
                "wrong_field", f"properties.channels must name some of {', '.join(CHANNELS)}, not {named!r}"
            )
        source = str(call.properties.get("source") or "application")[:MAX_ID]
        return (
            ConsentChange(
                message_id=origin.message_id,
                customer_id=origin.customer_id,
                time=origin.time,
                channels=channels,
                granted=granted,
                source=source,
            ),
        )

    return read_consent


def _case_resolved(call: Call, origin: Origin) -> tuple[Fact, ...]:
    case_id = _bounded("properties.case_id", str(call.properties.get("case_id") or ""))
    return (
        CaseResolved(message_id=origin.message_id, customer_id=origin.customer_id, time=origin.time, case_id=case_id),
    )


PLAIN_KINDS = {_plain_name(name): kind for name, kind in EVENT_KINDS.items()}

SPECIAL_EVENTS: Mapping[str, Callable[[Call, Origin], tuple[Fact, ...]]] = {
    "products searched": _search,
    "search performed": _search,
    "product list filtered": _list_filtered,
    "message replied": _reply,
    "feedback given": _feedback,
    "consent granted": _consent(granted=True),
    "consent withdrawn": _consent(granted=False),
    "unsubscribed": _consent(granted=False),
    "case resolved": _case_resolved,
}

TRAITS: Mapping[str, tuple[str, ...]] = {
    "first_name": ("firstName", "first_name", "firstname"),
    "email": ("email",),
    "phone": ("phone",),
    "locale": ("locale", "language"),
    "time_zone": ("timezone", "time_zone", "timeZone"),
    "country": ("country", "countryCode"),
    "segment": ("segment",),
    "lifecycle": ("lifecycle", "lifecycle_stage"),
    "preferred_channel": ("preferredChannel", "preferred_channel"),
}
FLAGS: Mapping[str, tuple[str, ...]] = {
    "vip": ("vip",),
    "regulatory_flag": ("regulatoryFlag", "regulatory_flag"),
    "automation_opt_out": ("automationOptOut", "automation_opt_out"),
}


def _identify(call: Call, origin: Origin) -> tuple[Fact, ...]:
    address = call.traits.get("address")
    given = {**(address if isinstance(address, dict) else {}), **call.traits}
    traits: dict[str, str | bool] = {
        trait: str(value).strip()[:MAX_ID]
        for trait, names in TRAITS.items()
        if (value := next((given[name] for name in names if given.get(name)), None)) is not None
    }
    for trait, names in FLAGS.items():
        value = next((given[name] for name in names if name in given), None)
        if isinstance(value, bool):
            traits[trait] = value
    if "first_name" not in traits and isinstance(given.get("name"), str) and given["name"].split():
        traits["first_name"] = given["name"].split()[0][:MAX_ID]
    change = ProfileChange(
        message_id=origin.message_id, customer_id=origin.customer_id, time=origin.time, traits=traits
    )
    return (change,)
