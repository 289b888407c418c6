"""What makes a simulation quick: pure functions of the domain whose answers are remembered, never written again here."""

from collections.abc import Hashable, Iterator
from dataclasses import fields
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from attune.domain.contact_calendar import ContactCalendar
from attune.domain.customers import Customer
from attune.domain.dropoff import DropoffModel
from attune.domain.friction import FrictionRules, FrictionScore, FrictionScorer
from attune.domain.mismatch.scoring import Mismatch
from attune.domain.playbooks import Playbook
from attune.domain.quiet_hours import Hours, Stretch
from attune.domain.sessions import SessionState
from attune.domain.texts import Approval, Text, TextLibrary
from attune.domain.visits import Visit


class RememberingScorer(FrictionScorer):
    """Scores like its parent, each state of a session once: sessions do not change between the steps of a journey."""

    _scored: dict[tuple[int, Visit | None, Mismatch | None], tuple[SessionState, FrictionScore]]

    def __init__(self, rules: FrictionRules, dropoff: DropoffModel) -> None:
        """Begin with nothing scored."""
        super().__init__(rules, dropoff)
        object.__setattr__(self, "_scored", {})

    def score(self, state: SessionState, visit: Visit | None = None, mismatch: Mismatch | None = None) -> FrictionScore:
        """Return the parent's score; the state is kept with it, so that its id stays its own."""
        key = (id(state), visit, mismatch)
        known = self._scored.get(key)
        if known is None:
            known = self._scored[key] = (state, super().score(state, visit, mismatch))
        return known[1]


class RememberingCalendar(ContactCalendar):
    """Permits what its original permits; whoever is at one place, with the same wishes, has the same hours."""

    _hours: dict[Hashable, tuple[Playbook, Hours]]

    def __init__(self, original: ContactCalendar) -> None:
        """Begin with nothing asked."""
        country_of = cache(original.country_of)
        super().__init__(original.countries, original.holidays, original.sensitive, country_of)
        object.__setattr__(self, "_hours", {})

    def hours(self, customer: Customer, playbook: Playbook, channel: str, *, promotional: bool = True) -> Hours:
        """Return the original's hours; the playbook is kept with them, so that its id stays its own."""
        profile, context = customer.profile, customer.current_context
        key = (
            id(playbook),
            channel,
            promotional,
            profile.country,
            profile.region,
            profile.phone,
            profile.quiet_from,
            profile.quiet_until,
            context.get("country", ""),
            context.get("region", ""),
        )
        known = self._hours.get(key)
        if known is None:
            hours = RememberedHours(super().hours(customer, playbook, channel, promotional=promotional))
            known = self._hours[key] = (playbook, hours)
        return known[1]


class RememberingLibrary(TextLibrary):
    """Knows the same texts and approvals; who may read which is worked out once for each locale."""

    _approved: dict[tuple[str, str], Approval | None]

    @classmethod
    def of(cls, original: TextLibrary) -> "RememberingLibrary":
        """Return a library of the same texts, with nothing asked yet."""
        library = cls(**{one.name: getattr(original, one.name) for one in fields(original)})
        object.__setattr__(library, "_approved", {})
        return library

    def approval_of(self, text: Text, *, reader_locale: str = "") -> Approval | None:
        """Return the original's answer."""
        key = (text.name, reader_locale)
        if key not in self._approved:
            self._approved[key] = super().approval_of(text, reader_locale=reader_locale)
        return self._approved[key]


class RememberedHours:
    """Hours whose stretches are worked out once for each local day and zone."""

    def __init__(self, original: Hours) -> None:
        """Begin with no day asked for."""
        self._original = original
        self._known: dict[tuple[date, ZoneInfo], tuple[Stretch, ...]] = {}

    def windows_from(self, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
        """Yield permitted stretches, from the local day before `day` on, in order."""
        known = self._known.get((day, zone))
        if known is None:
            known = self._known[day, zone] = tuple(self._original.windows_from(day, zone))
        return iter(known)
