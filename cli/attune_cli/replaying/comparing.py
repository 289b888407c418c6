"""Count what came of each version, and what is different: exact counts, for a table, a page and as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from attune.domain.clock import format_instant
from attune.domain.customers import Customer
from attune.domain.decisions import Decision, DecisionKind
from attune.domain.gate import contact_zone
from attune.domain.playbooks import Playbook
from attune.domain.situation import zone_of
from attune_cli.replaying.stories import CASES, REACHED, Line, Person, is_answer

HOURS = range(24)
GROUPS = {
    "moments": "moments",
    "journeys": "journeys",
    "messages": "messages by channel",
    "texts": "messages by text",
    "answers": "answers to what people wrote",
    "withheld": "withheld, by rule",
    "held": "held for later, by rule",
    "cases": "cases, by reason",
    "ended": "journeys that a step ended",
}
"""What is counted, and how it is called."""


@dataclass
class Counts:
    """The figures of one version; `by_hour` are messages by channel and local hour."""

    groups: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in GROUPS})
    by_hour: dict[str, list[int]] = field(default_factory=dict)
    people: Counter[str] = field(default_factory=Counter)

    def as_tree(self) -> dict[str, Any]:
        """Return the figures as JSON has them, names in order."""
        groups = {name: dict(sorted(counted.items())) for name, counted in self.groups.items()}
        return {**groups, "messages_by_local_hour": dict(sorted(self.by_hour.items())), "people": dict(self.people)}


def count(people: Mapping[str, Person], playbooks: Mapping[str, Playbook]) -> Counts:
    """Count everything that was decided about everybody."""
    counts = Counts()
    for person in people.values():
        for decision in person.decisions:
            _count_one(decision, person.customer, playbooks, counts)
        started = any(_is(decision, DecisionKind.MOMENT, "started") for decision in person.decisions)
        reached = any(_is_message(decision) for decision in person.decisions)
        case = any(_is(decision, DecisionKind.ESCALATION, *CASES) for decision in person.decisions)
        counts.people.update({"with a journey": started, "who get a message": reached, "with a case": case})
    return counts


def _count_one(decision: Decision, customer: Customer, playbooks: Mapping[str, Playbook], counts: Counts) -> None:
    groups, inputs = counts.groups, decision.inputs
    match decision.kind:
        case DecisionKind.MOMENT:
            groups["moments"][f"{decision.playbook}: {decision.choice}"] += 1
            if decision.choice == "started":
                groups["journeys"][decision.playbook] += 1
        case DecisionKind.CONTACT if is_answer(decision):
            groups["answers"][f"{inputs.get('channel', '')}: {decision.choice}"] += 1
        case DecisionKind.CONTACT if decision.choice in REACHED:
            channel = str(inputs["channel"])
            groups["messages"][channel] += 1
            groups["texts"][str(inputs["message"])] += 1
            counts.by_hour.setdefault(channel, [0] * len(HOURS))[_local_hour(decision, customer, playbooks)] += 1
        case DecisionKind.CONTACT if decision.choice in ("withheld", "held"):
            groups[decision.choice][decision.reasons[0].code] += 1
        case DecisionKind.ESCALATION if decision.choice in CASES:
            groups["cases"][decision.reasons[-1].code] += 1
        case DecisionKind.JOURNEY:
            groups["ended"][decision.choice] += 1
        case _:
            pass


def _local_hour(decision: Decision, customer: Customer, playbooks: Mapping[str, Playbook]) -> int:
    """Return at what hour of theirs somebody got a message; the playbook's own zone where theirs is unknown."""
    zone = zone_of(customer, customer.current_context)
    playbook = playbooks.get(decision.playbook)
    return decision.time.astimezone(contact_zone(zone, playbook) if playbook else zone).hour


def _is(decision: Decision, kind: DecisionKind, *choices: str) -> bool:
    return decision.kind is kind and decision.choice in choices


def _is_message(decision: Decision) -> bool:
    return _is(decision, DecisionKind.CONTACT, *REACHED) and not is_answer(decision)


@dataclass(frozen=True)
class Difference:
    """Somebody whose story is another one; `noticed` says that messages or cases differ, and not only reasons."""

    customer_id: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    noticed: bool

    @property
    def weight(self) -> int:
        """How many noticeable lines are in one story alone."""
        before, after = (Counter(line for line in story if line.reaches) for story in (self.before, self.after))
        return (before - after).total() + (after - before).total()

    def as_tree(self) -> dict[str, Any]:
        """Return the two stories as JSON has them."""
        return {
            "customer": self.customer_id,
            "noticed": self.noticed,
            "before": _tree(self.before),
            "after": _tree(self.after),
        }


def differences(before: Mapping[str, Person], after: Mapping[str, Person]) -> list[Difference]:
    """Return everybody whose story differs: those who would notice most first."""
    found = []
    for customer_id in sorted(before.keys() | after.keys()):
        stories = [people[customer_id].story if customer_id in people else () for people in (before, after)]
        if stories[0] != stories[1]:
            effects = [tuple(line for line in story if line.reaches) for story in stories]
            found.append(Difference(customer_id, stories[0], stories[1], noticed=effects[0] != effects[1]))
    return sorted(found, key=lambda one: (not one.noticed, -one.weight, one.customer_id))


def side_by_side(before: Sequence[Line], after: Sequence[Line]) -> list[tuple[str, Line]]:
    """Return two stories as one, in order of time: each line with ` ` where in both, `-` only before, `+` only after."""
    only_before, only_after = Counter(before), Counter(after)
    both = only_before & only_after
    merged = [(line, "-") for line in (only_before - both).elements()]
    merged += [(line, "+") for line in (only_after - both).elements()]
    merged += [(line, " ") for line in both.elements()]
    order = {" ": 0, "-": 1, "+": 2}
    return [(sign, line) for line, sign in sorted(merged, key=lambda pair: (pair[0].at, order[pair[1]], pair[0].told))]


def _tree(story: Iterable[Line]) -> list[dict[str, Any]]:
    return [{"at": format_instant(line.at), "told": line.told, "reaches": line.reaches} for line in story]


def rows_of(before: Mapping[str, int], after: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """Return what is counted under each name before and after, the most frequent first."""
    names = sorted(before.keys() | after.keys(), key=lambda name: (-max(before.get(name, 0), after.get(name, 0)), name))
    return [(name, before.get(name, 0), after.get(name, 0)) for name in names]


def by_part_of_day(tree: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Return messages of all channels in stretches of three local hours, those without any left out."""
    hours = [sum(column) for column in zip(*tree.values(), strict=True)] or [0] * len(HOURS)
    parts = {f"{start:02d}:00 to {start + 3:02d}:00": sum(hours[start : start + 3]) for start in HOURS[::3]}
    return {name: number for name, number in parts.items() if number}


def by_hour(before: Mapping[str, Sequence[int]], after: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Return messages of all channels by local hour, before and after."""
    return {
        name: [sum(column) for column in zip_longest(*tree.values(), fillvalue=0)] or [0] * len(HOURS)
        for name, tree in (("before", before), ("after", after))
    }
