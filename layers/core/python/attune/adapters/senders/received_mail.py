"""Mail that SES receives for a stage: opt-outs by the mailto link of List-Unsubscribe.

Only the subject is read. What stands below may quote our own message, and with it the word "unsubscribe".
"""

import re
from collections.abc import Mapping
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any

from attune.adapters.senders.origins import Origin, message_id_of
from attune.adapters.senders.people import email, person_of
from attune.adapters.senders.times import when
from attune.adapters.senders.values import bounded, first, obj, text, texts
from attune.domain.replies import Intent, read_reply
from attune.domain.signals import Fact

NAME = "Email Received"
LONGEST_SUBJECT = 1_000
LONGEST_FROM = 500
"""In characters, an address with the name before it."""
OUR_OWN = re.compile(r"unsubscribe \S+", re.IGNORECASE)
"""What the mailto link writes: the journey's id is for people who look into it."""
MISSING = "SES received a mail without a readable sender: `mail.commonHeaders.from` names no email address"


def read(
    mail: Mapping[str, Any], receipt: Mapping[str, Any], envelope: Mapping[str, Any], now: datetime
) -> tuple[Fact, ...]:
    """Read a mail into an opt-out of its sender, or into a note."""
    headers = obj(mail.get("commonHeaders"))
    written = first(*texts(headers.get("from")), text(headers.get("from")), text(mail.get("source")))
    origin = Origin(
        message_id=message_id_of(bounded(f"received:{first(mail.get('messageId'), envelope.get('id'))}")),
        person=person_of(email(parseaddr(written[:LONGEST_FROM])[1]), missing=MISSING),
        time=when(mail.get("timestamp"), envelope.get("time"), now=now),
    )
    if _asks_to_stop(headers) and not _is_forged(receipt):
        return origin.with_claim((origin.consent("email", granted=False, source="unsubscribe_mail"),))
    return origin.with_claim((origin.note(NAME),))


def _asks_to_stop(headers: Mapping[str, Any]) -> bool:
    subject = _decoded(text(headers.get("subject"))[:LONGEST_SUBJECT])
    return bool(OUR_OWN.fullmatch(subject.strip())) or read_reply(subject) is Intent.STOP


def _decoded(subject: str) -> str:
    try:
        return str(make_header(decode_header(subject)))
    except (HeaderParseError, ValueError, LookupError):
        return subject


def _is_forged(receipt: Mapping[str, Any]) -> bool:
    """Whether the sender's own domain says that this mail is not theirs."""
    return text(obj(receipt.get("dmarcVerdict")).get("status")).upper() == "FAIL"
