"""What became of each person under one version, read from the decision log: what reached them, and why the rest did not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from attune.domain.contacts import ContactState
from attune.domain.customers import Customer
from attune.domain.decisions import Decision, DecisionKind
from attune_cli.replaying.world import Played

REACHED = frozenset({ContactState.SENT.value, ContactState.UNCERTAIN.value})
CASES = frozenset({"opened", "joined"})
TOLD = frozenset({DecisionKind.MOMENT, DecisionKind.CONTACT, DecisionKind.ESCALATION, DecisionKind.JOURNEY})
"""Kinds that say what happened or why not; tones, delays and reviews only lead there."""


@dataclass(frozen=True, order=True)
class Line:
    """One thing that happened to somebody, in words that do not change with ids; `reaches` says that people notice."""

    at: datetime
    told: str
    reaches: bool


@dataclass(frozen=True)
class Person:
    """Somebody under one version: who they are now, what was decided about them, and their story."""

    customer: Customer
    decisions: tuple[Decision, ...]
    story: tuple[Line, ...]

    @property
    def effects(self) -> tuple[Line, ...]:
        """What people notice: messages and cases."""
        return tuple(line for line in self.story if line.reaches)


def people_of(played: Played) -> dict[str, Person]:
    """Return everybody who was known in the end, by the id they go by."""
    subjects: dict[str, list[str]] = {}
    known: dict[str, Customer] = {}
    for customer_id in played.customers.everybody():
        customer, own = played.customers.load(customer_id), played.customers.load_unmerged(customer_id)
        if customer is not None and own is not None:
            known[customer.customer_id] = customer
            subjects.setdefault(customer.customer_id, []).append(own.profile.subject_key)
    people = {}
    for customer_id, customer in known.items():
        decisions = tuple(played.log.about(subjects[customer_id]))
        people[customer_id] = Person(customer, decisions, tuple(story_of(decisions)))
    return people


def story_of(decisions: Iterable[Decision]) -> list[Line]:
    """Return the lines of a story, in order."""
    return [Line(decision.time, _told(decision), reaches(decision)) for decision in decisions if decision.kind in TOLD]


def reaches(decision: Decision) -> bool:
    """Whether somebody notices a decision: a customer gets a message, or support a case."""
    is_contact = decision.kind is DecisionKind.CONTACT and decision.choice in REACHED
    return is_contact or (decision.kind is DecisionKind.ESCALATION and decision.choice in CASES)


def is_answer(decision: Decision) -> bool:
    """Whether a contact tells somebody who wrote that a person answers; no playbook's touch."""
    return decision.kind is DecisionKind.CONTACT and decision.touch == 0


def _told(decision: Decision) -> str:
    inputs = decision.inputs
    why = decision.reasons[0].code if decision.reasons else ""
    match decision.kind:
        case DecisionKind.MOMENT:
            return f"{decision.playbook}: moment {decision.choice} ({_friction(inputs)}{why})"
        case DecisionKind.CONTACT if is_answer(decision):
            return f"answer {inputs.get('message', '')} by {inputs.get('channel', '')}: {decision.choice} ({why})"
        case DecisionKind.CONTACT:
            what = f"touch {decision.touch}"
            if inputs.get("message"):
                what = f"{what}, {inputs['message']}"
            by = f" by {inputs['channel']}" if inputs.get("channel") else ""
            return f"{decision.playbook}: {what}{by}: {decision.choice} ({why})"
        case DecisionKind.ESCALATION:
            return f"{decision.playbook or 'no journey'}: case {decision.choice} ({decision.reasons[-1].code})"
        case _:
            return f"{decision.playbook}: journey {decision.choice} ({why})"


def _friction(inputs: Mapping[str, object]) -> str:
    return f"friction {inputs['friction_level']}, " if "friction_level" in inputs else ""
