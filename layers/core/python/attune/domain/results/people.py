"""People for results: from a person's rows of the log, which side they were on in each playbook, and what came of it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from attune.domain.clock import parse_instant
from attune.domain.outcome_kinds import OutcomeKind

KINDS = ("moment", "tone", "contact", "outcome", "escalation", "consent")
"""Kinds of decisions that results are made of."""
AGAIN_FROM, AGAIN_UNTIL = timedelta(days=7), timedelta(days=28)
"""Who is seen in this time after the moment has come back."""
DEFAULT_WINDOW = timedelta(days=21)
"""How long after a moment its outcomes may come, for a playbook that is not known any more."""
SERVICE = "service"
"""Why a journey started that nobody could have been held out of."""

type Row = Mapping[str, Any]


class Measure(StrEnum):
    """What can happen to people with and without messages, so that the two can be compared."""

    ORDERED = "ordered"
    CASE = "case"
    SEEN_AGAIN = "seen_again"
    ORDERED_AGAIN = "ordered_again"
    LEFT = "left"


@dataclass(frozen=True, kw_only=True)
class Story:
    """One person in one playbook: the first moment for which chance decided whether it was answered, and what came of it."""

    playbook: str
    level: str
    at: datetime
    held_out: bool
    is_over: bool
    is_old_enough: bool
    came: frozenset[Measure]


def by_journey(rows: Sequence[Row]) -> list[Row]:
    """Return rows with those of each journey under whom it began for: what follows a merge is another subject's in the log."""
    told = sorted(
        (row for row in rows if row["kind"] in KINDS and row.get("journey_id")),
        key=lambda row: (row["kind"] != "moment", row["time"], row["decision_id"]),
    )
    began_for: dict[str, str] = {}
    for row in told:
        began_for.setdefault(row["journey_id"], row["subject_key"])
    return [{**row, "subject_key": began_for.get(row.get("journey_id", ""), row["subject_key"])} for row in rows]


def people(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield each person's rows, in time order, once each, with `inputs` as a mapping; dry runs are left out.

    The rows have to come sorted by `subject_key`, so that any number of people fits into little memory.
    """
    for _, own in groupby(rows, key=lambda row: row["subject_key"]):
        once = {row["decision_id"]: row for row in own if row["kind"] in KINDS and not is_true(row.get("dry_run"))}
        yield [
            {**row, "inputs": _mapping(row["inputs"])}
            for row in sorted(once.values(), key=lambda row: (row["time"], row["decision_id"]))
        ]


def stories(own: Sequence[Row], windows: Mapping[str, timedelta], *, since: datetime, now: datetime) -> list[Story]:
    """Return a person's stories, the earliest first, at most one for each playbook."""
    first: dict[str, Row] = {}
    for row in own:
        if _is_drawn(row) and parse_instant(row["time"]) >= since:
            first.setdefault(row["playbook"], row)
    return [_story(moment, own, windows.get(playbook, DEFAULT_WINDOW), now) for playbook, moment in first.items()]


def is_true(value: object) -> bool:
    """Return a truth value as tables (true) and the lake (`true`) hold it."""
    return value is True or value == "true"


def _is_drawn(row: Row) -> bool:
    choice, reason = str(row["choice"]), str(row["reason_code"])
    return row["kind"] == "moment" and (choice == "holdout" or (choice == "started" and reason != SERVICE))


def _story(moment: Row, own: Sequence[Row], window: timedelta, now: datetime) -> Story:
    at = parse_instant(moment["time"])
    came = [row for row in own if row["kind"] == "outcome" and row["journey_id"] == moment["journey_id"]]
    kinds = {row["choice"] for row in came}
    taken_back = {_order(row) for row in came if row["choice"] == OutcomeKind.ORDER_TAKEN_BACK}
    orders = {_order(row) for row in came if row["choice"] == OutcomeKind.ORDERED} - taken_back
    found = {
        Measure.ORDERED: bool(orders),
        Measure.ORDERED_AGAIN: len(orders) > 1,
        Measure.CASE: OutcomeKind.CASE_OPENED in kinds,
        Measure.LEFT: bool(kinds & {OutcomeKind.UNSUBSCRIBED, OutcomeKind.COMPLAINED}),
        Measure.SEEN_AGAIN: any(at + AGAIN_FROM <= seen < at + AGAIN_UNTIL for seen in _seen(own, moment)),
    }
    return Story(
        playbook=moment["playbook"],
        level=str(moment["inputs"].get("friction_level") or "unknown"),
        at=at,
        held_out=moment["choice"] == "holdout",
        is_over=at + window <= now,
        is_old_enough=at + AGAIN_UNTIL <= now,
        came=frozenset(measure for measure, happened in found.items() if happened),
    )


def _seen(own: Sequence[Row], moment: Row) -> Iterator[datetime]:
    """Yield when somebody did something by themselves: a visit that was looked at, or an order."""
    for row in own:
        if row["kind"] == "moment" and row["decision_id"] != moment["decision_id"]:
            yield parse_instant(row["time"])
        elif row["kind"] == "outcome" and row["choice"] == OutcomeKind.ORDERED:
            yield parse_instant(str(row["inputs"].get("happened_at") or row["time"]))


def _order(row: Row) -> str:
    return str(row["inputs"].get("order") or "")


def _mapping(inputs: object) -> Mapping[str, Any]:
    if isinstance(inputs, str):
        inputs = json.loads(inputs or "{}")
    return inputs if isinstance(inputs, Mapping) else {}
