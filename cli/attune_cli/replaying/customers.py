"""The customers table as a dictionary: what `CustomersTable` does, for commands that run functions without AWS."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from attune.adapters.clock import Clock
from attune.adapters.customer_rows import DUE_KEPT_FOR, JOURNEY_KEPT_FOR, SESSION_KEPT_FOR, Item
from attune.domain.contacts import Ledger
from attune.domain.customers import Case, Consent, Customer, Due, Profile
from attune.domain.errors import ConflictError
from attune.domain.go_aheads import GoAhead
from attune.domain.identity import Link
from attune.domain.journeys import Journey
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.sessions import Session

type Place = tuple[type, str]
type Row = tuple[Any, datetime | None]


class CustomersInMemory:
    """Reads and writes customers; a write over another version than was read is a conflict, what expired is gone."""

    def __init__(self, clock: Clock, secret_of: Callable[[str], str]) -> None:
        """`secret_of` gives the secret (hex) of somebody new, by id."""
        self.clock = clock
        self._secret_of = secret_of
        self._rows: dict[str, dict[Place, Row]] = {}
        self._with_dues: set[str] = set()
        self._none_due_before: datetime | None = None
        """Asked every hour of virtual time, most often for nothing; None where there are no dues at all."""

    def everybody(self) -> tuple[str, ...]:
        """Return every id there is, also of those who turned out to be another one."""
        return tuple(self._rows)

    def dues_until(self, now: datetime) -> list[tuple[str, Due]]:
        """Return what is due by now, the oldest first, with the id it is stored under."""
        if self._none_due_before is None or now < self._none_due_before:
            return []
        found: list[tuple[str, Due]] = []
        for customer_id in sorted(self._with_dues):
            dues = [item for (kind, _), (item, _) in self._rows[customer_id].items() if kind is Due]
            if not dues:
                self._with_dues.discard(customer_id)
            found += [(customer_id, due) for due in dues]
        self._none_due_before = min((due.due_at for _, due in found), default=None)
        return sorted((one for one in found if one[1].due_at <= now), key=lambda one: (one[1].due_at, one[0]))

    def load(self, customer_id: str) -> Customer | None:
        """Return a customer under whatever id they go now."""
        customer = self.load_unmerged(customer_id)
        while customer is not None and customer.profile.merged_into:
            customer = self.load_unmerged(customer.profile.merged_into)
        return customer

    def load_unmerged(self, customer_id: str) -> Customer | None:
        """Return what is stored under exactly this id."""
        now = self.clock.now()
        parts: dict[type, dict[str, Any]] = {}
        for (kind, name), (item, expires) in self._rows.get(customer_id, {}).items():
            if expires is None or expires > now:
                parts.setdefault(kind, {})[name] = item
        if Profile not in parts:
            return None
        return Customer(
            profile=parts[Profile][""],
            consent=parts.get(Consent, {}).get("") or Consent(),
            ledger=parts.get(Ledger, {}).get("") or Ledger(),
            sessions=parts.get(Session, {}),
            journeys=parts.get(Journey, {}),
            cases=parts.get(Case, {}),
            notes=parts.get(OnsiteNote, {}),
            dues=parts.get(Due, {}),
            personal_notes=parts.get(PersonalNote, {}),
            go_aheads=parts.get(GoAhead, {}),
        )

    def sessions_at_a_glance(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Session]:
        """Return sessions by the ids of their customer and their own."""
        rows = {
            (customer, session): self._rows.get(customer, {}).get((Session, session)) for customer, session in wanted
        }
        now = self.clock.now()
        return {key: row[0] for key, row in rows.items() if row and (row[1] is None or row[1] > now)}

    def load_or_create(self, customer_id: str) -> Customer:
        """Return the customer, made known if nobody knew them."""
        known = self.load(customer_id)
        if known is not None:
            return known
        try:
            profile = Profile(customer_id=customer_id, subject_secret=self._secret_of(customer_id))
            return Customer(profile=self.save(customer_id, profile))
        except ConflictError:  # somebody else was as quick
            return self.load_or_create(customer_id)

    def load_ledger(self, customer_id: str) -> Ledger:
        """Return a customer's contacts."""
        ledger: Ledger | None = self._one(customer_id, Ledger)
        return ledger or Ledger()

    def load_profile(self, customer_id: str) -> Profile | None:
        """Return a customer's profile."""
        profile: Profile | None = self._one(customer_id, Profile)
        return profile

    def _one(self, customer_id: str, kind: type) -> Any:
        row = self._rows.get(customer_id, {}).get((kind, ""))
        return row[0] if row else None

    def is_forgotten(self, profile: Profile) -> bool:  # noqa: ARG002 - as the table is asked
        """Nobody was forgotten here."""
        return False

    def onsite_notes(self, customer_id: str) -> tuple[OnsiteNote, ...]:
        """Return the notes waiting on the site."""
        customer = self.load(customer_id)
        return tuple(customer.notes.values()) if customer else ()

    def save[T: Item](self, customer_id: str, item: T) -> T:
        """Write one item over the version it was read in; raise ConflictError if another was written meanwhile."""
        name, expires = self._place(item)
        rows = self._rows.setdefault(customer_id, {})
        known, until = rows.get((type(item), name), (None, None))
        if known is not None and item.version == 0 and until is not None and until <= self.clock.now():
            known = None
        if (known.version if known else 0) != item.version:
            raise ConflictError(f"{type(item).__name__} {name} was changed by somebody else since it was read")
        written = replace(item, version=item.version + 1)
        if isinstance(item, Session) and isinstance(written, Session):
            written.keep_folded(item)
        rows[type(item), name] = (written, expires)
        if isinstance(item, Due):
            self._with_dues.add(customer_id)
            self._none_due_before = min(self._none_due_before or item.due_at, item.due_at)
        return written

    def delete(self, customer_id: str, item: Item) -> None:
        """Take one item away, if it still is as it was read; raise ConflictError if it is not."""
        name, _ = self._place(item)
        rows = self._rows.get(customer_id, {})
        known, _ = rows.get((type(item), name), (None, None))
        if known is None or known.version != item.version:
            raise ConflictError(f"{type(item).__name__} {name} was changed by somebody else since it was read")
        del rows[type(item), name]

    def _place(self, item: Item) -> tuple[str, datetime | None]:
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
            case GoAhead():
                return item.contact_id, item.asked_at + JOURNEY_KEPT_FOR
            case _:
                return "", None


class LinksInMemory:
    """Whose identifiers are, as `IdentityLinks` keeps it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._links: dict[str, Link] = {}

    def get(self, mark: str) -> Link | None:
        """Return the link of an identifier, if anybody ever claimed it."""
        return self._links.get(mark)

    def get_many(self, marks: set[str]) -> dict[str, Link]:
        """Return the links there are."""
        return {mark: self._links[mark] for mark in marks if mark in self._links}

    def save(self, link: Link) -> Link:
        """Write a link over the version it was read in; raise ConflictError if another was written meanwhile."""
        known = self._links.get(link.mark)
        if (known.version if known else 0) != link.version:
            raise ConflictError(f"the link of {link.mark} was written by somebody else first")
        written = self._links[link.mark] = replace(link, version=link.version + 1)
        return written
