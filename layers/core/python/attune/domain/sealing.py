"""Seals over the log: what a day held, in one number that hangs on the days before, and what has changed since.

A row's hash covers every column that has a value, so that a column added later changes no older row's. A day's digest
covers the set of its rows: neither order nor copies count, because the lake is written at least once and in any order.
Each seal names the hash of the one before it; rows that come late are added by a further seal, never into an old one.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

BEGINNING = "0" * 64
"""What the first seal names as the one before it."""
FORMAT = 1
NAMED_AT_MOST = 100
"""So many ids a seal names of rows that are missing or that nobody announced; their number is always told."""


def row_hash(row: Mapping[str, str | float | bool | None]) -> str:
    """Return the SHA-256 of a row's columns, as the table, the stream and Athena's text all spell them."""
    told = {name: text for name, value in row.items() if (text := _text(value)) != ""}
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _text(value: str | float | bool | None) -> str:  # noqa: FBT001 - a column's value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def rows_digest(rows: Mapping[str, str]) -> str:
    """Return the digest of a set of rows, given as their hashes by decision id."""
    return hashlib.sha256(lines_of(rows).encode()).hexdigest()


def lines_of(rows: Mapping[str, str]) -> str:
    """Write rows as text, one `id hash` a line, in the order of their ids."""
    return "".join(f"{name} {rows[name]}\n" for name in sorted(rows))


def read_lines(text: str) -> dict[str, str]:
    """Read what `lines_of` wrote; raise ValueError where it is something else."""
    return dict(line.split(" ") for line in text.splitlines())


@dataclass(frozen=True, kw_only=True)
class Seal:
    """One link of the chain: the rows that one day of the lake had when it was sealed, or that came late to it.

    `expected` is how many rows the table's stream announced for the day (-1: it announced none, from before it did),
    `missing` and `unannounced` which of them the lake lacked and which it had without their being announced.
    """

    sequence: int
    day: str
    sealed_at: str
    rows: int
    digest: str
    previous: str
    late: bool = False
    expected: int = -1
    missing_rows: int = 0
    missing: tuple[str, ...] = ()
    unannounced_rows: int = 0
    unannounced: tuple[str, ...] = ()
    kept_days: int = 0
    """How many days the lake keeps these rows: later they are gone by rule."""
    format: int = FORMAT

    def text(self) -> str:
        """Write the seal as it is stored and hashed: JSON with sorted keys."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """The hash by which the next seal names this one."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    @property
    def name(self) -> str:
        """The seal's name among the others, in the order of the chain."""
        return f"{self.sequence:08d}-{self.day}"


def read_seal(text: str) -> Seal:
    """Read a stored seal; raise ValueError where the text is none."""
    try:
        told: dict[str, Any] = json.loads(text)
        lists = {name: tuple(told[name]) for name in ("missing", "unannounced")}
        seal = Seal(**{**told, **lists})
        date.fromisoformat(seal.day)
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no seal: {error}") from error
    return seal


@dataclass(frozen=True)
class Compared:
    """How rows found differ from rows expected, by decision id."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.missing or self.changed or self.added)


def compare(expected: Mapping[str, str], found: Mapping[str, str]) -> Compared:
    """Compare rows, both given as hashes by decision id."""
    return Compared(
        missing=tuple(sorted(expected.keys() - found.keys())),
        changed=tuple(sorted(name for name in expected.keys() & found.keys() if expected[name] != found[name])),
        added=tuple(sorted(found.keys() - expected.keys())),
    )


class Verdict(StrEnum):
    """What can be said of one day."""

    INTACT = "intact"
    DIFFERS = "differs"
    UNSEALED = "unsealed"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class DayReport:
    """What became of one day: its verdict, how many rows were sealed, and which differ now."""

    day: date
    verdict: Verdict
    rows: int = 0
    differences: Compared = field(default_factory=Compared)
    never_arrived: int = 0
    """Rows that the table's stream announced and that the lake never got."""


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """What is wrong with the chain itself, and the hash of its last seal, to be written down elsewhere."""

    seals: int
    head: str
    problems: tuple[str, ...] = ()


def check_chain(seals: Sequence[Seal], rows: Mapping[str, Mapping[str, str]], *, known_head: str = "") -> ChainReport:
    """Check that every seal follows from the one before it, and that the stored rows are those that were sealed.

    `rows` are the stored rows by seal name; `known_head` is a hash that somebody noted down: it has to be in the chain.
    """
    problems: list[str] = []
    previous, number = BEGINNING, 0
    for seal in sorted(seals, key=lambda one: one.sequence):
        number += 1
        if seal.sequence != number:
            problems.append(f"seal {number} is missing: the next one there is {seal.sequence}, of {seal.day}")
            number = seal.sequence
        elif seal.previous != previous:
            problems.append(f"seal {seal.sequence} of {seal.day} does not follow from the one before it")
        previous = seal.hash
        kept = rows.get(seal.name)
        if kept is not None and (rows_digest(kept), len(kept)) != (seal.digest, seal.rows):
            problems.append(f"the rows kept with seal {seal.sequence} of {seal.day} are not those that were sealed")
    if known_head and known_head not in {seal.hash for seal in seals}:
        problems.append(f"no seal has the hash {known_head}: the chain was made anew, or cut off before it")
    return ChainReport(seals=len(seals), head=previous, problems=tuple(problems))


def check_days(
    days: Iterable[date],
    seals: Sequence[Seal],
    rows: Mapping[str, Mapping[str, str]],
    found: Mapping[date, Mapping[str, str]],
    *,
    today: date,
) -> Iterator[DayReport]:
    """Compare what was sealed of each day with what the lake holds of it now (`found`)."""
    by_day: dict[str, list[Seal]] = {}
    arrived = {name for known in found.values() for name in known}
    for seal in seals:
        by_day.setdefault(seal.day, []).append(seal)
    for day in days:
        own = by_day.get(day.isoformat(), [])
        now = found.get(day, {})
        if not own:
            yield DayReport(day=day, verdict=Verdict.UNSEALED, rows=len(now))
            continue
        sealed = {name: value for seal in own for name, value in rows.get(seal.name, {}).items()}
        count = sum(seal.rows for seal in own)
        if not now and count and today - day > timedelta(days=own[0].kept_days):
            yield DayReport(day=day, verdict=Verdict.EXPIRED, rows=count)
            continue
        differences = compare(sealed, now)
        yield DayReport(
            day=day,
            verdict=Verdict.DIFFERS if differences or len(sealed) != count else Verdict.INTACT,
            rows=count,
            differences=differences,
            never_arrived=sum(seal.missing_rows for seal in own) - len(arrived & _announced_only(own)),
        )


def _announced_only(seals: Iterable[Seal]) -> set[str]:
    """Return the rows that were missing when they should have been sealed; they may have arrived since."""
    return {name for seal in seals for name in seal.missing}


def days_between(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both counted."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
