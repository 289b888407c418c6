"""Support's desk in a simulation: requests for a person become cases; what a case file would hold is for people to read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.journey_steps import JourneySteps
from attune.adapters.queues import EscalationRequest
from attune.domain.cases import case_id_for
from attune.domain.customers import Case
from attune.domain.decisions import Reason
from attune.domain.situation import running_journey
from attune_cli.simulating.in_memory import Customers

DIRECT = "direct"


@dataclass(frozen=True)
class Desk:
    """Takes requests: one open case for each customer and undertaking, and no request twice."""

    customers: Customers
    steps: JourneySteps
    clock: Clock

    def request(self, asked: EscalationRequest) -> None:
        """Open a case, or join the one that is open."""
        customer = self.customers[asked.customer_id]
        if any(asked.message_id in case.references for case in customer.cases.values()):
            return
        journey = running_journey(customer)
        about = journey.journey_id if journey else DIRECT
        known = customer.cases.get(about)
        if known is not None and known.resolved_at is None:
            more = replace(
                known, triggers=(*known.triggers, asked.trigger), references=(*known.references, asked.message_id)
            )
            self.customers.save(asked.customer_id, more)
            return
        fresh = Case(
            case_id=case_id_for(about, customer, asked.message_id),
            about=about,
            opened_at=self.clock.now(),
            triggers=(asked.trigger,),
            references=(*(known.references if known else ()), asked.message_id),
            queued=True,
            version=known.version if known else 0,
        )
        self.customers.save(asked.customer_id, fresh)

    def from_journey(self, event: Mapping[str, Any]) -> None:
        """Open a case because a journey's step asked for it, and end the journey."""
        opened = self.steps.open(event)
        if opened is None:
            return
        trigger = opened.payload.trigger
        self.request(
            EscalationRequest(
                customer_id=opened.step.customer_id,
                trigger=trigger,
                at=opened.step.entered_at,
                message_id=opened.step.decision_ref(trigger),
            )
        )
        self.steps.end(opened, Reason("escalated", "A person took over."))
