"""Count people in the lake: one question to Athena, a small table as the answer."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from attune.adapters.athena import Athena
from attune.adapters.clock import Clock
from attune.domain.clock import format_instant
from attune.domain.fairness.limits import Cell, Dimension, Measure

SQL = Path(__file__).with_name("fairness_cells.sql")
LATE = timedelta(days=1)
"""A row reaches the lake on the day it is written, by any clock; a day more costs little."""


@dataclass(frozen=True, kw_only=True)
class FairnessLake:
    """Asks one stage's lake."""

    athena: Athena
    clock: Clock

    def cells(self, since: datetime, until: datetime) -> tuple[Cell, ...]:
        """Count the people whose first hard moment lies in a window; raise LakeUnreadableError where there is no answer."""
        arrived = min(self.clock.to_real(since), since).date() - LATE
        return tuple(map(cell_of, self.athena.ask(question(since, until, arrived)).records()))


def question(since: datetime, until: datetime, arrived: date) -> str:
    """Return the SQL with its three dates in place."""
    dates = {":since": format_instant(since), ":until": format_instant(until), ":arrived": arrived.isoformat()}
    asked = "\n".join(line for line in SQL.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    for name, value in dates.items():
        asked = asked.replace(f"'{name}'", f"'{value}'")
    return asked


def cell_of(row: dict[str, str]) -> Cell:
    """Return one row of the answer; groups come as they stand in JSON, where other letters than English ones are codes."""
    return Cell(
        dimension=Dimension(row["dimension"]),
        group=str(json.loads(f'"{row["people_group"]}"')),
        playbook=row["playbook"],
        level=row["level"],
        measure=Measure(row["measure"]),
        outcome=row["outcome"],
        cause=row["cause"],
        people=int(row["people"]),
    )
