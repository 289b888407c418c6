"""Read choices with their probabilities and outcomes: documented CSVs, and Attune's own decision log as JSON or Parquet."""

import csv
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attune_cli.errors import CommandError, InputError
from attune_cli.judging.decision_rows import choices_of
from attune_cli.judging.rows import ChoiceLog, LoggedChoice
from attune_cli.training.environment import HOME

NEEDED = ("action", "probability", "reward")
OPTIONAL = ("person", "harm", "options")
CONTEXT_SEPARATOR = "#"
OPTION_SEPARATOR = "|"
PARQUET_READER = (
    "import json, sys, pyarrow.parquet as p\n"
    "for row in p.read_table(sys.argv[1]).to_pylist(): print(json.dumps(row, default=str))"
)


def read_log(path: Path) -> ChoiceLog:
    """Read a log of choices; raise InputError with file, line and column where it cannot be used."""
    if path.is_dir() or path.suffix == ".parquet":
        return _of_decisions(parquet_rows(path), path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is not UTF-8 text") from error
    if text.lstrip()[:1] in ("[", "{"):
        return _of_decisions(json_rows(text, path), path)
    lines = csv.DictReader(text.splitlines())
    if lines.fieldnames and {"decision_id", "options"} <= set(lines.fieldnames):
        return _of_decisions(list(lines), path)
    return _of_table(lines, path)


def _of_table(lines: "csv.DictReader[str]", path: Path) -> ChoiceLog:
    columns = tuple(lines.fieldnames or ())
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise InputError(
            f"{path}: there is no column {', '.join(missing)}", f"the columns {', '.join((*NEEDED, *OPTIONAL))}"
        )
    context = [name for name in columns if name not in (*NEEDED, *OPTIONAL)]
    rows = [(number, row) for number, row in enumerate(lines, start=2)]
    every_action = tuple(dict.fromkeys(row["action"] or "" for _, row in rows))
    choices = tuple(_choice(row, f"{path}:{number}", context, every_action) for number, row in rows)
    if not choices:
        raise InputError(f"{path}: there is no choice in this file")
    notes = [] if "person" in columns else ["there is no column person: every choice counts as a person of its own"]
    return ChoiceLog(choices, tuple(notes))


def _choice(
    row: Mapping[str, str | None], place: str, context: list[str], every_action: tuple[str, ...]
) -> LoggedChoice:
    action = row["action"] or ""
    if not action:
        raise InputError(f"{place}: action is empty")
    options = tuple((row.get("options") or "").split(OPTION_SEPARATOR)) if row.get("options") else every_action
    if action not in options:
        raise InputError(f"{place}: the action {action!r} is not among its options {', '.join(options)}")
    probability = _number(row, "probability", place)
    if not 0 < probability <= 1:
        raise InputError(f"{place}: probability is {probability:g}, but what was chosen had one above 0 and at most 1")
    return LoggedChoice(
        person=row.get("person") or place,
        context=CONTEXT_SEPARATOR.join(row[name] or "" for name in context),
        action=action,
        options=options,
        probability=probability,
        reward=_number(row, "reward", place),
        harm=_number(row, "harm", place) if row.get("harm") else None,
    )


def _number(row: Mapping[str, str | None], name: str, place: str) -> float:
    try:
        value = float(row[name] or "")
    except ValueError as error:
        raise InputError(f"{place}: {name} is {row[name]!r}, which is no number") from error
    if value - value != 0:  # not finite
        raise InputError(f"{place}: {name} is {row[name]!r}, which is not finite")
    return value


def _of_decisions(rows: Iterable[Mapping[str, Any]], path: Path) -> ChoiceLog:
    found = choices_of(rows, str(path))
    if not found.choices:
        told = "; ".join(found.notes) or "it holds no delay decision"
        raise InputError(f"{path}: there is no choice of a delay with an outcome in this log: {told}")
    return found


def json_rows(text: str, path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a JSON array, or one for each line."""
    if text.lstrip().startswith("["):
        yield from _parsed(text, str(path))
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _parsed(line, f"{path}:{number}")


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"{place}: this is not JSON: {error}") from error


def parquet_rows(path: Path) -> list[Mapping[str, Any]]:
    """Read Parquet (a file, or a folder as the lake is laid out) with the training environment's pyarrow."""
    python = HOME / "bin" / "python"
    if not path.exists():
        raise InputError(f"{path}: this file cannot be read: No such file or directory")
    if not python.exists():
        raise CommandError("reading Parquet needs the environment that models are trained in", "make training")
    answered = subprocess.run(
        [str(python), "-c", PARQUET_READER, str(path)], capture_output=True, text=True, check=False
    )
    if answered.returncode:
        raise InputError(f"{path}: this is no Parquet that can be read: {answered.stderr.strip().splitlines()[-1]}")
    return [json.loads(line) for line in answered.stdout.splitlines()]
