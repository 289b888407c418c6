"""What the log says without comparing: moments by friction, messages by text, what was withheld, cases, moods, money.

Nothing here says what messages did: it describes. What they did against none is in `results_effects`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from attune.domain.clock import parse_instant
from attune.domain.results.people import Row
from attune.domain.results_friction import FrictionByGroup, GroupFriction, count_friction

SENT = frozenset({"sent", "uncertain"})
MOODS = ("distressed", "negative", "neutral", "positive")
"""From worst to best."""

type TextKey = tuple[str, str, str]
"""Message, channel, locale of the words."""


@dataclass
class TextUse:
    """What came of one text: messages and answers, each message once for each kind."""

    sent: int = 0
    people: int = 0
    helpful: int = 0
    not_helpful: int = 0
    complained: int = 0
    unsubscribed: int = 0
    hashes: Counter[str] = field(default_factory=Counter)


@dataclass
class CaseKind:
    """Cases of one reason; times in seconds by the customer's clock."""

    opened: int = 0
    urgent: int = 0
    open: int = 0
    overdue: int = 0
    late: int = 0
    claimed: list[float] = field(default_factory=list)
    resolved: list[float] = field(default_factory=list)


@dataclass
class Spent:
    """What is paid for, by playbook."""

    moments: int = 0
    journeys: int = 0
    touches: int = 0
    emails: int = 0
    texts: int = 0
    notes: int = 0


@dataclass
class LogCounts:
    """Everything that is counted of the log; filled person by person by `count`."""

    people: int = 0
    moments: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By playbook and friction level."""
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By playbook and answer."""
    texts: dict[TextKey, TextUse] = field(default_factory=lambda: defaultdict(TextUse))
    withheld: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By choice (`held`, `withheld`) and reason; messages."""
    withheld_people: Counter[tuple[str, str]] = field(default_factory=Counter)
    cases: dict[str, CaseKind] = field(default_factory=lambda: defaultdict(CaseKind))
    moods: Counter[str] = field(default_factory=Counter)
    """How people sounded last."""
    shifts: Counter[str] = field(default_factory=Counter)
    """`better`, `same`, `worse`: of people who wrote at least twice."""
    spent: dict[str, Spent] = field(default_factory=lambda: defaultdict(Spent))
    friction: FrictionByGroup = field(default_factory=lambda: defaultdict(GroupFriction))


def count(counts: LogCounts, own: Sequence[Row], *, now: datetime) -> None:
    """Add one person's rows."""
    counts.people += 1
    _moments(counts, own)
    _texts(counts, own)
    _withheld(counts, own)
    _cases(counts, own, now)
    _moods(counts, own)
    count_friction(counts.friction, own)


def _moments(counts: LogCounts, own: Sequence[Row]) -> None:
    for row in own:
        if row["kind"] == "moment" and row["playbook"]:
            level = str(row["inputs"].get("friction_level") or "unknown")
            counts.moments[row["playbook"], level] += 1
            counts.answers[row["playbook"], row["choice"]] += 1
            spent = counts.spent[row["playbook"]]
            spent.moments += 1
            spent.journeys += row["choice"] == "started"
    touched = {
        (row["playbook"], row["journey_id"], row["touch"])
        for row in own
        if row["kind"] == "tone" and row["choice"] != "end" and row["playbook"]
    }
    for playbook, _, _ in touched:
        counts.spent[playbook].touches += 1


def _texts(counts: LogCounts, own: Sequence[Row]) -> None:
    messages = _messages(own)
    came: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in own:
        if row["kind"] == "outcome":
            came[_place(row)].add(row["choice"])
    reached: set[TextKey] = set()
    for place, row in messages.items():
        inputs: Mapping[str, Any] = row["inputs"]
        channel = str(inputs.get("channel") or "unknown")
        key = (str(inputs.get("message") or "unknown"), channel, str(inputs.get("text_locale") or "unknown"))
        use = counts.texts[key]
        use.sent += 1
        use.people += key not in reached
        reached.add(key)
        use.hashes[str(inputs.get("text_hash") or "")] += 1
        for kind in came.get(place, ()):
            if kind in {"helpful", "not_helpful", "complained", "unsubscribed"}:
                setattr(use, kind, getattr(use, kind) + 1)
        spent = counts.spent[row["playbook"]]
        spent.emails += channel == "email"
        spent.texts += channel == "sms"
        spent.notes += channel == "onsite"


def _messages(own: Sequence[Row]) -> dict[tuple[str, int], Row]:
    """Return the messages that went out, also those of which nobody knows, but not those that turned out to be refused."""
    told = [row for row in own if row["kind"] == "contact" and _place(row)[1] > 0]
    refused = {_place(row) for row in told if row["choice"] == "rejected"}
    return {_place(row): row for row in told if row["choice"] in SENT and _place(row) not in refused}


def _withheld(counts: LogCounts, own: Sequence[Row]) -> None:
    found = Counter(
        (row["choice"], row["reason_code"])
        for row in own
        if row["kind"] == "contact" and row["choice"] in {"held", "withheld"}
    )
    counts.withheld += found
    counts.withheld_people.update(found.keys())


def _cases(counts: LogCounts, own: Sequence[Row], now: datetime) -> None:
    told: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in own:
        if row["kind"] == "escalation" and row["inputs"].get("case_id"):
            told[str(row["inputs"]["case_id"])].setdefault(row["choice"], row)
    for known in told.values():
        if "opened" not in known:
            continue
        opened = known["opened"]
        case = counts.cases[opened["reason_code"]]
        case.opened += 1
        case.urgent += opened["inputs"].get("priority") == "urgent"
        due = opened["inputs"].get("due_by")
        is_open = "resolved" not in known
        case.open += is_open
        case.overdue += bool(is_open and due and parse_instant(str(due)) < now)
        case.late += bool(not is_open and due and known["resolved"]["time"] > str(due))
        for choice, times in (("claimed", case.claimed), ("resolved", case.resolved)):
            if choice in known and known[choice]["inputs"].get("seconds_open") is not None:
                times.append(float(known[choice]["inputs"]["seconds_open"]))


def _moods(counts: LogCounts, own: Sequence[Row]) -> None:
    heard = [
        "distressed" if row["inputs"].get("distress") else str(row["inputs"]["sentiment"])
        for row in own
        if row["inputs"].get("sentiment") in MOODS
    ]
    if heard:
        counts.moods[heard[-1]] += 1
    if len(heard) > 1:
        moved = MOODS.index(heard[-1]) - MOODS.index(heard[0])
        counts.shifts["better" if moved > 0 else "worse" if moved < 0 else "same"] += 1


def _place(row: Row) -> tuple[str, int]:
    return row["journey_id"], int(row["touch"] or 0)
