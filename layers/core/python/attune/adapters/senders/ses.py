"""What Amazon SES says about emails: by EventBridge, by SNS as event or as notification, or as the bare event object.

Mail that SES receives for the stage comes the same way; `received_mail` reads it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from attune.adapters.senders import received_mail
from attune.adapters.senders.origins import Origin, message_id_of
from attune.adapters.senders.people import email, person_of
from attune.adapters.senders.times import instant, when
from attune.adapters.senders.unwrapping import is_from
from attune.adapters.senders.values import bounded, first, named, obj, objects, text, texts
from attune.domain.errors import RejectedEventError
from attune.domain.signals import ContactFate, Fact, Fate

SOURCE = "aws.ses"
BY_DETAIL_TYPE = {
    "email bounced": "bounce",
    "email complaint received": "complaint",
    "email delivered": "delivery",
    "email rejected": "reject",
    "email rendering failed": "renderingfailure",
    "email delivery delayed": "deliverydelay",
    "email sent": "send",
    "email opened": "open",
    "email clicked": "click",
    "email subscribed": "subscription",
    "email unsubscribed": "subscription",
}
DETAILS = {"deliverydelay": "deliveryDelay", "renderingfailure": "failure"}
"""Under which name an event keeps what is its own, where that is not its kind."""
RECIPIENTS = {
    "bounce": "bouncedRecipients",
    "complaint": "complainedRecipients",
    "delivery": "recipients",
    "deliverydelay": "delayedRecipients",
}
RECEIVED = "received"
KINDS = frozenset(BY_DETAIL_TYPE.values())
REPEATED = frozenset({"open", "click", "deliverydelay"})
"""What may happen to one email more than once."""
MOST_RECIPIENTS = 50
"""As many as one email of SES may have."""
LONGEST_WRITTEN = 500
"""In characters, an address with the name before it."""
FATES = {
    "delivery": Fate.DELIVERED,
    "complaint": Fate.COMPLAINED,
    "reject": Fate.REJECTED,
    "renderingfailure": Fate.REJECTED,
}
"""What an event says of a contact of ours; each other one says that SES took the message."""
NAMES = {
    "bounce": "Email Bounced",
    "complaint": "Email Complaint Received",
    "delivery": "Email Delivered",
    "reject": "Email Rejected",
    "renderingfailure": "Email Rendering Failed",
    "deliverydelay": "Email Delivery Delayed",
    "send": "Email Sent",
    "open": "Email Opened",
    "click": "Email Clicked",
    "subscription": "Email Subscription Changed",
}


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether the event comes from SES, or has the shape that only its events have."""
    detail = envelope["detail"]
    typed = any(isinstance(detail.get(name), str) for name in ("eventType", "notificationType"))
    return is_from(envelope, SOURCE) or (typed and "type" not in detail and ("mail" in detail or "message" in detail))


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read what became of an email, recipient by recipient."""
    event = envelope["detail"]
    mail = obj(event.get("mail"))
    kind = _kind(event, envelope)
    if kind == RECEIVED and mail:
        return received_mail.read(mail, obj(event.get("receipt")), envelope, now)
    if not mail or kind not in KINDS:
        raise RejectedEventError(
            "unknown_topic",
            f"SES's {kind[:60] or 'event'!r} says nothing of what became of an email: "
            "send on bounces, complaints, deliveries, delays, rejects, opens, clicks, subscriptions and received mail",
        )
    details = obj(event.get(DETAILS.get(kind, kind)))
    time = when(details.get("timestamp"), mail.get("timestamp"), envelope.get("time"), now=now)
    message = first(mail.get("messageId"), named(obj(mail.get("commonHeaders")), "messageId"), envelope.get("id"))
    again = (instant(details.get("timestamp")) or time).isoformat() if kind in REPEATED else ""
    facts: list[Fact] = []
    for address in _recipients(kind, details, mail):
        person = person_of(email(address), missing=_missing(kind))
        # The address makes a message one of its kind; an overlong one makes it none the less.
        message_id = message_id_of(bounded(":".join(part for part in (message, kind, again, address) if part)))
        origin = Origin(message_id=message_id, person=person, time=time)
        facts += origin.with_claim((read_outcome(kind, details, origin), *_contact(kind, details, mail, origin)))
    if not facts:
        raise RejectedEventError("missing_id", _missing(kind))
    return tuple(facts)


def read_outcome(kind: str, details: Mapping[str, Any], origin: Origin) -> Fact:
    """Return what an email's fate says about its recipient: that they are not to be written to, or a note."""
    if kind == "bounce" and text(details.get("bounceType")).casefold() == "permanent":
        return origin.consent("email", granted=False, source="ses_bounce")
    if kind == "complaint" and _is_spam(details):
        return origin.consent("email", granted=False, source="ses_complaint")
    if kind == "subscription" and _opted_out(obj(details.get("newTopicPreferences"))):
        return origin.consent("email", granted=False, source="ses_subscription")
    return origin.note(NAMES[kind])


def _contact(kind: str, details: Mapping[str, Any], mail: Mapping[str, Any], origin: Origin) -> Iterator[ContactFate]:
    """Yield the fate of the contact that the message's tags name, if it is one of ours."""
    tags = obj(mail.get("tags"))
    journey, touch = (first(*texts(tags.get(name))) for name in ("journey", "touch"))
    if journey and touch.isdecimal():
        yield ContactFate(
            message_id=origin.message_id,
            customer_id=origin.handle,
            time=origin.time,
            contact_id=bounded(f"{journey}#{touch}"),
            provider_id=bounded(text(mail.get("messageId"))),
            fate=Fate.SENT if kind == "complaint" and not _is_spam(details) else FATES.get(kind, Fate.SENT),
        )


def _is_spam(details: Mapping[str, Any]) -> bool:
    """Whether a complaint is one: "not-spam" is somebody taking an email out of their spam folder."""
    return text(details.get("complaintFeedbackType")).casefold() != "not-spam"


def _kind(event: Mapping[str, Any], envelope: Mapping[str, Any]) -> str:
    written = first(event.get("eventType"), event.get("notificationType"))
    plain = re.sub(r"[^a-z]", "", written.casefold())
    return plain or BY_DETAIL_TYPE.get(text(envelope.get("detail-type")).casefold(), "")


def _recipients(kind: str, details: Mapping[str, Any], mail: Mapping[str, Any]) -> Iterator[str]:
    """Yield whom the event is about, each once: the recipients it names, else all of the email."""
    named_ones = details.get(RECIPIENTS.get(kind, ""))
    written = [*texts(named_ones), *(text(one.get("emailAddress")) for one in objects(named_ones))]
    if not any(written):
        written = list(texts(mail.get("destination")))
    addresses = (parseaddr(one[:LONGEST_WRITTEN])[1].casefold() for one in written[:MOST_RECIPIENTS])
    yield from dict.fromkeys(address for address in addresses if email(address))


def _opted_out(preferences: Mapping[str, Any]) -> bool:
    """Whether nothing is wanted any more; a single topic given up is not all of them."""
    topics = [
        text(one.get("subscriptionStatus")).casefold() for one in objects(preferences.get("topicSubscriptionStatus"))
    ]
    if isinstance(preferences.get("unsubscribeAll"), bool):
        return preferences["unsubscribeAll"] is True or (bool(topics) and set(topics) == {"optout"})
    return text(preferences.get("unsubscribeAll")).casefold() == "true" or (bool(topics) and set(topics) == {"optout"})


def _missing(kind: str) -> str:
    return f"SES's {kind} names no recipient with an email address: `mail.destination` is empty"
