"""Gather what a report shows: from a stage, or from a file of decisions."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attune.adapters.athena import LakeUnreadableError
from attune.adapters.clock import Clock
from attune.adapters.fairness_file import load_fairness
from attune.adapters.learnt import learnt
from attune.adapters.playbook_files import load_playbooks
from attune.adapters.results_lake import ResultsLake
from attune.adapters.text_library import load
from attune.domain.clock import ClockScale, parse_instant
from attune.domain.fairness.judging import judge
from attune.domain.fairness.people import people_cells
from attune.domain.results.measures import results_of, windows_of
from attune.domain.results.people import by_journey
from attune.reporting.report import Report
from attune_cli.errors import CommandError, InputError
from attune_cli.fairness.reading import decisions_in, look_at_stage
from attune_cli.reporting.tried import experiments_in
from attune_cli.stage import Stage


def report_of_stage(stage: Stage, templates: Path, *, days: int, now: datetime) -> Report:
    """Ask a stage's lake and its policies; raise CommandError where one does not answer."""
    lake = ResultsLake(athena=stage.athena(), clock=Clock(ClockScale()))
    since = now - timedelta(days=days)
    try:
        results = results_of(lake.rows(since, now), windows_of(load_playbooks(templates)), since=since, now=now)
    except LakeUnreadableError as error:
        raise CommandError(f"the lake of {stage.name} cannot be read: {error}") from error
    found = learnt(stage.session.client("dynamodb"), stage.output("PoliciesTable"), now=now)
    return Report(
        title=f"Attune {stage.name}",
        results=results,
        texts=load(templates),
        fairness=look_at_stage(stage, load_fairness(templates), now),
        experiments=found.playbooks if found else (),
        made_at=now,
    )


def report_of_file(path: Path, templates: Path, *, days: int, now: datetime | None, made_at: datetime) -> Report:
    """Report what a file of decisions holds, as of `now` or of its last row.

    Raise InputError, with file and row, where it cannot be used.
    """
    rows = sorted(decisions_in(path), key=_by_person)
    now = now or parse_instant(max(row["time"] for row in rows)) + timedelta(seconds=1)
    since = now - timedelta(days=days)
    recent = [row for row in rows if since <= parse_instant(row["time"]) <= now]
    if not recent:
        raise InputError(
            f"{path}: no decision is of the {days} days before {now:%Y-%m-%d}", "--as-of and --days say which"
        )
    playbooks = load_playbooks(templates)
    rules = load_fairness(templates)
    first, last = rules.window(now)
    return Report(
        title=f"Attune, {path.name}",
        results=results_of(sorted(by_journey(recent), key=_by_person), windows_of(playbooks), since=since, now=now),
        texts=load(templates),
        fairness=judge(people_cells(rows, since=first, until=last), rules, now),
        experiments=experiments_in(_as_stored(recent), playbooks, now=now),
        made_at=made_at,
    )


def _by_person(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["subject_key"], row["time"], row["decision_id"]


def _as_stored(rows: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield rows with nested columns as JSON text, as evidence is read from the table."""
    for row in rows:
        nested = {
            name: row[name] if isinstance(row.get(name), str) else json.dumps(row.get(name) or empty)
            for name, empty in (("inputs", {}), ("options", []))
        }
        yield {**row, **nested}
