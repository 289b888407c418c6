"""Take a batch of events in: understood ones into the customers table, the others into quarantine."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from aws_lambda_powertools import Logger

from attune.adapters.journey_steps import JourneySteps
from attune.adapters.queues import EscalationRequest, Outbox, Watch
from attune.adapters.senders import read_event
from attune.domain.absorbing import Absorbed, absorb
from attune.domain.customers import Customer
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.errors import ConflictError, RejectedEventError
from attune.domain.sessions import Moment, Trigger
from attune.domain.signals import ConsentChange, Fact

SAVE_TRIES = 8
SETTLING = timedelta(seconds=60)
"""How long to let siblings of a late event arrive before its session is judged."""

logger = Logger()


@dataclass(frozen=True)
class Ingest:
    """Ingests batches of EventBridge events that came through SQS."""

    steps: JourneySteps
    watch_queue: Outbox
    quarantine_queue: Outbox
    escalations_queue: Outbox

    def batch(self, records: Iterable[Mapping[str, Any]]) -> tuple[list[str], Counter[str]]:
        """Ingest SQS records; return the ids of those to deliver again, and how many events went which way."""
        now = self.steps.clock.now()
        tally: Counter[str] = Counter()
        waiting: defaultdict[str, list[tuple[str, Fact]]] = defaultdict(list)
        failed: list[str] = []
        for record in records:
            try:
                for fact in self._read(record["body"], now, tally):
                    waiting[fact.customer_id].append((record["messageId"], fact))
            except Exception:
                logger.exception("event_failed", message_id=record["messageId"])
                failed.append(record["messageId"])
        for customer_id, items in waiting.items():
            try:
                absorbed = self._take_in(customer_id, [fact for _, fact in items], now)
                tally.update(accepted=absorbed.accepted, duplicate=absorbed.duplicates, late=absorbed.late)
            except Exception:
                logger.exception("customer_failed")
                failed += [message_id for message_id, _ in items]
        tally["failed"] = len(set(failed))
        return sorted(set(failed)), tally

    def _read(self, body: str, now: datetime, tally: Counter[str]) -> tuple[Fact, ...]:
        """Return the facts of an event; one that does not fit goes to quarantine and brings none."""
        try:
            return read_event(body, now)
        except RejectedEventError as error:
            self._quarantine(body, error, now)
            tally["quarantined"] += 1
            return ()

    @cached_property
    def _triggers(self) -> tuple[Trigger, ...]:
        return tuple(playbook.watched() for playbook in self.steps.playbooks.values())

    def _take_in(self, customer_id: str, facts: Sequence[Fact], now: datetime) -> Absorbed:
        for attempt in range(1, SAVE_TRIES + 1):
            customer = self.steps.customers.load_or_create(customer_id)
            absorbed = absorb(customer, facts, self._triggers)
            for change in absorbed.consent_changes:
                self._record_consent(customer, change)
            try:
                for item in absorbed.changed:
                    self.steps.customers.save(customer_id, item)
                break
            except ConflictError:
                if attempt == SAVE_TRIES:
                    raise
        for reply in absorbed.calls_for_help:
            self.escalations_queue.send(
                EscalationRequest(
                    customer_id=customer_id,
                    trigger="asked_for_help",
                    at=reply.time,
                    message_id=reply.message_id,
                    session_id=reply.session_id,
                    text=reply.text,
                    channel=reply.channel,
                )
            )
        for session_id, moment in absorbed.watches:
            self._watch(customer_id, session_id, moment, now)
        return absorbed

    def _watch(self, customer_id: str, session_id: str, moment: Moment, now: datetime) -> None:
        watch = Watch(
            customer_id=customer_id,
            session_id=session_id,
            playbook=moment.playbook,
            key=moment.key,
            due_at=moment.due_at,
        )
        delay = self.steps.clock.queue_delay(max(moment.due_at - now, SETTLING))
        self.watch_queue.send(watch, delay_seconds=delay)

    def _record_consent(self, customer: Customer, change: ConsentChange) -> None:
        self.steps.decisions.record(
            Decision(
                decision_id=decision_id(f"{customer.profile.subject_key}#consent#{change.message_id}"),
                time=change.time,
                kind=DecisionKind.CONSENT,
                subject_key=customer.profile.subject_key,
                choice="granted" if change.granted else "withdrawn",
                reasons=(Reason(change.source, f"By {change.source}: {', '.join(change.channels)}."),),
                inputs={"channels": ",".join(change.channels)},
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


def _sender(body: str) -> str:
    """Return the sender's name if the envelope can still be read."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        return "unknown"
    return str(envelope.get("source", "unknown")) if isinstance(envelope, dict) else "unknown"
