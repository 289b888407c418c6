"""Seal every day that is over and not sealed yet, and look whether the days sealed lately still hold what they held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from attune.adapters.lake_rows import LakeRows
from attune.adapters.logs import Logger
from attune.adapters.scheduled import ScheduledRun
from attune.adapters.seal_store import SealStore
from attune.domain.clock import format_instant
from attune.domain.sealing import BEGINNING, NAMED_AT_MOST, Seal, compare, days_between, rows_digest

LOOKS_BACK = timedelta(days=3)
"""So many days that are sealed are looked at again: Firehose may deliver a day late, a stream half a day."""
_DAY = timedelta(days=1)

logger = Logger()


@dataclass
class Found:
    """What a run found, as numbers to be watched."""

    sealed: int = 0
    late: int = 0
    missing: int = 0
    tampered: int = 0
    unsealed: int = 0


@dataclass(frozen=True)
class Sealer:
    """Seals the days of one stage's lake. Days are real ones (UTC), also where a stage's clock runs faster."""

    lake: LakeRows
    store: SealStore
    kept_days: int

    def run(self, body: str) -> Found:
        """Seal as of the time a message was sent for; the same message again finds nothing left to do."""
        return self.seal(ScheduledRun.model_validate_json(body).at or datetime.now(UTC))

    def seal(self, as_of: datetime) -> Found:
        """Seal every day before `as_of`'s that is not sealed; return what was found."""
        found = Found()
        seals = self.store.seals()
        yesterday = as_of.astimezone(UTC).date() - _DAY
        last = max((date.fromisoformat(seal.day) for seal in seals), default=None)
        self._look_back(seals, yesterday, as_of, found)
        first = last + _DAY if last else self._first_day()
        if first is not None and first <= yesterday:
            for day in days_between(first, yesterday):
                self._seal_day(seals, day, as_of, found)
        found.unsealed = 0 if first is None else max(0, (yesterday - _last_day(seals, yesterday)).days)
        logger.info("days_sealed", **vars(found))
        return found

    def _first_day(self) -> date | None:
        days = [day for day in (self.lake.first_day(), self.store.first_announced()) if day is not None]
        return min(days, default=None)

    def _seal_day(self, seals: list[Seal], day: date, as_of: datetime, found: Found) -> None:
        """Seal one day, with what the stream had announced for it and the lake does not hold, or holds unannounced."""
        nearby = self.lake.by_day(day - _DAY, day + _DAY)
        rows = nearby.get(day, {})
        beginning = self.store.first_announced()
        if beginning is None or day < beginning:
            self._add(seals, day, rows, as_of)  # from before announcements: nothing to hold it against
            found.sealed += 1
            return
        announced = self.store.announced([day])
        # What was announced shortly before midnight arrives after it, and the other way round.
        around = {**self.store.announced([day - _DAY]), **announced}
        arrived = {name: value for known in nearby.values() for name, value in known.items()}
        missing = sorted(announced.keys() - arrived.keys())
        strange = sorted(name for name, value in rows.items() if around.get(name) != value)
        self._add(seals, day, rows, as_of, expected=len(announced), missing=missing, unannounced=strange)
        found.sealed += 1
        found.missing += len(missing)
        # On the first day rows may be older than announcements.
        found.tampered += len(strange) if day > beginning else 0

    def _look_back(self, seals: list[Seal], yesterday: date, as_of: datetime, found: Found) -> None:
        """Compare days sealed lately with the lake: late rows that were announced get a seal of their own."""
        days = sorted({date.fromisoformat(seal.day) for seal in seals})
        days = [day for day in days if day > yesterday - LOOKS_BACK]
        if not days:
            return
        now = self.lake.by_day(days[0], days[-1])
        kept = self.store.rows_of(seal for seal in seals if date.fromisoformat(seal.day) >= days[0])
        for day in days:
            own = [seal for seal in seals if seal.day == day.isoformat()]
            sealed = {name: value for seal in own for name, value in kept.get(seal.name, {}).items()}
            differences = compare(sealed, now.get(day, {}))
            found.tampered += len(differences.missing) + len(differences.changed)
            announced = self.store.announced([day - _DAY, day]) if differences.added else {}
            late = {name: now[day][name] for name in differences.added if announced.get(name) == now[day][name]}
            # What nobody announced gets no seal: it goes on being told as added.
            found.tampered += len(differences.added) - len(late)
            if late:
                self._add(seals, day, late, as_of, late=True)
                found.late += len(late)
            if differences:
                logger.warning(
                    "sealed_day_differs",
                    day=day.isoformat(),
                    missing=differences.missing[:NAMED_AT_MOST],
                    changed=differences.changed[:NAMED_AT_MOST],
                    added=differences.added[:NAMED_AT_MOST],
                    late=len(late),
                )

    def _add(
        self,
        seals: list[Seal],
        day: date,
        rows: Mapping[str, str],
        as_of: datetime,
        *,
        late: bool = False,
        expected: int = -1,
        missing: Sequence[str] = (),
        unannounced: Sequence[str] = (),
    ) -> None:
        head = seals[-1] if seals else None
        seal = Seal(
            sequence=head.sequence + 1 if head else 1,
            day=day.isoformat(),
            sealed_at=format_instant(as_of),
            rows=len(rows),
            digest=rows_digest(rows),
            previous=head.hash if head else BEGINNING,
            late=late,
            expected=expected,
            missing_rows=len(missing),
            missing=tuple(missing[:NAMED_AT_MOST]),
            unannounced_rows=len(unannounced),
            unannounced=tuple(unannounced[:NAMED_AT_MOST]),
            kept_days=self.kept_days,
        )
        self.store.add(seal, rows)
        seals.append(seal)


def _last_day(seals: Sequence[Seal], otherwise: date) -> date:
    return max((date.fromisoformat(seal.day) for seal in seals), default=otherwise)
