"""People for comparing: from rows of the log, each person once, with their first hard moment and what came of it.

The lake counts the same way in SQL (`adapters/fairness_cells.sql`); a test keeps the two together.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from attune.domain.clock import format_instant, parse_instant
from attune.domain.fairness.limits import ABOUT_CONTACTED, NO, UNKNOWN, YES, Cell, Dimension, Measure
from attune.domain.outcome_kinds import HARMS, HELPS, OutcomeKind

ANSWERED = frozenset({"started", "handed_over", "withheld"})
"""Moments that ask for an answer: not those that were calm, over, held out at random, or answered before."""
BOT = "bot"
CONTACTED = frozenset({"sent", "uncertain"})
NOT_CONTACTED = frozenset({"withheld", "end", "skip", "failed", "withdrawn"})
"""Choices that leave somebody without a message; the last one's reason is why there was none."""
CALLED = frozenset({"opened", "joined"})
"""Choices of an escalation by which a person took over; later ones are about the same case, or about none."""
KINDS = frozenset({"moment", "tone", "delay", "contact", "review", "journey", "escalation", "outcome"})

type Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class _Story:
    """One person's first hard moment, and what followed in its journey."""

    moment: Row
    contact: Row | None
    offered: bool
    held_because: str
    called_because: str | None
    silent_because: str
    came: frozenset[str]

    def outcome(self, measure: Measure) -> tuple[str, str]:
        """Return what a measure says of this person, with the cause."""
        match measure:
            case Measure.TONE:
                return str(self.contact["inputs"].get("tone") or "") if self.contact else "", ""
            case Measure.DELAY:
                return str(self._hours()), self.held_because
            case Measure.OFFER:
                return _word(said=self.offered), ""
            case Measure.SILENCE:
                silent = self.contact is None and self.called_because is None
                return _word(said=silent), self.silent_because if silent else ""
            case Measure.ESCALATION:
                return _word(said=self.called_because is not None), self.called_because or ""
            case Measure.HELPFUL:
                return _word(said=bool(self.came & HELPS) and not self.came & HARMS), ""
            case Measure.HARM:
                return _word(said=bool(self.came & HARMS)), ""

    def _hours(self) -> int:
        assert self.contact is not None  # noqa: S101 - delays are asked for among the contacted alone
        waited = _second(self.contact["time"]) - _second(self.moment["time"])
        return waited // timedelta(hours=1)

    def group(self, dimension: Dimension) -> str:
        if dimension is Dimension.CHANNEL:
            return str(self.contact["inputs"].get("channel") or UNKNOWN) if self.contact else UNKNOWN
        return str(self.moment["inputs"].get(dimension.value) or UNKNOWN)


def people_cells(rows: Iterable[Row], *, since: datetime, until: datetime) -> tuple[Cell, ...]:
    """Return how many people of each group had which outcome; rows have `inputs` as a mapping, and may come twice."""
    counts = Counter(
        (dimension, story.group(dimension), story.moment["playbook"], _level(story), measure, *story.outcome(measure))
        for story in _stories(rows, since=since, until=until)
        for dimension in Dimension
        for measure in Measure
        if story.contact is not None or (measure not in ABOUT_CONTACTED and dimension is not Dimension.CHANNEL)
    )
    return tuple(
        Cell(
            dimension=dimension,
            group=group,
            playbook=playbook,
            level=level,
            measure=measure,
            outcome=outcome,
            cause=cause,
            people=people,
        )
        for (dimension, group, playbook, level, measure, outcome, cause), people in sorted(counts.items())
    )


def _stories(rows: Iterable[Row], *, since: datetime, until: datetime) -> Iterable[_Story]:
    of_subject: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row["kind"] in KINDS:
            of_subject[row["subject_key"]].setdefault(row["decision_id"], row)
    for own in of_subject.values():
        ordered = sorted(own.values(), key=_place)
        moment = next((row for row in ordered if _asks(row, since, until)), None)
        if moment is not None:
            same = [row for row in ordered if row["journey_id"] == moment["journey_id"] and row is not moment]
            yield _told(moment, [row for row in same if row["time"] >= moment["time"]])


def _asks(row: Row, since: datetime, until: datetime) -> bool:
    return (
        row["kind"] == "moment"
        and row["choice"] in ANSWERED
        and row["reason_code"] != BOT
        and format_instant(since) <= row["time"] < format_instant(until)
    )


def _told(moment: Row, after: Sequence[Row]) -> _Story:
    contacts = [row for row in after if _is_contact(row)]
    held = [row["reason_code"] for row in after if row["kind"] == "contact" and row["choice"] == "held"]
    refused = [row["reason_code"] for row in after if row["choice"] in NOT_CONTACTED]
    calls = [row["reason_code"] for row in after if _is_call(row)]
    if moment["choice"] == "handed_over":
        calls.insert(0, moment["reason_code"])
    if moment["choice"] == "withheld":
        refused.insert(0, moment["reason_code"])
    return _Story(
        moment=moment,
        contact=contacts[0] if contacts else None,
        offered=any(row["inputs"].get("offer") is True for row in contacts),
        held_because=held[0] if held else "",
        called_because=calls[0] if calls else None,
        silent_because=refused[-1] if refused else "",
        came=frozenset(row["choice"] for row in after if row["kind"] == "outcome"),
    )


def _is_contact(row: Row) -> bool:
    """Whether a journey made contact; what people answer, and what says that they will, has no touch."""
    return row["kind"] == "contact" and row["choice"] in CONTACTED and int(row["touch"] or 0) > 0


def _is_call(row: Row) -> bool:
    """Whether a person was called: by a rule, or by the customer."""
    by_rule = row["kind"] == "escalation" and row["choice"] in CALLED
    return by_rule or (row["kind"] == "outcome" and row["choice"] == OutcomeKind.CASE_OPENED)


def _place(row: Row) -> tuple[str, str]:
    return row["time"], row["decision_id"]


def _level(story: _Story) -> str:
    return str(story.moment["inputs"].get("friction_level") or "")


def _word(*, said: bool) -> str:
    return YES if said else NO


def _second(instant: str) -> datetime:
    return parse_instant(instant).replace(microsecond=0)
