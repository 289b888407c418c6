"""Zendesk's tickets: from its EventBridge connector, from its webhooks, or from a trigger's own JSON.

What a customer writes is a reply, what an agent writes is noted, and a ticket that is solved closes the case whose
id it carries as its external id or as a tag. A trigger may send any JSON with a `ticket`; `docs/events/senders.md` has one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from attune.adapters.senders.origins import Origin, message_id_of
from attune.adapters.senders.people import Person, email, known_to, person_of, phone, plain_name, user
from attune.adapters.senders.times import when
from attune.adapters.senders.unwrapping import is_from
from attune.adapters.senders.values import bounded, first, obj, text, texts
from attune.domain.errors import RejectedEventError
from attune.domain.signals import CaseResolved, Fact

SOURCE = "aws.partner/zendesk.com"
WEBHOOK_TYPE = "zen:event-type:"
CASE_ID = re.compile(r"\bcase-[0-9a-f]{20}\b")
OVER = frozenset({"solved", "closed"})
CUSTOMER_ROLES = frozenset({"end-user", "end user", "end_user"})
CHANNELS = {"email": "email", "mail": "email", "sms": "sms"}
MISSING = "the ticket names no requester: it needs requester_id, or a requester with an email or an external_id"


@dataclass(frozen=True)
class Event:
    """What the shapes have in common."""

    kind: str
    ticket: Mapping[str, Any]
    comment: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def status(self) -> str:
        """What the ticket's status is now, as far as this event says."""
        status, change = self.body.get("status"), obj(self.body.get("event"))
        return first(obj(status).get("current"), status, change.get("current"), self.ticket.get("status")).casefold()

    @property
    def requester(self) -> Mapping[str, Any]:
        """Who asked, as far as the event describes them."""
        return {**obj(self.ticket.get("requester")), **obj(self.body.get("requester"))}

    @property
    def author(self) -> Mapping[str, Any]:
        """Who wrote the comment."""
        return obj(self.comment.get("author"))

    @property
    def case_id(self) -> str:
        """The case of ours that this ticket is about, if it carries its id."""
        places = [text(self.ticket.get("external_id")), *texts(self.ticket.get("tags")), text(self.ticket.get("tags"))]
        return next((found[0] for place in places if (found := CASE_ID.search(place))), "")


def recognises(envelope: Mapping[str, Any]) -> bool:
    """Whether Zendesk's source or detail type, or a shape that only its events have, says so."""
    detail = envelope["detail"]
    return (
        is_from(envelope, SOURCE)
        or text(envelope.get("detail-type")).casefold() == "zendesk"
        or "ticket_event" in detail
        or text(detail.get("type")).startswith(WEBHOOK_TYPE)
        or (isinstance(detail.get("ticket"), dict) and isinstance(detail.get("meta"), dict))
    )


def read(envelope: Mapping[str, Any], now: datetime) -> tuple[Fact, ...]:
    """Read what happened to a ticket: a reply, a resolved case, or a note."""
    event = _event_of(envelope)
    if not event.ticket and not event.requester:
        raise RejectedEventError(
            "unknown_topic",
            f"Zendesk's {event.kind[:100]!r} is about no ticket: leave it out of the webhook or the rule",
        )
    body, meta = event.body, obj(event.body.get("meta"))
    written = _customers_words(event)
    origin = Origin(
        message_id=_message_id(event, envelope),
        person=_person_of(event, wrote=bool(written)),
        time=when(
            meta.get("occurred_at"), body.get("time"), event.ticket.get("updated_at"), envelope.get("time"), now=now
        ),
    )
    facts: list[Fact] = []
    if written:
        facts.append(origin.reply(written, _channel(event)))
    elif event.status in OVER and event.case_id:
        facts.append(
            CaseResolved(
                message_id=origin.message_id, customer_id=origin.handle, time=origin.time, case_id=event.case_id
            )
        )
    return origin.with_claim(facts or [origin.note(f"Zendesk {event.kind}".strip())])


def _event_of(envelope: Mapping[str, Any]) -> Event:
    detail = envelope["detail"]
    body = obj(detail.get("ticket_event")) or detail
    kind = first(body.get("type"), envelope.get("detail-type"))
    if kind.startswith(WEBHOOK_TYPE):
        subject = kind.removeprefix(WEBHOOK_TYPE)
        about = obj(body.get("detail"))
        if subject.startswith("user.") and text(about.get("role")).casefold() in CUSTOMER_ROLES:
            # What lets a ticket's requester_id be told whose it is.
            return Event(subject, {}, {}, {**body, "requester": about})
        ticket = about if subject.startswith("ticket.") else {}
        return Event(subject, ticket, obj(obj(body.get("event")).get("comment")), body)
    ticket = obj(body.get("ticket"))
    if not ticket and any(name in body for name in ("ticket_id", "requester", "requester_email", "requester_id")):
        ticket = body
    comment = obj(body.get("comment")) or obj(ticket.get("latest_comment")) or obj(body.get("latest_comment"))
    if not comment and (plain := first(ticket.get("latest_comment"), body.get("comment"), body.get("latest_comment"))):
        comment = {"body": plain, "author": body.get("author"), "is_public": body.get("is_public", True)}
    return Event(kind.removeprefix("Support Ticket: "), ticket, comment, body)


def _customers_words(event: Event) -> str:
    """Return what the customer wrote; "" where an agent did, in private, or nobody."""
    comment, ticket, author = event.comment, event.ticket, event.author
    if event.status in OVER and "comment" not in event.kind.casefold():
        return ""  # what a solved ticket repeats has been read before
    if comment:
        private = _says_no(comment.get("is_public")) or _says_no(comment.get("public"))
        return "" if private or not _by_customer(event) else first(comment.get("body"), comment.get("plain_body"))
    opened = "created" in event.kind.casefold() and "comment" not in event.kind.casefold()
    submitter = first(ticket.get("submitter_id"), author.get("id"))
    own = submitter in {"", first(ticket.get("requester_id"), event.requester.get("id"))}
    return first(ticket.get("description")) if opened and own else ""


def _by_customer(event: Event) -> bool:
    author = event.author
    for says_staff in (author.get("is_staff"), author.get("is_agent"), event.body.get("author_is_agent")):
        if isinstance(says_staff, bool):
            return not says_staff
        if text(says_staff):
            return text(says_staff).casefold() in {"false", "no", "0"}
    role = text(author.get("role")).casefold()
    if role:
        return role in CUSTOMER_ROLES
    who = first(author.get("id"), event.comment.get("author_id"))
    return bool(who) and who == first(event.ticket.get("requester_id"), event.requester.get("id"))


def _person_of(event: Event, *, wrote: bool) -> Person:
    """Return the customer: whoever wrote, where a customer did (not always who asked), else who asked."""
    ticket, requester = event.ticket, event.requester
    asked = first(ticket.get("requester_id"), requester.get("id"))
    author = event.author if wrote else {}
    wrote_as = first(author.get("id"), event.comment.get("author_id") if wrote else "") or asked
    if wrote_as != asked:
        requester, ticket = {}, {}
    external_id = first(author.get("external_id"), requester.get("external_id"), ticket.get("requester_external_id"))
    return person_of(
        None if CASE_ID.search(external_id) else user(external_id),
        email(first(author.get("email"), requester.get("email"), ticket.get("requester_email"))),
        phone(first(author.get("phone"), requester.get("phone"), ticket.get("requester_phone"))),
        known_to("zendesk", wrote_as),
        missing=MISSING,
        name=plain_name(first(author.get("name"), requester.get("name"), ticket.get("requester_name"))),
    )


def _message_id(event: Event, envelope: Mapping[str, Any]) -> str:
    """Return what makes the event one of its kind; what a trigger sends has only its ticket and what is new in it."""
    meta = obj(event.body.get("meta"))
    batch = first(obj(meta.get("sequence")).get("id"), meta.get("ref"))
    if batch:
        return message_id_of(bounded(f"{batch}:{text(obj(meta.get('sequence')).get('position'))}:{event.kind}"))
    if text(event.body.get("type")).startswith(WEBHOOK_TYPE) and text(event.body.get("id")):
        return message_id_of(text(event.body.get("id")))
    ticket = first(event.ticket.get("id"), event.ticket.get("ticket_id"))
    news = first(event.comment.get("id"), event.ticket.get("updated_at"))
    return message_id_of(bounded(f"{ticket}:{news}:{event.status}") if ticket and news else text(envelope.get("id")))


def _channel(event: Event) -> str:
    via = event.ticket.get("via")
    return CHANNELS.get(first(obj(via).get("channel"), via).casefold(), "")


def _says_no(value: object) -> bool:
    return value is False or text(value).casefold() in {"false", "no", "0"}
