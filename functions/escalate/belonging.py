"""Which case a request belongs to: the one that was begun for it, or the one about the same undertaking."""

from attune.adapters.queues import EscalationRequest
from attune.domain.case_triggers import DATA_TRIGGERS, DIRECT, GESTURES, MY_DATA
from attune.domain.customers import GESTURE, Case, Customer
from attune.domain.journeys import Journey


def begun_for(request: EscalationRequest, customer: Customer) -> Case | None:
    """Return the case that somebody began for this very request, and of which nobody knows whether it reached support."""
    begun = (case for case in customer.cases.values() if not case.queued and case.resolved_at is None)
    return next((case for case in begun if request.message_id in case.references), None)


def case_about(about: str, customer: Customer) -> Case | None:
    """Return the case about something: the open one, should a merge have brought another beside it."""
    cases = [case for case in customer.cases.values() if about in (case.undertaking, case.about)]
    still_open = (case for case in cases if case.resolved_at is None)
    return next(still_open, customer.cases.get(about))


def about_of(request: EscalationRequest, journey: Journey | None) -> str:
    """Return what a case is about: a wish about one's data is never a part of what a journey is about."""
    if request.trigger in DATA_TRIGGERS.values():
        return MY_DATA
    if request.trigger in GESTURES:
        return f"{GESTURE}{request.note_id}#{request.trigger}"
    return journey.journey_id if journey else DIRECT
