"""The lake's rows day by day, read by Athena: each decision once, as the hash of its columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from attune.adapters.athena import Athena
from attune.adapters.decision_columns import COLUMNS
from attune.domain.sealing import row_hash


@dataclass(frozen=True)
class LakeRows:
    """Reads one stage's lake."""

    athena: Athena

    def by_day(self, first: date, last: date) -> dict[date, dict[str, str]]:
        """Return the rows of each day from `first` to `last` as hashes by decision id.

        A decision that a day holds twice counts once if the copies are the same; copies that differ are joined into one
        hash that equals neither, so that a tampered copy beside the true one is seen.
        """
        copies: dict[date, dict[str, set[str]]] = {}
        for day, row in self._rows(days_sql(first, last)):
            copies.setdefault(day, {}).setdefault(row["decision_id"] or "", set()).add(row_hash(row))
        return {day: {name: "+".join(sorted(hashes)) for name, hashes in rows.items()} for day, rows in copies.items()}

    def first_day(self) -> date | None:
        """Return the first day of which the lake holds anything."""
        for cells in self.athena.ask("SELECT min(dt) AS dt FROM decisions").rows:
            return date.fromisoformat(cells[0]) if cells[0] else None
        return None

    def _rows(self, sql: str) -> Iterator[tuple[date, dict[str, str | None]]]:
        for day, *cells in self.athena.ask(sql).rows:
            yield date.fromisoformat(day or ""), dict(zip(COLUMNS, cells, strict=True))


def days_sql(first: date, last: date) -> str:
    """Return the query for the rows of some days. Athena and the local AWS both understand it; only dates go into it."""
    columns = ", ".join(_as_text(name, type_) for name, type_ in COLUMNS.items())
    return (
        f"SELECT dt, {columns} FROM decisions "  # noqa: S608 - the names of our own columns, and two dates
        f"WHERE dt BETWEEN '{first.isoformat()}' AND '{last.isoformat()}'"
    )


def _as_text(name: str, type_: str) -> str:
    return f'"{name}"' if type_ == "string" else f'lower(CAST("{name}" AS varchar)) AS "{name}"'
