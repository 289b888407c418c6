"""The HeartSteps trial as decision points: who could be sent a suggestion, whether they were, and what followed."""

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

SEND_CHANCE = 0.6
"""By design of the trial, at every point at which the person was available."""
POINTS_A_DAY = 5
SLOTS = range(1, POINTS_A_DAY + 1)
BEGIN = datetime(2015, 8, 1, tzinfo=UTC)
"""An arbitrary first day: the trial tells days, not dates."""
BAD = ("bad", "snoozed")
GOOD = "good"
SMALLEST = 0.5
"""Added to steps before the logarithm, as in the trial's own analysis."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """One moment at which a suggestion could be sent: log steps in the 30 minutes after and before it."""

    person: str
    at: datetime
    day: float
    slot: int
    sent: bool
    outcome: float
    before: float
    welcome: bool
    annoyed: bool


def read_points(path: Path) -> list[Point]:
    """Read the available decision points of suggestions.csv, in the order of each person's time."""
    with path.open(encoding="utf-8", newline="") as file:
        points = [
            _point(row) for row in csv.DictReader(file) if row["avail"] == "True" and row["send"] in ("True", "False")
        ]
    return sorted(points, key=lambda point: (point.person, point.at))


def _point(row: Mapping[str, str]) -> Point:
    number = int(float(row["decision.index"]))
    response = row["response"]
    sent = row["send"] == "True"
    return Point(
        person=row["user.index"],
        at=BEGIN + timedelta(days=number / POINTS_A_DAY),
        day=float(number // POINTS_A_DAY),
        slot=int(row["sugg.select.slot"]),
        sent=sent,
        outcome=_log_steps(row["jbsteps30.zero"]),
        before=_log_steps(row["jbsteps30pre.zero"]),
        welcome=sent and response == GOOD,
        annoyed=sent and response.startswith(BAD),
    )


def _log_steps(steps: str) -> float:
    return math.log(float(steps or 0) + SMALLEST)
