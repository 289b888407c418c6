"""Carry merges out: copy, point, and look again, whatever others do to the same customers meanwhile."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from attune.adapters.customers_table import CustomersTable
from attune.adapters.decisions_table import DecisionsTable
from attune.domain.customers import Customer, Profile
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.dues import due_of_merge
from attune.domain.errors import ConflictError
from attune.domain.identifiers import IdentifierType, IdentityClaim
from attune.domain.identity import parse_handle, type_of
from attune.domain.merging import identifiers_of, left_behind, merge, settled_by, unmarked_sessions

TRIES = 40
LONGEST_PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Merges:
    """Merges customers over the table, and writes down what was merged and what was refused."""

    customers: CustomersTable
    decisions: DecisionsTable

    def merge(self, target: Customer, source: Customer, claim: IdentityClaim, mark: str) -> Customer:
        """Copy everything, point the source to the target, stop its late writers, and take over what came in between.

        The marks come last: one that is missing on the profile tells the next event that this was never finished. Two that
        others have made one meanwhile are one: nobody is merged into themselves.
        """
        if target.customer_id == source.customer_id:
            return target
        for item in merge(target, settled_by(source)):
            self.customers.save(target.customer_id, item)
        if parse_handle(source.customer_id).type is IdentifierType.USER:
            # A visit that begins under a user's id in this moment is looked after by nobody: somebody looks again.
            self.customers.save(source.customer_id, due_of_merge(source, self.customers.clock.now()))
        pointed = replace(source.profile, merged_into=target.customer_id)
        self.customers.save(source.customer_id, pointed)
        self.finish(source.customer_id)
        target = self.update(target, lambda profile: identifiers_of(profile, source.profile))
        why = Reason("same_person", "Identifiers in common say that two customers are one person.")
        self.record(target, claim, "merged", why, mark)
        return self.customers.load(target.customer_id) or target

    def finish(self, customer_id: str) -> None:
        """Bring a merge to its end once the source points away; done again, or for anybody else, it changes nothing."""
        for attempt in range(TRIES):
            source = self.customers.load_unmerged(customer_id)
            if source is None or not source.profile.merged_into:
                return
            try:
                for item in left_behind(source, source.profile.merged_into):
                    self.customers.save(customer_id, item)
            except ConflictError:
                step_aside(attempt)
                continue
            self.heal(customer_id)
            return
        message = f"a customer who was merged kept changing for {TRIES} tries"
        raise ConflictError(message)

    def heal(self, customer_id: str) -> None:
        """Move what was written to a customer while a merge took them elsewhere; nothing to do for anybody else.

        A session that the merge did not see is marked first: who looks at nothing but the session must not go on in it.
        """
        for attempt in range(TRIES):
            stored = self.customers.load_unmerged(customer_id)
            if stored is None or not stored.profile.merged_into:
                return
            target = self.customers.load(stored.profile.merged_into)
            if target is None:
                return
            try:
                for session in unmarked_sessions(stored, stored.profile.merged_into):
                    self.customers.save(customer_id, session)
                for item in merge(target, stored):
                    self.customers.save(target.customer_id, item)
            except ConflictError:
                step_aside(attempt)
                continue
            # The target may have been merged away in the meantime: then the same holds for it.
            customer_id = target.customer_id
        message = f"customers kept being merged for {TRIES} tries"
        raise ConflictError(message)

    def update(self, customer: Customer, change: Callable[[Profile], Profile]) -> Customer:
        """Change a profile, over whatever others change in it at the same time."""
        for attempt in range(TRIES):
            changed = change(customer.profile)
            if changed == customer.profile:
                return customer
            try:
                return replace(customer, profile=self.customers.save(customer.customer_id, changed))
            except ConflictError:
                step_aside(attempt)
                customer = self.customers.load(customer.customer_id) or customer
        message = f"a profile kept changing for {TRIES} tries"
        raise ConflictError(message)

    def record(self, customer: Customer, claim: IdentityClaim, choice: str, why: Reason, mark: str) -> None:
        """Write a decision about who is who down."""
        subject = customer.profile.subject_key
        self.decisions.record(
            Decision(
                decision_id=decision_id(f"{subject}#identity#{choice}#{mark}#{claim.message_id}"),
                time=claim.time,
                kind=DecisionKind.IDENTITY,
                subject_key=subject,
                choice=choice,
                reasons=(why,),
                inputs={"identifier_type": type_of(mark).value if mark else ""},
            )
        )


def step_aside(attempt: int) -> None:
    """Wait a little, longer each time and never as long as the others: those who collided must not march in step."""
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.01 * 2**attempt)))  # noqa: S311 - jitter is no secret
