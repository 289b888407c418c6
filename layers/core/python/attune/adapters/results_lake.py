"""Read from the lake what results are made of: one question to Athena, its rows person by person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from attune.adapters.athena import Athena, LakeUnreadableError
from attune.adapters.clock import Clock
from attune.domain.clock import format_instant

SQL = Path(__file__).with_name("results_rows.sql")
LATE = timedelta(days=1)
"""A row reaches the lake on the day it is written, by any clock; a day more costs little."""
MOST_ROWS = 5_000_000
"""More would not be fetched within a function's fifteen minutes."""


@dataclass(frozen=True, kw_only=True)
class ResultsLake:
    """Asks one stage's lake."""

    athena: Athena
    clock: Clock

    def rows(self, since: datetime, until: datetime) -> Iterator[dict[str, str]]:
        """Yield what was decided between two instants, sorted by person; raise LakeUnreadableError where there is no answer."""
        arrived = min(self.clock.to_real(since), since).date() - LATE
        for number, row in enumerate(self.athena.ask(question(since, until, arrived)).records(), start=1):
            if number > MOST_ROWS:
                raise LakeUnreadableError(f"there are more than {MOST_ROWS:,} rows: ask for fewer days")
            yield row


def question(since: datetime, until: datetime, arrived: date) -> str:
    """Return the SQL with its three dates in place."""
    asked = "\n".join(line for line in SQL.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    dates = {":since": format_instant(since), ":until": format_instant(until), ":arrived": arrived.isoformat()}
    for name, value in dates.items():
        asked = asked.replace(f"'{name}'", f"'{value}'")
    return asked
