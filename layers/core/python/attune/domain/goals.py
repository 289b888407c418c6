"""Whether somebody got where a journey wanted to help them to, or what it is about has come to an end some other way."""

from collections.abc import Iterable
from datetime import datetime

from attune.domain.customers import Customer
from attune.domain.playbooks import Playbook
from attune.domain.signals import SignalKind
from attune.domain.undertakings import Correlation


def goal_reached(customer: Customer, playbook: Playbook, key: str, since: datetime) -> bool:
    """Whether one of the playbook's goals came after an instant; another order's delivery is not this one's."""
    return _any_came(customer, playbook, playbook.goal_kinds(), key, since)


def is_closed(customer: Customer, playbook: Playbook, key: str, since: datetime) -> bool:
    """Whether the undertaking was closed without its goal: an order cancelled before it was delivered, say."""
    closing = playbook.watched().closed_by - playbook.goal_kinds()
    return _any_came(customer, playbook, closing, key, since)


def _any_came(customer: Customer, playbook: Playbook, kinds: Iterable[SignalKind], key: str, since: datetime) -> bool:
    order = key if playbook.trigger.correlation is Correlation.ORDER and _is_order(customer, key) else ""
    return any(_came(customer, kind, order, since) for kind in kinds)


def _came(customer: Customer, kind: SignalKind, order: str, since: datetime) -> bool:
    latest = customer.latest(kind, ())
    if latest is None or latest <= since:
        return False
    if not order:
        return True
    sessions = customer.sessions.values()
    told = [entry for session in sessions for entry in session.tail if entry.kind is kind and entry.time > since]
    # What is told no longer one by one may have been about this order: then nothing more is said.
    forgotten = any((at := session.checkpoint.last_at.get(kind)) is not None and at > since for session in sessions)
    return forgotten or any(entry.order in ("", order) for entry in told)


def _is_order(customer: Customer, key: str) -> bool:
    return any(entry.order == key for session in customer.sessions.values() for entry in session.tail)
