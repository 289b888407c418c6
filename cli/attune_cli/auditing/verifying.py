"""Whether the log is whole: hold the lake against its seals, and the seals against each other."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from attune.adapters.lake_rows import LakeRows
from attune.adapters.seal_store import SealStore
from attune.domain.sealing import ChainReport, DayReport, Seal, Verdict, check_chain, check_days, days_between
from attune_cli.console import counted
from attune_cli.errors import CommandError, InputError

AT_ONCE = 7
"""So many days are read from the lake at once."""
SEALED_BY = timedelta(hours=6)
"""So long into a day the day before may still have no seal."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Verified:
    """What was found of the chain and of each day, and which day may not be sealed yet."""

    chain: ChainReport
    days: tuple[DayReport, ...]
    still_open: date | None

    @property
    def is_intact(self) -> bool:
        """Whether nothing speaks against the log."""
        return not self.chain.problems and not any(map(self.is_wrong, self.days))

    def is_wrong(self, day: DayReport) -> bool:
        """Whether a day speaks against the log: rows differ, never arrived, or nobody sealed it in time."""
        unsealed = day.verdict is Verdict.UNSEALED and day.day != self.still_open
        return unsealed or day.verdict is Verdict.DIFFERS or day.never_arrived > 0

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON can hold it."""
        days = [{**asdict(day), "day": day.day.isoformat(), "wrong": self.is_wrong(day)} for day in self.days]
        return {"intact": self.is_intact, "chain": asdict(self.chain), "days": days}


def verify(
    lake: LakeRows, store: SealStore, *, first: date | None, last: date | None, head: str, now: datetime
) -> Verified:
    """Verify the days from `first` to `last` (all that are over, by default) and the whole chain."""
    today = now.astimezone(UTC).date()
    try:
        seals = store.seals()
    except ValueError as error:
        raise CommandError(
            f"a seal cannot be read: {error}", "it was changed: an intact copy tells what it said"
        ) from error
    first, last = _range(lake, seals, first, last, today)
    days = days_between(first, last) if first <= last else []
    wanted = [seal for seal in seals if first.isoformat() <= seal.day <= last.isoformat()]
    rows = store.rows_of(wanted)
    found = {day: known for start, end in _weeks(days) for day, known in lake.by_day(start, end).items()}
    return Verified(
        chain=check_chain(seals, rows, known_head=head),
        days=tuple(check_days(days, seals, rows, found, today=today)),
        still_open=today - _DAY if now - datetime.combine(today, datetime.min.time(), UTC) < SEALED_BY else None,
    )


def _range(lake: LakeRows, seals: list[Seal], first: date | None, last: date | None, today: date) -> tuple[date, date]:
    yesterday = today - _DAY
    if last is not None and last > yesterday:
        raise InputError(f"{last} is not over yet (UTC): nothing seals it before", f"--to {yesterday} at the latest")
    if first is not None and first > (last or yesterday):
        raise InputError(f"--from {first} is later than --to {last or yesterday}")
    if first is None:
        known = [date.fromisoformat(seal.day) for seal in seals[:1]]
        begun = lake.first_day()
        first = min([*known, *([begun] if begun else [])], default=yesterday + _DAY)
    return first, last or yesterday


def _weeks(days: list[date]) -> Iterator[tuple[date, date]]:
    for start in range(0, len(days), AT_ONCE):
        part = days[start : start + AT_ONCE]
        yield part[0], part[-1]


def told(verified: Verified) -> Iterator[str]:
    """Say what was found: wrong days each, intact ones together."""
    for problem in verified.chain.problems:
        yield f"chain: {problem}"
    for group in _groups(verified):
        yield _said(verified, group)
    chain = verified.chain
    if chain.seals:
        yield f"head of the chain: {chain.head} ({counted(chain.seals, 'seal')})"
    yield _summed_up(verified)


def _summed_up(verified: Verified) -> str:
    if not verified.is_intact:
        return "NOT intact"
    if not verified.chain.seals:
        return "nothing is sealed yet, so nothing can be said: a day is sealed at 04:15 UTC of the night after it"
    return "intact: nothing was changed, taken out or put in"


def _groups(verified: Verified) -> Iterator[list[DayReport]]:
    """Put neighbouring days together of which the same can be said, and nothing wrong."""
    group: list[DayReport] = []
    for day in verified.days:
        if group and (verified.is_wrong(day) or verified.is_wrong(group[-1]) or day.verdict is not group[-1].verdict):
            yield group
            group = []
        group.append(day)
    if group:
        yield group


def _said(verified: Verified, group: list[DayReport]) -> str:
    first, last = group[0], group[-1]
    span = f"{first.day}" if first is last else f"{first.day} to {last.day}"
    rows = f"{sum(day.rows for day in group):,} rows"
    match first.verdict:
        case Verdict.INTACT if not first.never_arrived:
            return f"{span}: {rows}, intact"
        case Verdict.EXPIRED:
            return f"{span}: {rows} were sealed and have since left the lake, as the stage's lake_days says"
        case Verdict.UNSEALED if first.day == verified.still_open:
            return f"{span}: {rows}, not sealed yet (that happens at 04:15 UTC)"
        case Verdict.UNSEALED:
            return f"{span}: {rows}, NO SEAL: nothing speaks for this day"
        case _:
            return f"{span}: {rows} sealed; {'; '.join(_differences(first))}"


def _differences(day: DayReport) -> Iterator[str]:
    for what, names in (
        ("MISSING", day.differences.missing),
        ("CHANGED", day.differences.changed),
        ("ADDED", day.differences.added),
    ):
        if names:
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            yield f"{len(names)} {what}: {', '.join(names[:NAMED])}{more}"
    if day.never_arrived:
        yield f"{day.never_arrived} NEVER ARRIVED although the table's stream announced them"
    if not day.differences and not day.never_arrived:
        yield "the ROWS KEPT WITH THE SEAL are gone or broken, so single rows cannot be compared"


NAMED = 5
