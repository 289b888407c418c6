"""The native language: calls of the Segment spec, as Segment's and RudderStack's EventBridge destinations deliver them."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from attune.adapters.senders.calls import CALL_TYPES, Call
from attune.adapters.senders.context import click_ids, read_context
from attune.adapters.senders.origins import DEFAULT_SESSION, Origin, checked_id
from attune.adapters.senders.people import (
    Person,
    anonymous,
    email,
    is_nobody,
    known_to,
    person_of,
    phone,
    user,
)
from attune.adapters.senders.times import not_ahead, when
from attune.adapters.senders.tracking import SPECIAL_EVENTS, call_signal, plain_event_name, read_track
from attune.adapters.senders.traits import FLAGS, TRAITS, birthday_of, country_of, full_name, read_traits, region_of
from attune.adapters.senders.values import MAX_ID, first, obj, objects, text
from attune.domain.errors import RejectedEventError
from attune.domain.identifiers import Identifier, IdentifierType
from attune.domain.signals import Fact, SignalKind

_plain_name = plain_event_name

__all__ = ["CALL_TYPES", "FLAGS", "MAX_ID", "SPECIAL_EVENTS", "TRAITS", "_plain_name", "read", "recognises"]

PRICING_PAGE = re.compile(r"pric(e|ing)|plans|preise|tarif", re.IGNORECASE)
HELP_PAGE = re.compile(r"\b(help|support|faq|contact|hilfe|kontakt)\b", re.IGNORECASE)
ACCOUNT_PAGE = re.compile(
    r"\b(account|profile|log-?in|sign-?(in|up)|register|password|orders?|settings|konto|anmelden|cuenta|compte)\b",
    re.IGNORECASE,
)
INFORMATION_PAGE = re.compile(
    r"\b(about(-us)?|imprint|impressum|terms|agb|privacy|datenschutz|shipping|delivery|versand|returns?|stores?|company)\b",
    re.IGNORECASE,
)
LONGEST_PLACE = 2_000
HTTP_SOURCE = "attune.http"
ON_THE_CUSTOMERS_SIDE = re.compile(
    r"analytics\.?js|analytics-next|javascript|browser|web|ios|android|swift|kotlin|react|flutter|unity", re.IGNORECASE
)
"""Names of libraries that run where the customer is."""
DEVICE_WORDS = re.compile(r"idfa|idfv|gaid|token|device|client|anonymous|cookie|domain", re.IGNORECASE)
"""What the type of an external id says where it names a device and not a person."""
MISSING = (
    "`userId` is missing or empty (or a word such as null that stands for nobody): "
    "every call needs userId or anonymousId, and a messageId"
)


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
        message_id=checked_id("messageId", call.message_id or text(envelope.get("id"))),
        person=_person_of(call),
        session_id=checked_id("context.sessionId", call.session or DEFAULT_SESSION),
        time=_time_of(call, envelope, now),
        context=read_context(call.context, call.properties, call.own_traits),
        vouched=_comes_from_a_server(envelope, call),
    )
    return origin.with_claim(_facts(call, origin))


def _facts(call: Call, origin: Origin) -> tuple[Fact, ...]:
    if call.type == "identify":
        return (origin.profile(read_traits(call.own_traits, call.context.get("locale"))),)
    if call.type == "track":
        if not call.event:
            raise RejectedEventError("missing_event", "a track call needs `event`, the name of what happened")
        return read_track(call, call.event, origin)
    kind = _page_kind(call) if call.type in {"page", "screen"} else SignalKind.OTHER
    return (call_signal(call, origin, kind, call.type),)


def _person_of(call: Call) -> Person:
    known = call.user_id if call.user_id and not is_nobody(call.user_id) else ""
    if known:
        checked_id("userId", known)
    elif call.anonymous_id and not is_nobody(call.anonymous_id):
        checked_id("anonymousId", call.anonymous_id)
    previous = call.previous_id or ""
    replaces = previous if call.type == "alias" and previous not in {known, call.anonymous_id} else ""
    return person_of(
        user(known),
        anonymous(call.anonymous_id),
        *_addresses(call),
        missing=MISSING,
        name=full_name(call.own_traits),
        birthday=birthday_of(call.own_traits),
        replaces="" if is_nobody(replaces) else checked_id("previousId", replaces),
    )


def _addresses(call: Call) -> Iterator[Identifier | None]:
    """Yield everything else by which the call lets the person be recognised."""
    traits = call.own_traits
    yield email(traits.get("email"))
    if call.type == "identify":
        yield email(call.user_id)
    locale_region = region_of(traits, call.context.get("locale"))
    yield phone(traits.get("phone"), country=country_of(traits), locale_region=locale_region)
    for given in (call.context.get("externalIds"), call.context.get("externalId"), traits.get("externalIds")):
        if isinstance(given, dict) and "id" not in given:
            yield from (known_to(system, value) for system, value in given.items())
        else:
            yield from (found for one in objects(given) for found in _external(one))
    for click in click_ids(call.context, call.properties):
        yield Identifier(IdentifierType.CLICK, click)


def _external(given: Mapping[str, Any]) -> Iterator[Identifier | None]:
    """Read one external id of Segment's: an object with `type` and `id`."""
    system, value = text(given.get("type")), given.get("id")
    if text(given.get("collection")) not in {"", "users"} or text(given.get("encoding")) not in {"", "none"}:
        return
    match system.casefold():
        case "" | "user_id":
            return
        case "email":
            yield email(value)
        case "phone":
            yield phone(value)
        case _ if DEVICE_WORDS.search(system):
            yield anonymous(value, system)
        case _:
            yield known_to(system, value)


def _time_of(call: Call, envelope: Mapping[str, Any], now: datetime) -> datetime:
    time = call.timestamp
    if time is None:
        return when(call.original_timestamp, call.received_at, envelope.get("time"), now=now)
    try:
        return not_ahead((time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC), now)
    except OverflowError as error:
        raise RejectedEventError("wrong_field", f"`timestamp` {time.isoformat()} is no time that UTC knows") from error


def _comes_from_a_server(envelope: Mapping[str, Any], call: Call) -> bool:
    """Whether a server of the account's own saw what the call tells.

    Who puts events on our bus holds the account's credentials. Segment's and RudderStack's sources, and what comes in
    over HTTP, carry keys that every browser can read; and a server that hands on its visitors' calls leaves the name
    of the library that made them.
    """
    source = text(envelope.get("source"))
    if not source or source.startswith(("aws.partner/", HTTP_SOURCE)):
        return False
    return not ON_THE_CUSTOMERS_SIDE.search(text(obj(call.context.get("library")).get("name")))


def _page_kind(call: Call) -> SignalKind:
    path = first(call.properties.get("path"), obj(call.context.get("page")).get("path"))
    place = " ".join(part for part in (call.name, path) if part)[:LONGEST_PLACE]
    kinds = (
        (PRICING_PAGE, SignalKind.PRICING_VIEWED),
        (HELP_PAGE, SignalKind.HELP_VIEWED),
        (ACCOUNT_PAGE, SignalKind.ACCOUNT_VIEWED),
        (INFORMATION_PAGE, SignalKind.INFORMATION_VIEWED),
    )
    return next((kind for pattern, kind in kinds if pattern.search(place)), SignalKind.PAGE_VIEWED)
