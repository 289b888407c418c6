"""Count people where they are: in a stage's lake, or in a file of decisions."""

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attune.adapters.athena import LakeUnreadableError
from attune.adapters.clock import Clock
from attune.adapters.fairness_lake import FairnessLake
from attune.domain.clock import ClockScale, parse_instant
from attune.domain.errors import ClockError
from attune.domain.fairness.judging import FairnessDay, judge
from attune.domain.fairness.limits import FairnessRules
from attune.domain.fairness.people import people_cells
from attune_cli.errors import CommandError, InputError
from attune_cli.judging.log_files import json_rows, parquet_rows
from attune_cli.stage import Stage

COLUMNS = (
    "decision_id",
    "time",
    "kind",
    "subject_key",
    "journey_id",
    "playbook",
    "touch",
    "choice",
    "reason_code",
    "inputs",
)


def look_at_stage(stage: Stage, rules: FairnessRules, now: datetime) -> FairnessDay:
    """Ask a stage's lake; raise CommandError where Athena does not answer."""
    lake = FairnessLake(athena=stage.athena(), clock=Clock(ClockScale()))
    try:
        return judge(lake.cells(*rules.window(now)), rules, now)
    except LakeUnreadableError as error:
        raise CommandError(str(error)) from error


def look_at_file(path: Path, rules: FairnessRules, now: datetime | None) -> FairnessDay:
    """Compare what a file holds; without a time, as of the day after its last row settled.

    Raise InputError, with file and row, where it cannot be used.
    """
    rows = decisions_in(path)
    if now is None:
        last = parse_instant(max(row["time"] for row in rows))
        now = last + timedelta(days=1 + rules.settle_days)
    since, until = rules.window(now)
    return judge(people_cells(rows, since=since, until=until), rules, now)


def decisions_in(path: Path) -> list[Mapping[str, Any]]:
    """Return the rows of a file (JSON, NDJSON, CSV, Parquet), `inputs` as mappings; raise InputError where one is no decision."""
    rows = [_checked(row, f"{path}, row {number}") for number, row in enumerate(_rows(path), start=1)]
    if not rows:
        raise InputError(f"{path}: there is no decision in this file")
    return rows


def _rows(path: Path) -> Iterable[Mapping[str, Any]]:
    if path.is_dir() or path.suffix == ".parquet":
        return parquet_rows(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 text") from error
    if text.lstrip()[:1] in ("[", "{"):
        return json_rows(text, path)
    return list(csv.DictReader(text.splitlines()))


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"{place}: this is not JSON: {error}") from error


def _checked(row: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    if not isinstance(row, Mapping):
        raise InputError(f"{place}: this is no decision")
    missing = [name for name in COLUMNS if row.get(name) is None]
    if missing:
        raise InputError(
            f"{place}: a decision without {', '.join(missing)}", "export whole rows of the table decisions"
        )
    inputs = _json(row["inputs"], f"{place}, inputs") if isinstance(row["inputs"], str) else row["inputs"]
    if not isinstance(inputs, Mapping):
        raise InputError(f"{place}: inputs is no JSON object")
    try:
        parse_instant(row["time"])
    except (ClockError, TypeError) as error:
        raise InputError(f"{place}: time: {error}") from error
    return {**row, "inputs": inputs}


def as_of(text: str) -> datetime | None:
    """Return the end of a look that a person named by its day; None where none is named."""
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise InputError(f"{text!r} is no day", "--as-of 2026-11-30") from error
    return day
