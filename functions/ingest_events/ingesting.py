"""Take a batch of events in: understood ones into the customers table, the others into quarantine."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from attune.adapters.case_records import record_casework
from attune.adapters.complaint_rate import ComplaintCounts, fates_of
from attune.adapters.go_ahead_records import record_answers
from attune.adapters.identities import Identities
from attune.adapters.logs import Logger
from attune.adapters.queues import EscalationRequest, Outbox, Watch
from attune.adapters.senders import read_event
from attune.adapters.sentiment_embedded import EmbeddedSentiment
from attune.adapters.tables import Tables
from attune.domain.absorbing import Absorbed, absorb
from attune.domain.case_triggers import DATA_TRIGGERS
from attune.domain.clock import format_instant
from attune.domain.contacts import Contact, ContactState
from attune.domain.customers import Customer
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import ConflictError, RejectedEventError
from attune.domain.identifiers import IdentifierType, IdentityClaim
from attune.domain.identity import parse_handle
from attune.domain.learning.outcomes import happenings_in
from attune.domain.replies import Reading, interpret
from attune.domain.sentiment import SentimentReader
from attune.domain.sessions import Moment, Session, Trigger
from attune.domain.signals import ConsentChange, Fact, Reply
from functions.ingest_events.batches import Batch
from functions.ingest_events.glancing import continued, session_of
from functions.ingest_events.scheduling import later, soon

SAVE_TRIES = 8
SETTLING = timedelta(seconds=60)
"""How long to let siblings of a late event arrive before its session is judged."""

logger = Logger()


@dataclass(frozen=True)
class Ingest:
    """Ingests batches of EventBridge events that came through SQS."""

    tables: Tables
    watch_queue: Outbox
    quarantine_queue: Outbox
    escalations_queue: Outbox
    identities: Identities
    sentiment: SentimentReader = field(default_factory=EmbeddedSentiment)
    complaints: ComplaintCounts | None = None
    read: Callable[[str, datetime], tuple[Fact, ...]] = read_event

    def batch(self, records: Sequence[Mapping[str, Any]]) -> tuple[list[str], Counter[str]]:
        """Ingest SQS records; return the ids of those to deliver again, and how many events went which way.

        Every record is counted once: accepted, duplicate, late, quarantined or failed.
        """
        now = self.tables.clock.now()
        batch = Batch()
        for record in records:
            try:
                self._read(record["messageId"], record["body"], now, batch)
            except Exception:
                logger.exception("event_failed", message_id=record["messageId"])
                batch.failed.add(record["messageId"])
        self.identities.prefetch(handle for _, handle in batch.read)
        for (message_id, handle), facts in batch.read.items():
            try:
                self._attribute(message_id, handle, facts, batch)
            except Exception:
                logger.exception("identity_failed", message_id=message_id)
                batch.failed.add(message_id)
        sessions = self._glance(batch)
        for customer_id, items in batch.waiting.items():
            facts = [fact for _, fact in items]
            try:
                absorbed = self._go_on(customer_id, sessions.get(customer_id), facts, now)
                absorbed = absorbed or self._take_in(customer_id, facts, now, batch.customers.get(customer_id))
                batch.credit(items, absorbed.news)
                batch.weigh(items, absorbed.news)
                batch.late += absorbed.late
            except Exception:
                logger.exception("customer_failed")
                batch.failed |= {message_id for message_id, _ in items}
        self._count_mail(batch, now)
        return sorted(batch.failed), batch.tally(record["messageId"] for record in records)

    def _count_mail(self, batch: Batch, now: datetime) -> None:
        """Count what is told of our emails; a batch whose complaints cannot be counted comes again for them."""
        if self.complaints is None or not (batch.delivered or batch.complaints):
            return
        told = [(fate.time, fate.message_id) for fate in batch.complaints.values()]
        try:
            self.complaints.add(fates_of(batch.delivered, told), today=now.date())
        except Exception:
            logger.exception("complaints_not_counted")
            batch.failed |= batch.complaints.keys()

    def _attribute(self, message_id: str, handle: str, facts: Sequence[Fact], batch: Batch) -> None:
        """Find out whose facts these are, and let them wait for that customer."""
        attributed = self.identities.owner(handle)
        for fact in facts:
            if isinstance(fact, IdentityClaim) and fact.says_more_than_its_handle:
                attributed = self.identities.claim(fact)
                if attributed.changed:
                    batch.news.add(message_id)
        if attributed.customer is not None:
            batch.customers[attributed.customer_id] = attributed.customer
        others = [(message_id, fact) for fact in facts if not isinstance(fact, IdentityClaim)]
        if others:
            batch.waiting[attributed.customer_id] += others

    def _read(self, message_id: str, body: str, now: datetime, batch: Batch) -> None:
        """Read the facts of an event; one that does not fit goes to quarantine and brings none."""
        try:
            for fact in self.read(body, now):
                batch.read[message_id, fact.customer_id].append(fact)
        except RejectedEventError as error:
            self._quarantine(body, error, now)
            batch.quarantined.add(message_id)

    @cached_property
    def _triggers(self) -> tuple[Trigger, ...]:
        return tuple(playbook.watched() for playbook in self.tables.playbooks.values())

    def _glance(self, batch: Batch) -> dict[str, Session]:
        """Look at all sessions at once that may only be continued; return them by customer."""
        unread = {customer: items for customer, items in batch.waiting.items() if customer not in batch.customers}
        named = ((customer, session_of(customer, [fact for _, fact in items])) for customer, items in unread.items())
        wanted = [(customer, session) for customer, session in named if session is not None]
        try:
            found = self.tables.customers.sessions_at_a_glance(wanted)
        except Exception:
            logger.exception("glance_failed")  # each customer is looked at closely, and fails alone or not at all
            return {}
        return {customer: session for (customer, _), session in found.items()}

    def _go_on(
        self, customer_id: str, session: Session | None, facts: Sequence[Fact], now: datetime
    ) -> Absorbed | None:
        """Continue a session as it was glanced at; None where the customer has to be looked at closely."""
        absorbed = continued(session, facts, self._triggers, now) if session else None
        if absorbed is None:
            return None
        try:
            for item in absorbed.changed:
                self.tables.customers.save(customer_id, item)
        except ConflictError:
            return None
        for session_id, moment in soon(absorbed, now):
            self._watch(customer_id, session_id, moment, now)
        return absorbed

    def _take_in(
        self, customer_id: str, facts: Sequence[Fact], now: datetime, known: Customer | None = None
    ) -> Absorbed:
        """Take facts about one customer in; `known` is what was already read of them, to spare a read."""
        readings: dict[str, Reading] = {}
        for attempt in range(1, SAVE_TRIES + 1):
            customer = known or self.tables.customers.load_or_create(customer_id)
            known = None
            readings = readings or self._read_replies(facts, customer.profile.locale)
            absorbed = absorb(customer, facts, self._triggers, readings)
            for contact, told_at in absorbed.settled:
                self._record_settled(customer, contact, told_at)
            for change in absorbed.consent_changes:
                self._record_consent(customer, change, readings.get(change.message_id))
            # Before anything is saved, as with consent: a crash must leave out neither.
            self.tables.record_outcomes(customer, happenings_in(facts, absorbed.consent_changes, readings))
            record_casework(self.tables.decisions, customer, absorbed.casework)
            try:
                for item in (*later(customer, absorbed, self._triggers, now), *absorbed.changed):
                    self.tables.customers.save(customer.customer_id, item)
                if _visitor_began_session(customer, absorbed):
                    self.identities.heal(customer.customer_id)  # a merge meanwhile could not have seen it
                break
            except ConflictError:
                if attempt == SAVE_TRIES:
                    raise
        # Only now is it known whose answer was the first; after a crash the event comes again and is recorded then.
        record_answers(self.tables.decisions, customer, absorbed.answers)
        for call in absorbed.calls:
            self.escalations_queue.send(
                EscalationRequest(
                    customer_id=customer.customer_id,
                    trigger=call.why,
                    at=call.reply.time,
                    message_id=call.reply.message_id,
                    session_id=call.reply.session_id,
                    text=call.reply.text,
                    channel=call.reply.channel,
                    reading=call.reading.inputs(),
                )
            )
        for request in absorbed.requests:
            self.escalations_queue.send(
                EscalationRequest(
                    customer_id=customer.customer_id,
                    trigger=DATA_TRIGGERS[request.right],
                    at=request.time,
                    message_id=request.message_id,
                    session_id=request.session_id,
                    channel=request.channel,
                )
            )
        for session_id, moment in soon(absorbed, now):
            self._watch(customer.customer_id, session_id, moment, now)
        return absorbed

    def _read_replies(self, facts: Sequence[Fact], locale: str) -> dict[str, Reading]:
        """Read what was written, by message id."""
        return {
            fact.message_id: interpret(fact.text, self.sentiment, locale) for fact in facts if isinstance(fact, Reply)
        }

    def _watch(self, customer_id: str, session_id: str, moment: Moment, now: datetime) -> None:
        watch = Watch(
            customer_id=customer_id,
            session_id=session_id,
            playbook=moment.playbook,
            key=moment.key,
            due_at=moment.due_at,
        )
        delay = self.tables.clock.queue_delay(max(moment.due_at - now, SETTLING))
        self.watch_queue.send(watch, delay_seconds=delay)

    def _record_consent(self, customer: Customer, change: ConsentChange, reading: Reading | None) -> None:
        self.tables.decisions.record(
            Decision(
                decision_id=decision_id(f"{customer.profile.subject_key}#consent#{change.message_id}"),
                time=change.time,
                kind=DecisionKind.CONSENT,
                subject_key=customer.profile.subject_key,
                choice="granted" if change.granted else "withdrawn",
                reasons=(Reason(change.source, f"By {change.source}: {', '.join(change.channels)}."),),
                inputs={"channels": ",".join(change.channels), **(reading.inputs() if reading else {})},
                automated=False,
            )
        )

    def _record_settled(self, customer: Customer, contact: Contact, told_at: datetime) -> None:
        """Write down that the provider has told what nobody knew of a contact."""
        sent = contact.state is ContactState.SENT
        text = "The provider says that it took the message." if sent else "The provider says that it never sent it."
        choice = "confirmed" if sent else "rejected"
        journey = customer.journeys.get(contact.journey_id)
        self.tables.decisions.record(
            Decision(
                decision_id=decision_id(f"{contact.contact_id}#{choice}"),
                time=told_at,
                kind=DecisionKind.CONTACT,
                subject_key=customer.profile.subject_key,
                choice=choice,
                reasons=(Reason(f"provider_{choice}", text),),
                journey_id=contact.journey_id,
                playbook=contact.playbook,
                touch=contact.touch,
                inputs={
                    "journey_since": format_instant(journey.since) if journey else "",
                    "channel": contact.channel,
                    "message": contact.message,
                    "contact_id": contact.contact_id,
                },
                automated=False,
            )
        )

    def _quarantine(self, body: str, error: RejectedEventError, now: datetime) -> None:
        logger.warning("event_quarantined", reason=error.reason)
        self.quarantine_queue.send(
            {
                "reason": error.reason,
                "message": str(error),
                "sender": _sender(body),
                "quarantined_at": now.isoformat(),
                "original": body,
            }
        )


def _visitor_began_session(customer: Customer, absorbed: Absorbed) -> bool:
    """Whether a session is new, of somebody whom a merge may just be making somebody else."""
    is_visitor = parse_handle(customer.customer_id).type is not IdentifierType.USER
    return is_visitor and any(isinstance(item, Session) and not item.version for item in absorbed.changed)


def _sender(body: str) -> str:
    """Return the sender's name if the envelope can still be read."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return "unknown"
    if not isinstance(envelope, dict):
        return "unknown"
    return str(envelope.get("source") or envelope.get("TopicArn") or "unknown")
