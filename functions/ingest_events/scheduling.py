"""When moments are looked at: soon, by the watch queue; days from now, by a row of the customer's own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from attune.domain.absorbing import Absorbed
from attune.domain.customers import Customer, Due
from attune.domain.dues import LONGEST_WATCH, due_of, silences
from attune.domain.sessions import Moment, Session, Trigger


def soon(absorbed: Absorbed, now: datetime) -> tuple[tuple[str, Moment], ...]:
    """Return the moments for the watch queue, with their sessions."""
    return tuple((session, moment) for session, moment in absorbed.watches if moment.due_at - now <= LONGEST_WATCH)


def later(customer: Customer, absorbed: Absorbed, triggers: Sequence[Trigger], now: datetime) -> tuple[Due, ...]:
    """Return the dues to write: none that is stored already as it would be written."""
    far = (due_of(moment, session) for session, moment in absorbed.watches if moment.due_at - now > LONGEST_WATCH)
    sessions = [item for item in absorbed.changed if isinstance(item, Session)]
    return tuple(_news(customer, [*far, *silences(customer, sessions, triggers), *absorbed.dues]))


def _news(customer: Customer, dues: Iterable[Due]) -> Iterable[Due]:
    latest = {due.name: due for due in dues}
    for name, due in latest.items():
        known = customer.dues.get(name)
        if known is None or known.due_at != due.due_at:
            yield replace(due, version=known.version if known else 0)
