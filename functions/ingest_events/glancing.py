"""A look at a customer for half the price, which may be a moment old: only where that changes nothing but the price.

DynamoDB bills half for a read that need not be the newest. What is written over an old state is refused by its version,
and then read anew; what is *not* written has to be right of itself. So this is for signals of sessions that are there,
of customers under their own id: nothing else that is stored decides what becomes of them.
"""

from collections.abc import Sequence
from datetime import UTC

from attune.adapters.customers_table import CustomersTable
from attune.domain.customers import Customer
from attune.domain.learning.outcomes import happenings_in
from attune.domain.sessions import Session
from attune.domain.signals import Fact, Signal


def at_a_glance(customers: CustomersTable, customer_id: str, facts: Sequence[Fact]) -> Customer | None:
    """Return a customer as they were a moment ago, or None where they have to be looked at closely.

    Orders look at journeys, consent and traits at what was said before, and who came by another's identifier at the
    sessions that were moved. Of two sessions one would be written before the other is refused, and its events be
    counted as duplicates.
    """
    signals = [fact for fact in facts if isinstance(fact, Signal) and fact.customer_id == customer_id]
    sessions = {signal.session_id for signal in signals}
    if len(signals) < len(facts) or len(sessions) > 1 or happenings_in(signals, (), {}):
        return None
    customer = customers.load_unmerged(customer_id, newest=False)
    if customer is None or customer.profile.merged_into:
        return None
    session = customer.sessions.get(signals[0].session_id)
    return customer if session is not None and _goes_on(session, signals) else None


def _goes_on(session: Session, signals: Sequence[Signal]) -> bool:
    """Whether signals only continue a session: here, and on a day on which a customer's silence was put off already."""
    if session.moved_to or not session.tail:
        return False
    seen = session.tail[-1].time.astimezone(UTC).date()
    return all(signal.time.astimezone(UTC).date() == seen for signal in signals)
