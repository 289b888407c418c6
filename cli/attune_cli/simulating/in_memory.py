"""What stands in for AWS in a simulation: tables as dictionaries, queues as calls, and a provider that always delivers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from attune.adapters.customer_rows import Item
from attune.adapters.policies_table import WORDS, levels_of
from attune.domain.complaint_brake import Brake, MailDay, rate_of
from attune.domain.contacts import Ledger
from attune.domain.customers import Case, Consent, Customer, Due, Profile
from attune.domain.decisions import Decision, DecisionKind
from attune.domain.go_aheads import GoAhead, Standing
from attune.domain.journeys import Journey
from attune.domain.learning.beliefs import DEFAULT_PRIOR, Beta, Counts, pooled_belief
from attune.domain.learning.guard_rails import ArmName
from attune.domain.learning.policy import POLICY_VERSION, Policy
from attune.domain.learning.refitting import Refit
from attune.domain.onsite import OnsiteNote
from attune.domain.personal_notes import PersonalNote
from attune.domain.sessions import Session
from attune.domain.texts import Text, TextLibrary


class Customers:
    """Customers as `CustomersTable` keeps them; one writer at a time, so that no write ever conflicts."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        """Keep everybody by id; `on_case` hears of every new case."""
        self.on_case: Callable[[str, Case], None] = lambda customer_id, case: None  # noqa: ARG005 - called so
        self._known = {customer.customer_id: customer for customer in customers}

    def load(self, customer_id: str) -> Customer | None:
        """Return a customer."""
        return self._known.get(customer_id)

    def __getitem__(self, customer_id: str) -> Customer:
        return self._known[customer_id]

    def save[T: Item](self, customer_id: str, item: T) -> T:
        """Write one item; return it with its new version."""
        written = replace(item, version=item.version + 1)
        before = self._known[customer_id]
        self._known[customer_id] = _with(before, written)
        if isinstance(written, Case):
            known = before.cases.get(written.about)
            if known is None or known.case_id != written.case_id:
                self.on_case(customer_id, written)
        return written


def _with(customer: Customer, item: Item) -> Customer:  # noqa: PLR0911 - one line for each kind of item
    match item:
        case Profile():
            return replace(customer, profile=item)
        case Consent():
            return replace(customer, consent=item)
        case Session():
            return replace(customer, sessions={**customer.sessions, item.session_id: item})
        case Ledger():
            return replace(customer, ledger=item)
        case Journey():
            return replace(customer, journeys={**customer.journeys, item.journey_id: item})
        case Case():
            return replace(customer, cases={**customer.cases, item.about: item})
        case OnsiteNote():
            return replace(customer, notes={**customer.notes, item.note_id: item})
        case PersonalNote():
            return replace(customer, personal_notes={**customer.personal_notes, item.note_id: item})
        case Due():
            return replace(customer, dues={**customer.dues, item.name: item})
        case GoAhead():
            return replace(customer, go_aheads={**customer.go_aheads, item.contact_id: item})


@dataclass
class Journal:
    """The decision log: counts of choices, why contacts were not made, the delays and texts that were chosen."""

    choices: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    delays: dict[tuple[str, int], Decision] = field(default_factory=dict)
    words: dict[tuple[str, int], Decision] = field(default_factory=dict)
    moments: list[Decision] = field(default_factory=list)

    def record(self, decision: Decision) -> None:
        """Take a decision down."""
        self.choices[decision.kind, decision.choice] += 1
        match decision.kind:
            case DecisionKind.DELAY:
                self.delays[decision.journey_id, decision.touch] = decision
            case DecisionKind.TONE:
                self.words[decision.journey_id, decision.touch] = decision
            case DecisionKind.CONTACT if decision.choice in {"withheld", "held"}:
                self.refused[f"{decision.choice}: {decision.reasons[0].code}"] += 1
            case DecisionKind.MOMENT:
                self.moments.append(decision)
            case _:
                pass


@dataclass(frozen=True)
class Calls:
    """A queue whose messages are answered at once."""

    answer: Callable[[Any], object]

    def send(self, message: Any, *, delay_seconds: int = 0) -> None:  # noqa: ARG002 - as an outbox is called
        """Hand a message over."""
        self.answer(message)


@dataclass(frozen=True)
class Delivers:
    """A provider that takes every message; words are chosen and approved, but not rendered."""

    library: TextLibrary

    def prepare(self, outgoing: object, text: Text) -> Callable[[], str]:  # noqa: ARG002 - as deliveries are called
        """Return what delivers."""
        return lambda: "simulated"


class AgreesAtOnce:
    """People who say yes at once to whatever they are asked about."""

    def standing(self, opened: object, text: object) -> Standing:  # noqa: ARG002 - as go-aheads are asked for
        """Say that the touch may be made."""
        return Standing.APPROVED

    def close(self, opened: object, why: str) -> None:
        """Forget that anything was asked: nothing was."""


@dataclass
class MailCounts:
    """Delivered and complained-about emails, for the complaint-rate brake."""

    delivered: Counter[date] = field(default_factory=Counter)
    complaints: Counter[date] = field(default_factory=Counter)

    def brake(self, now: datetime) -> Brake:
        """Return what complaints do to email now."""
        today = now.date()
        days = (today - timedelta(days=back) for back in range(8))
        return rate_of((MailDay(day, self.delivered[day], self.complaints[day]) for day in days), today).brake


@dataclass
class LearntPolicies:
    """What the policy has learnt, at the levels of the policies table."""

    counts: dict[str, dict[str, Counts]] = field(default_factory=dict)
    prior: Beta = DEFAULT_PRIOR
    stopped: frozenset[ArmName] = frozenset()
    version: int = 0

    def load(self, playbook: str, touch: int, context: str, *, now: datetime) -> Policy:
        """Return the policy as of now, its beliefs pooled over the levels."""
        levels = [self.counts.get(key, {}) for key in levels_of(playbook, touch, context)]
        nothing = Counts(as_of=now)
        beliefs = {
            arm: pooled_belief([level.get(arm, nothing).faded(now) for level in levels], prior=self.prior)
            for arm in dict.fromkeys(arm for level in levels for arm in level)
        }
        asked = (playbook, touch, context.startswith(WORDS))
        stopped = frozenset(one.arm for one in self.stopped if (one.playbook, one.touch, one.is_words) == asked)
        return Policy(beliefs, self.prior, f"{POLICY_VERSION}@{self.version}", stopped)

    def publish(self, found: Refit, stopped: Iterable[ArmName]) -> None:
        """Take over what a refit found: every cell counts at every level."""
        self.counts = {}
        for cell in found.cells:
            for key in levels_of(cell.playbook, cell.touch, cell.context):
                level = self.counts.setdefault(key, {})
                level[cell.arm] = level[cell.arm].plus(cell.counts) if cell.arm in level else cell.counts
        self.prior, self.stopped = found.prior, frozenset(stopped)
        self.version += 1
