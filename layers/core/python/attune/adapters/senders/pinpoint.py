"""The event stream of Amazon Pinpoint and End User Messaging: emails, SMS, and what happens in an app."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attune.adapters.senders import segment, ses
from attune.adapters.senders.origins import Origin, message_id_of
from attune.adapters.senders.people import email, person_of
from attune.adapters.senders.sms import holder_of, opted_out
from attune.adapters.senders.times import instant, when
from attune.adapters.senders.tracking import is_known_event
from attune.adapters.senders.values import bounded, first, obj, text, texts
from attune.domain.signals import Fact

EMAIL_KINDS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "send": ("send", {}),
    "delivered": ("delivery", {}),
    "open": ("open", {}),
    "click": ("click", {}),
    "rejected": ("reject", {}),
    "rendering_failure": ("renderingfailure", {}),
    "softbounce": ("bounce", {"bounceType": "Transient"}),
    "hardbounce": ("bounce", {"bounceType": "Permanent"}),
    "complaint": ("complaint", {}),
    "unsubscribe": ("complaint", {}),
}
"""Pinpoint's words for what SES says."""


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether the detail has the two fields that every event of the stream has."""
    detail = envelope["detail"]
    return isinstance(detail.get("event_type"), str) and "event_timestamp" in detail


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read one event of the stream by its channel."""
    event = envelope["detail"]
    family, _, name = event["event_type"].lstrip("_").partition(".")
    match family.casefold():
        case "email":
            return _email(event, name.casefold(), envelope, now)
        case "sms":
            return _sms(event, name.casefold(), envelope, now)
        case _:
            return _app(event, envelope, now)


def _email(event: Mapping[str, Any], name: str, envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    about = obj(obj(obj(event.get("facets")).get("email_channel")).get("mail_event"))
    mail = obj(about.get("mail"))
    time = when(event.get("event_timestamp"), envelope.get("time"), now=now)
    address = next(iter(texts(mail.get("destination"))), "")
    person = person_of(email(address), missing=f"the {name[:60]} names no recipient: `mail.destination` is empty")
    message = first(mail.get("message_id"), mail.get("messageId"), envelope.get("id"))
    again = text(event.get("arrival_timestamp")) if name in {"open", "click"} else ""
    message_id = message_id_of(bounded(":".join(part for part in (message, name, again, address) if part)))
    origin = Origin(message_id=message_id, person=person, time=time)
    kind, details = EMAIL_KINDS.get(name, ("", {}))
    fact = ses.read_outcome(kind, {**obj(about.get(name)), **details}, origin) if kind else origin.note(f"Email {name}")
    return origin.with_claim((fact,))


def _sms(event: Mapping[str, Any], name: str, envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    attributes = obj(event.get("attributes"))
    status = text(attributes.get("record_status")).casefold()
    origin = Origin(
        message_id=message_id_of(first(attributes.get("message_id"), envelope.get("id")), name, status),
        person=holder_of(attributes.get("destination_phone_number"), attributes.get("iso_country_code")),
        time=when(event.get("event_timestamp"), envelope.get("time"), now=now),
    )
    out = name == "optout" or status == "opted_out"
    return origin.with_claim((opted_out(origin) if out else origin.note(f"SMS {status or name}"),))


def _app(event: Mapping[str, Any], envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read what happens in an app as the call it would have been, on the device it happened on."""
    client, device = obj(event.get("client")), obj(event.get("device"))
    attributes, metrics = obj(event.get("attributes")), obj(event.get("metrics"))
    session = text(obj(event.get("session")).get("session_id"))
    kind = event["event_type"]
    endpoint = text(client.get("client_id"))
    time = instant(event.get("event_timestamp"))
    call = {
        "type": "track",
        "event": kind if is_known_event(kind) else kind.lstrip("_"),
        "anonymousId": f"pinpoint:{endpoint}" if endpoint else None,
        "userId": first(attributes.get("userId"), attributes.get("user_id")) or None,
        "messageId": ":".join(
            part
            for part in (endpoint or text(envelope.get("id")), kind, session, text(event.get("event_timestamp")))
            if part
        )[:200],
        "timestamp": time,
        "properties": {**metrics, **attributes},
        "context": {
            **({"sessionId": session} if session else {}),
            "locale": first(obj(device.get("locale")).get("code"), device.get("locale")),
            "device": {"type": text(obj(device.get("platform")).get("name"))},
        },
    }
    return segment.read({**envelope, "detail": call}, now)
