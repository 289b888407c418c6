"""The whole launch checklist of one playbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attune.domain.playbooks import Playbook
from attune_cli.auditing.asking import PATIENCE, Answer, Auditor
from attune_cli.auditing.queries import Query
from attune_cli.checking import lived
from attune_cli.checking.deployed import stage_lines
from attune_cli.checking.evidence import Evidence, in_recording, in_stage
from attune_cli.checking.files import file_lines
from attune_cli.checking.lines import Line
from attune_cli.playbooks.shelf import read_shelf
from attune_cli.stage import Stage


@dataclass(frozen=True)
class Wanted:
    """What to check, and where: a templates folder, perhaps a stage (the last `days` of it), perhaps a recording."""

    playbook: Playbook
    templates: Path
    stage: Stage | None = None
    recorded: Path | None = None
    days: int = 14


def checklist(wanted: Wanted) -> list[Line]:
    """Return every line; what a stage or a recording would tell is not checked without one."""
    playbook = wanted.playbook
    evidence = _evidence(wanted)
    watched, deployed, rollback = stage_lines(playbook, read_shelf(wanted.templates), wanted.stage)
    recorded = in_recording(playbook, wanted.recorded, wanted.templates) if wanted.recorded else None
    return [
        *file_lines(playbook, wanted.templates),
        lived.events(playbook, recorded or evidence),
        lived.identity(evidence or recorded),
        lived.dry_run(playbook, evidence, in_a_stage=wanted.stage is not None),
        watched,
        deployed,
        rollback,
    ]


def _evidence(wanted: Wanted) -> Evidence | None:
    if wanted.stage is None:
        return None
    since = (datetime.now(UTC) - timedelta(days=wanted.days)).date().isoformat()
    target = wanted.stage

    def ask(query: Query, values: Mapping[str, str]) -> Answer:
        return Auditor(target.athena(patience=PATIENCE), target.is_local).ask(query, values)

    return in_stage(wanted.playbook, ask, since)
