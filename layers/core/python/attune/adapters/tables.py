"""What whoever takes facts in works with: the tables, the playbooks and the clock, and how outcomes are written down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.domain.customers import Customer
from attune.domain.learning.outcomes import Happening, outcome_decision, outcomes_for
from attune.domain.playbooks import Playbook


@dataclass(frozen=True)
class Tables:
    """The customers and the log, with the playbooks by which facts are read; nothing here scores or decides."""

    customers: CustomersTable
    decisions: DecisionsTable
    playbooks: Mapping[str, Playbook]
    clock: Clock

    def record_outcomes(self, customer: Customer, happenings: Iterable[Happening]) -> None:
        """Write down which happenings are outcomes of the customer's journeys; most are of none and cost nothing."""
        for outcome in outcomes_for(customer, happenings, self.playbooks):
            playbook = self.playbooks[outcome.journey.playbook]
            self.decisions.record(outcome_decision(outcome, customer, playbook, now=self.clock.now()))
