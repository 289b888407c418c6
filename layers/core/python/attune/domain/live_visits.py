"""A running visit in totals: the same totals that a table of finished visits holds, so that one model reads both."""

from datetime import UTC, tzinfo

from attune.domain.browsing import ACCOUNT_PAGES, INFORMATION_PAGES, PAGE_CALLS, PRODUCT_PAGES
from attune.domain.customers import Customer
from attune.domain.sessions import Session, SessionState, state_of
from attune.domain.visits import Visit

SATURDAY = 5
KNOWN_LIFECYCLES = frozenset({"active", "loyal", "lapsing"})


def visit_of(state: SessionState, *, zone: tzinfo | None, returning: bool) -> Visit | None:
    """Return the totals of a session's current visit, in the customer's own time; None if there was none.

    What the sender does not tell of stays unknown, never zero: pages other than products where it sends no page calls,
    all pages where it sends none, and rates, which only a tenant's web analytics has.
    """
    if state.started_at is None:
        return None
    browsing, begun = state.browsing, state.started_at.astimezone(zone or UTC)
    tells_products = bool(browsing.pages)
    tells_all = not PAGE_CALLS.isdisjoint(browsing.pages)
    return Visit(
        account_pages=browsing.pages_of(ACCOUNT_PAGES) if tells_all else None,
        account_seconds=browsing.seconds_on(ACCOUNT_PAGES) if tells_all else None,
        information_pages=browsing.pages_of(INFORMATION_PAGES) if tells_all else None,
        information_seconds=browsing.seconds_on(INFORMATION_PAGES) if tells_all else None,
        product_pages=browsing.pages_of(PRODUCT_PAGES) if tells_products else None,
        product_seconds=browsing.seconds_on(PRODUCT_PAGES) if tells_products else None,
        month=begun.month,
        returning=returning,
        weekend=begun.weekday() >= SATURDAY,
    )


def has_been_here(customer: Customer, session: Session, state: SessionState) -> bool:
    """Whether a customer was here before this visit, as far as we remember or were told."""
    if state.visits > 1 or customer.profile.lifecycle in KNOWN_LIFECYCLES or customer.ledger.contacts:
        return True
    begun = state.started_at
    return begun is not None and any(
        (earlier := state_of(other, ()).started_at) is not None and earlier < begun
        for other in customer.sessions.values()
        if other.session_id != session.session_id
    )
