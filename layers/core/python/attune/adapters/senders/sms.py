"""SMS that customers send (two-way messaging through SNS), and what became of those they were sent.

The words decide: STOP and its kin withdraw consent, HELP is a call for a person. Carriers answer the bare keyword
HELP themselves with who is writing and how to stop; that helps nobody who is stuck, so it becomes a case as well.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from attune.adapters.senders.origins import Origin, message_id_of
from attune.adapters.senders.people import Person, person_of, phone
from attune.adapters.senders.times import when
from attune.adapters.senders.unwrapping import is_from
from attune.adapters.senders.values import first, text
from attune.domain.errors import RejectedEventError
from attune.domain.replies import Intent, read_reply
from attune.domain.signals import Fact

SOURCE = "aws.sms-voice"
ORIGINS = ("originationNumber", "originationPhoneNumber", "origination_number")
BODIES = ("messageBody", "message_body", "body")
LONGEST_KEYWORD = 100
OPTED_OUT = frozenset({"text_opted_out", "opted_out", "optout"})


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether the detail is a message somebody sent by SMS, or tells the fate of one they were sent."""
    detail = envelope["detail"]
    inbound = any(name in detail for name in ORIGINS) and any(name in detail for name in BODIES)
    outbound = text(detail.get("eventType")).upper().startswith("TEXT_") and "destinationPhoneNumber" in detail
    return inbound or outbound or is_from(envelope, SOURCE)


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read a message into a reply, a report into a note or an opt-out."""
    detail = envelope["detail"]
    if any(name in detail for name in BODIES):
        return _inbound(detail, envelope, now)
    return _outcome(detail, envelope, now)


def opted_out(origin: Origin) -> Fact:
    """Return that somebody's number is on the carrier's opt-out list."""
    return origin.consent("sms", granted=False, source="sms_optout")


def holder_of(number: object, country: object = "") -> Person:
    """Return the person with a phone number; a network's own numbers are E.164, with or without the plus."""
    written = text(number)
    given = phone(written, country=text(country)) or phone(f"+{written.lstrip('+')}")
    return person_of(given, missing=f"the message names no phone number that can be read, only {written[:20]!r}")


def _inbound(detail: Mapping[str, Any], envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    body = first(*(detail.get(name) for name in BODIES))
    keyword = text(detail.get("messageKeyword"))[:LONGEST_KEYWORD]
    words = body or keyword
    if not words:
        raise RejectedEventError("wrong_field", "`messageBody` is empty: nothing was written")
    origin = Origin(
        message_id=message_id_of(first(detail.get("inboundMessageId"), detail.get("messageId"), envelope.get("id"))),
        person=holder_of(first(*(detail.get(name) for name in ORIGINS))),
        time=when(detail.get("timestamp"), envelope.get("time"), now=now),
    )
    facts: list[Fact] = [origin.reply(words, "sms")]
    if read_reply(keyword) is Intent.STOP and read_reply(words) is not Intent.STOP:
        facts.append(origin.consent("sms", granted=False, source="sms_keyword", about="keyword"))
    return origin.with_claim(facts)


def _outcome(detail: Mapping[str, Any], envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    state = first(detail.get("eventType"), detail.get("messageStatus"), envelope.get("detail-type")).casefold()
    origin = Origin(
        message_id=message_id_of(first(detail.get("messageId"), envelope.get("id")), state),
        person=holder_of(detail.get("destinationPhoneNumber"), detail.get("isoCountryCode")),
        time=when(detail.get("eventTimestamp"), envelope.get("time"), now=now),
    )
    out = OPTED_OUT & {state, text(detail.get("messageStatus")).casefold()}
    return origin.with_claim((opted_out(origin) if out else origin.note(f"SMS {state}"),))
