"""Read a table of finished visits (CSV), with errors that name column, line, value and what would be right."""

import csv
import difflib
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attune.domain.visits import Visit
from attune_cli.errors import InputError
from attune_cli.training.columns import COLUMNS, LABEL, LABEL_EXPECTED, LEFT_OUT, UNKNOWN, Column, read_truth

SHOWN_PROBLEMS = 5
LEAST_COLUMNS = 2
_HELP = "attune train friction --help lists the columns"


@dataclass(frozen=True, kw_only=True)
class VisitTable:
    """Finished visits in the order of their lines, whether each ended with an order, and what the file was."""

    visits: tuple[Visit, ...]
    bought: tuple[bool, ...]
    sha256: str
    fields: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def months(self) -> tuple[int, ...]:
        """The months that occur, in the order of the year."""
        return tuple(sorted({visit.month for visit in self.visits if visit.month is not None}))


def read_visits(path: Path) -> VisitTable:
    """Read a table; raise InputError with the first problems where it cannot be used."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 text", "save it as CSV in UTF-8") from error
    try:
        lines = [
            (reader.line_num, row)
            for reader in [csv.reader(io.StringIO(text, newline=""), strict=True)]
            for row in reader
            if row
        ]
    except csv.Error as error:
        raise InputError(f"{path}: this is not CSV: {error}") from error
    if not lines:
        raise InputError(f"{path}: this file is empty", _HELP)
    places, notes = _places(path, [name.strip() for name in lines[0][1]])
    width = len(lines[0][1])
    visits, bought, problems = _rows(lines[1:], places, width)
    if problems:
        more = f"\n  and {len(problems) - SHOWN_PROBLEMS} more" if len(problems) > SHOWN_PROBLEMS else ""
        raise InputError(f"{path}:\n  " + "\n  ".join(problems[:SHOWN_PROBLEMS]) + more, _HELP)
    if not visits:
        raise InputError(f"{path}: there are no rows below the header")
    found = [column for column in COLUMNS if column.name in places]
    return VisitTable(
        visits=tuple(visits),
        bought=tuple(bought),
        sha256=hashlib.sha256(raw).hexdigest(),
        fields=tuple(column.field for column in found),
        missing=tuple(column.name for column in COLUMNS if column.name not in places),
        notes=notes,
    )


def _places(path: Path, header: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each known column is, and what to tell about the others."""
    known = {name.casefold(): name for name in (LABEL, *(column.name for column in COLUMNS), *LEFT_OUT)}
    places: dict[str, int] = {}
    notes = []
    for at, given in enumerate(header):
        name = known.get(given.casefold())
        if name is None:
            near = difflib.get_close_matches(given.casefold(), known, n=1, cutoff=0.8)
            notes.append(f"{given} is ignored: not a known column" + (f"; is {known[near[0]]} meant?" if near else ""))
        elif name in LEFT_OUT:
            notes.append(f"{name} is not used: {LEFT_OUT[name]}")
        elif name in places:
            raise InputError(f"{path}: line 1: column {name} is there twice")
        else:
            places[name] = at
    if LABEL not in places:
        other = next((mark for mark in ";\t|" if len(header) == 1 and mark in header[0]), "")
        hint = f"separate the columns with commas, not with {other!r}" if other else _HELP
        told = "; ".join(note for note in notes if "is meant" in note or LABEL in note)
        raise InputError(f"{path}: line 1: there is no column {LABEL}, {LABEL_EXPECTED}{told and f' ({told})'}", hint)
    if len(places) - 1 < LEAST_COLUMNS:
        raise InputError(f"{path}: line 1: at least {LEAST_COLUMNS} columns beside {LABEL} are needed", _HELP)
    return places, tuple(notes)


def _rows(
    lines: Sequence[tuple[int, list[str]]], places: Mapping[str, int], width: int
) -> tuple[list[Visit], list[bool], list[str]]:
    """Return visits and outcomes, and what is wrong line by line."""
    columns = [(column, places[column.name]) for column in COLUMNS if column.name in places]
    visits, bought, problems = [], [], []
    for line, row in lines:
        if len(row) != width:
            problems.append(f"line {line}: {width} cells expected as in the header, found {len(row)}")
            continue
        values: dict[str, Any] = {}
        for column, at in columns:
            try:
                values[column.field] = _value(column, row[at].strip())
            except ValueError:
                problems.append(f"line {line}, column {column.name}: {row[at]!r} is not {column.expected}")
        label = row[places[LABEL]].strip()
        try:
            bought.append(read_truth(label))
        except ValueError:
            problems.append(f"line {line}, column {LABEL}: {label!r} is not {LABEL_EXPECTED}")
        visits.append(Visit(**values))
    return visits, bought, problems


def _value(column: Column, cell: str) -> float | bool | None:
    return None if cell.casefold() in UNKNOWN else column.read(cell)
