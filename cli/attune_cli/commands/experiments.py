"""`attune experiments`: what is tried out, what came of it, and what messages do against none."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import CommandError, InputError
from attune_cli.experiments.gathering import Experiments, gather
from attune_cli.experiments.page import experiments_page
from attune_cli.experiments.tables import experiments_tables


def experiments(
    *,
    playbook: Annotated[str, typer.Option(help="Only this playbook.")] = "",
    contexts: Annotated[
        bool, typer.Option("--contexts", help="Show every group of people, not only the busiest.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write one HTML page that needs nothing else.")] = None,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Show for each playbook which ways to write are tried out, how often, what came of them, and what is believed.

    A difference between messages and none is claimed only where its interval does not hold zero.
    """
    if as_json and html:
        raise InputError("--json and --html exclude each other")
    target = chosen_stage(stage, endpoint_url)
    found = gather(
        target.session.client("dynamodb"), target.output("PoliciesTable"), playbook=playbook, now=datetime.now(UTC)
    )
    if as_json:
        sys.stdout.write(json.dumps(_as_data(found), indent=2, default=_plain) + "\n")
    elif html:
        _write(html, experiments_page(found))
    else:
        out.print(experiments_tables(found, contexts=contexts))


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}", "--html with a file of yours") from error
    err.print(f"written to {path}", markup=False)


def _as_data(found: Experiments) -> dict[str, Any]:
    pointer = found.live.pointer
    reports = []
    for report in found.playbooks:
        data = asdict(report)
        for effect, told in zip(report.effects, data["effects"], strict=True):
            told["claimed"] = effect.is_claimed
        reports.append(data)
    return {
        "as_of": found.newest.made_at,
        "evidence_version": found.newest.number,
        "live_version": pointer.version,
        "pinned": pointer.pinned,
        "messages": found.newest.contacts,
        "too_recent": found.newest.waiting,
        "interval": 0.9,
        "playbooks": reports,
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
