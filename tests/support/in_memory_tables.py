"""The customers table in a dictionary, for tests that need no AWS; it passes the same contract as the real one."""

import secrets
import threading
from dataclasses import replace
from datetime import datetime
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.customers_table import DUE_KEPT_FOR, JOURNEY_KEPT_FOR, SESSION_KEPT_FOR
from attune.domain.contacts import Ledger
from attune.domain.customers import Case, Consent, Customer, Due, Profile
from attune.domain.errors import ConflictError
from attune.domain.journeys import Journey
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.sessions import Session


class InMemoryCustomers:
    """Reads and writes customers like `CustomersTable`."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._rows: dict[tuple[str, type, str], tuple[Any, datetime | None]] = {}
        self._one_at_a_time = threading.Lock()

    def load(self, customer_id: str) -> Customer | None:
        customer = self.load_unmerged(customer_id)
        merged_into = customer.profile.merged_into if customer else ""
        return self.load(merged_into) if merged_into else customer

    def load_unmerged(self, customer_id: str) -> Customer | None:
        items = self._items(customer_id)
        profile = next((item for item in items if isinstance(item, Profile)), None)
        if profile is None:
            return None
        return Customer(
            profile=profile,
            consent=next((item for item in items if isinstance(item, Consent)), Consent()),
            ledger=next((item for item in items if isinstance(item, Ledger)), Ledger()),
            sessions={item.session_id: item for item in items if isinstance(item, Session)},
            journeys={item.journey_id: item for item in items if isinstance(item, Journey)},
            cases={item.about: item for item in items if isinstance(item, Case)},
            notes={item.note_id: item for item in items if isinstance(item, OnsiteNote)},
            dues={item.name: item for item in items if isinstance(item, Due)},
            personal_notes={item.note_id: item for item in items if isinstance(item, PersonalNote)},
        )

    def load_or_create(self, customer_id: str) -> Customer:
        known = self.load(customer_id)
        if known is not None:
            return known
        try:
            profile = self.save(customer_id, Profile(customer_id=customer_id, subject_secret=secrets.token_hex(32)))
        except ConflictError:
            return self.load_or_create(customer_id)
        return Customer(profile=profile)

    def onsite_notes(self, customer_id: str) -> tuple[OnsiteNote, ...]:
        customer = self.load(customer_id)
        return tuple(customer.notes.values()) if customer else ()

    def delete(self, customer_id: str, item: Any) -> None:
        name, _ = self._place(item)
        place = (customer_id, type(item), name)
        with self._one_at_a_time:
            known, _ = self._rows.get(place, (None, None))
            if known is None or known.version != item.version:
                raise ConflictError(f"{name} was changed by somebody else since it was read")
            del self._rows[place]

    def save[T](self, customer_id: str, item: T) -> T:
        name, expires = self._place(item)
        place = (customer_id, type(item), name)
        written = replace(item, version=item.version + 1)  # type: ignore[type-var, attr-defined]
        with self._one_at_a_time:
            known, known_expires = self._rows.get(place, (None, None))
            if known is not None and item.version == 0 and self._is_over(known_expires):  # type: ignore[attr-defined]
                known = None
            if (known.version if known else 0) != item.version:  # type: ignore[attr-defined]
                raise ConflictError(f"{name} was changed by somebody else since it was read")
            self._rows[place] = (written, expires)
        return written

    def _items(self, customer_id: str) -> list[Any]:
        rows = list(self._rows.items())
        return [item for (owner, _, _), (item, expires) in rows if owner == customer_id and not self._is_over(expires)]

    def _is_over(self, expires: datetime | None) -> bool:
        return expires is not None and expires <= self.clock.now()

    def _place(self, item: object) -> tuple[str, datetime | None]:
        match item:
            case Session():
                return item.session_id, self.clock.now() + SESSION_KEPT_FOR
            case Journey():
                return item.journey_id, item.expires_at + JOURNEY_KEPT_FOR
            case Case():
                return item.about, item.opened_at + JOURNEY_KEPT_FOR
            case OnsiteNote() | PersonalNote():
                return item.note_id, item.expires_at
            case Due():
                return item.name, item.due_at + DUE_KEPT_FOR
            case _:
                return type(item).__name__, None
