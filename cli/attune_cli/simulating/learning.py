"""What the policy learns in a simulation: every night, from the outcomes of its own contacts, by the stage's own rules.

Outcomes are attributed, summed up, believed and judged by the domain's functions, as in `learn_policy` and `refit_policies`;
what is left out is how evidence gets from the log into tables and back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from attune.domain.customers import Customer
from attune.domain.decisions import Decision
from attune.domain.journeys import Journey
from attune.domain.learning.evidence import ContactEvidence, Draw, JourneyEvidence
from attune.domain.learning.guard_rails import ArmName, harms_of, judge
from attune.domain.learning.outcomes import Happening, outcomes_for
from attune.domain.learning.refitting import Tally, closes_at, refit, tally
from attune.domain.outcome_kinds import OutcomeKind
from attune.domain.playbooks import Playbook
from attune_cli.simulating.in_memory import LearntPolicies

type Known = tuple[int, int, int, int]
"""Contacts of a day, outcomes, contacts and journeys whose window is over: a day's sum changes only with these."""


@dataclass
class _Contact:
    """A contact, and what has come of it so far."""

    touch: int
    at: datetime
    delay: Draw
    words: Draw | None
    kinds: set[OutcomeKind] = field(default_factory=set)

    @property
    def evidence(self) -> ContactEvidence:
        return ContactEvidence(
            touch=self.touch, at=self.at, delay=self.delay, words=self.words, kinds=frozenset(self.kinds)
        )


@dataclass
class Learner:
    """Collects contacts and outcomes, and refits what is believed; one that does not learn ignores everything."""

    policies: LearntPolicies
    playbook: Playbook
    learns: bool
    _contacts: dict[str, _Contact] = field(default_factory=dict)
    _by_day: dict[date, dict[str, tuple[Journey, list[_Contact]]]] = field(default_factory=dict)
    _known: dict[date, tuple[Known, Tally]] = field(default_factory=dict)
    _closed: dict[date, Tally] = field(default_factory=dict)
    _closed_sum: Tally = field(default_factory=Tally)
    _stopped: set[ArmName] = field(default_factory=set)

    def contacted(
        self, contact_id: str, journey: Journey, at: datetime, *, touch: int, delay: Decision, words: Decision | None
    ) -> None:
        """Remember a contact with what was drawn for it."""
        if not self.learns:
            return
        contact = _Contact(touch, at, _draw(delay), _draw(words) if words and "context" in words.inputs else None)
        self._contacts[contact_id] = contact
        of_day = self._by_day.setdefault(journey.since.date(), {})
        of_day.setdefault(journey.journey_id, (journey, []))[1].append(contact)

    def happened(self, customer: Customer, happening: Happening) -> None:
        """Attribute something that may be an outcome."""
        if not self.learns:
            return
        for outcome in outcomes_for(customer, (happening,), {self.playbook.id: self.playbook}):
            if outcome.contact is not None and outcome.contact_id in self._contacts:
                self._contacts[outcome.contact_id].kinds.add(outcome.kind)

    def learn(self, now: datetime) -> None:
        """Refit as of an instant, and stop arms that harm."""
        if not self.learns:
            return
        open_days = {day: self._summed(day, now) for day in sorted(self._by_day)}
        for day in [day for day in open_days if closes_at(day, self.playbook) <= now]:
            self._closed[day] = open_days.pop(day)
            self._closed_sum = self._closed_sum.plus(self._closed[day])
            del self._by_day[day]
        total = self._closed_sum
        for known in open_days.values():
            total = total.plus(known)
        harms = harms_of({**self._closed, **open_days}, self.playbook.id, {})
        self._stopped |= {name for name, _ in judge(harms, self._stopped)}
        self.policies.publish(refit({self.playbook.id: total}, now=now), self._stopped)

    @property
    def stopped(self) -> tuple[ArmName, ...]:
        """Arms that a guard rail took away."""
        return tuple(sorted(self._stopped))

    def _summed(self, day: date, now: datetime) -> Tally:
        """Sum a day's journeys up, anew only where something came of them or a window is over since the last time."""
        contacts = [contact for _, of_journey in self._by_day[day].values() for contact in of_journey]
        window = self.playbook.outcome_window
        state = (
            len(contacts),
            sum(len(contact.kinds) for contact in contacts),
            sum(contact.at + window <= now for contact in contacts),
            sum(journey.expires_at + window <= now for journey, _ in self._by_day[day].values()),
        )
        known = self._known.get(day)
        if known is None or known[0] != state:
            known = self._known[day] = (state, tally(self._journeys(day), self.playbook, as_of=now))
        return known[1]

    def _journeys(self, day: date) -> Iterator[JourneyEvidence]:
        return (
            JourneyEvidence(
                journey_id=journey.journey_id,
                playbook=journey.playbook,
                since=journey.since,
                held_out=False,
                contacts=tuple(contact.evidence for contact in contacts),
                kinds=frozenset(kind for contact in contacts for kind in contact.kinds),
            )
            for journey, contacts in self._by_day[day].values()
        )


def _draw(decision: Decision) -> Draw:
    """Return what a decision drew; a text is known by its message."""
    return Draw(decision.choice.partition("/")[0], str(decision.inputs["context"]))
