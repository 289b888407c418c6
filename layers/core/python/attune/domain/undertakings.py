"""What playbooks watch somebody do: how an undertaking opens, is closed or excluded, goes quiet and is a moment.

Most undertakings end in silence: a cart, a form, a visit to the prices. Their moment comes a quiet period after the last
sign of the customer. Others begin with something that happened to the customer (a delivery is late): their moment comes a
quiet period after that event, whatever the customer does meanwhile, and several of them may be open at once, by their keys.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from attune.domain.signals import SignalKind

EVERY_OTHER = "*"
"""In `yields_to`: all other playbooks."""
A_DAY = timedelta(days=1)
KEPT_OPEN = 8
"""So many undertakings that an event opened are kept for a playbook and session; the oldest goes first."""


class Correlation(StrEnum):
    """By what the undertakings of one customer are told apart, so that each has one journey at most."""

    CART = "cart"
    ORDER = "order"
    FORM = "form"
    PLAN = "plan"
    VISIT = "visit"
    CUSTOMER = "customer"


class Counted(StrEnum):
    """From when on the quiet period is counted."""

    LAST_SIGN = "last_sign"
    OPENING = "opening"


class Remembered(Protocol):
    """What an undertaking looks at in a remembered signal."""

    @property
    def time(self) -> datetime: ...  # noqa: D102 - see attune.domain.sessions.Entry
    @property
    def kind(self) -> SignalKind: ...  # noqa: D102
    @property
    def reference(self) -> str: ...  # noqa: D102
    @property
    def order(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Trigger:
    """What a playbook watches for: opened by some signals, then quiet; not if excluded or closed.

    `yields_to` are the playbooks that answer instead where both could, `needs` the names of surroundings without which
    there is nothing to watch.
    """

    playbook: str
    opened_by: frozenset[SignalKind]
    closed_by: frozenset[SignalKind]
    excluded_by: frozenset[SignalKind]
    quiet_period: timedelta
    correlation: Correlation = Correlation.CART
    counted_from: Counted = Counted.LAST_SIGN
    yields_to: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()

    @cached_property
    def kinds(self) -> frozenset[SignalKind]:
        """Every signal that changes something."""
        return self.opened_by | self.closed_by | self.excluded_by

    @cached_property
    def by_event(self) -> bool:
        """Whether its moments are counted from what opened them."""
        return self.counted_from is Counted.OPENING

    @cached_property
    def by_silence(self) -> bool:
        """Whether it is about the customer as a whole, over all their visits (attune.domain.dues)."""
        return self.correlation is Correlation.CUSTOMER

    def quiet_since(self, due_at: datetime) -> datetime:
        """Return since when it was quiet, or the event was there; a customer's silence is told to the day."""
        return due_at - self.quiet_period + (A_DAY if self.by_silence else timedelta(0))

    def suits(self, context: Mapping[str, str]) -> bool:
        """Whether a session has the surroundings without which there is nothing to watch."""
        return all(context.get(name) for name in self.needs)

    def outranked_by(self, playbook: str) -> bool:
        """Whether another playbook goes first."""
        return playbook != self.playbook and (playbook in self.yields_to or EVERY_OTHER in self.yields_to)

    def gives_way_to(self, playbooks: Iterable[str]) -> bool:
        """Whether one of these goes first."""
        return bool(self.yields_to) and any(map(self.outranked_by, playbooks))

    def moments_of(self, own: Iterable["Undertaking"], last_seen: datetime | None) -> Iterator["Moment"]:
        """Yield the moments that its own undertakings come to if nothing more happens."""
        for one in own:
            since = one.opened_at if self.by_event else last_seen
            if one.is_open and since is not None:
                yield Moment(since + self.quiet_period, self.playbook, one.key)

    def __hash__(self) -> int:
        """Hash by the playbook alone: sessions remember what they come to by all triggers, and are asked often."""
        return hash(self.playbook)


@dataclass(frozen=True, order=True)
class Moment:
    """A situation worth answering: this playbook's undertaking `key` went quiet, noticed at `due_at`."""

    due_at: datetime
    playbook: str
    key: str


@dataclass(frozen=True)
class Undertaking:
    """What one playbook watches in one session: an open cart, say, and whether something excludes it.

    `opened_at` is kept where the quiet period counts from it; `order` is the key again where the key is an order.
    """

    key: str = ""
    excluded: bool = False
    opened_at: datetime | None = None
    order: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there is something to answer."""
        return bool(self.key) and not self.excluded


type Undertakings = Mapping[str, Undertaking]
"""By playbook; those that an event opened by playbook and key, `delivery_delay#order-7`."""


def after(entry: Remembered, own: Undertakings, trigger: Trigger, session_id: str) -> Undertakings:
    """Return what is open for one playbook after a signal that its trigger knows."""
    return (_by_event if trigger.by_event else _by_silence)(own, entry, trigger, session_id)


def playbook_of(name: str) -> str:
    """Return the playbook of an undertaking, by the name under which it is kept."""
    return name.partition("#")[0]


def moments_to_come(
    undertakings: Undertakings, triggers: Iterable[Trigger], last_seen: datetime | None
) -> tuple[Moment, ...]:
    """Return the moments that will come if nothing more happens, each with the instant at which it does."""
    by_playbook: dict[str, list[Undertaking]] = {}
    for name, one in undertakings.items():
        by_playbook.setdefault(playbook_of(name), []).append(one)
    open_books = {playbook for playbook, own in by_playbook.items() if any(one.key for one in own)}
    found: list[Moment] = []
    for trigger in triggers:
        own = by_playbook.get(trigger.playbook)
        # Whose moment is counted from an event gives way to journeys only: what is open in a visit may stay so for weeks.
        if own and (trigger.by_event or not trigger.gives_way_to(open_books)):
            found += trigger.moments_of(own, last_seen)
    return tuple(found)


def _by_silence(own: Undertakings, entry: Remembered, trigger: Trigger, session_id: str) -> Undertakings:
    before = own.get(trigger.playbook, Undertaking())
    if entry.kind in trigger.closed_by:
        return {}
    if entry.kind in trigger.excluded_by:
        return {trigger.playbook: replace(before, excluded=True)}
    named = _key(entry, trigger)
    if named and before.key != named:
        nameless = not before.key or _is_nameless(before.key, session_id)
        return {trigger.playbook: Undertaking(named, excluded=before.excluded and nameless)}
    if not before.key:
        return {trigger.playbook: replace(before, key=_nameless(entry, session_id))}
    return own


def _by_event(own: Undertakings, entry: Remembered, trigger: Trigger, session_id: str) -> Undertakings:
    concerned = {name for name, one in own.items() if _concerns(entry, one, session_id)}
    if entry.kind in trigger.closed_by:
        return {name: one for name, one in own.items() if name not in concerned}
    if entry.kind in trigger.excluded_by:
        return {name: replace(one, excluded=one.excluded or name in concerned) for name, one in own.items()}
    key = _key(entry, trigger) or _nameless(entry, session_id)
    opened = Undertaking(key, opened_at=entry.time, order=entry.order if entry.order == key else "")
    kept = {**own, name_of(trigger.playbook, key): opened}
    latest = sorted(kept, key=lambda name: (kept[name].opened_at or entry.time, name))[-KEPT_OPEN:]
    return {name: kept[name] for name in latest}


def _concerns(entry: Remembered, undertaking: Undertaking, session_id: str) -> bool:
    """Whether a signal is about an undertaking, as far as it can be told: where it cannot, it is, and we keep quiet."""
    if undertaking.order:
        return entry.order in ("", undertaking.order)
    return entry.reference in ("", undertaking.key) or _is_nameless(undertaking.key, session_id)


def _key(entry: Remembered, trigger: Trigger) -> str:
    match trigger.correlation:
        case Correlation.ORDER:
            return entry.order or entry.reference
        case Correlation.VISIT:
            return ""
        case _:
            return entry.reference


def name_of(playbook: str, key: str) -> str:
    """Return the name under which an undertaking is kept that an event opened."""
    return f"{playbook}#{key}"


def _nameless(entry: Remembered, session_id: str) -> str:
    return f"{session_id}@{int(entry.time.timestamp() * 1000)}"


def _is_nameless(key: str, session_id: str) -> bool:
    return key.startswith(f"{session_id}@")
