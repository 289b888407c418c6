"""`attune audience`: what the last lists of people who should see no ads hold, in numbers."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from attune.adapters.audience_store import AudienceStore
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import CommandError, InputError

LATE = timedelta(days=1, hours=12)
"""Lists are made daily; a little longer ago than that, a run is missing."""
STATES = {"written": "written", "too_small": "too few: no file", "dry_run": "dry run: no file"}


def audience(
    *,
    day: Annotated[str, typer.Option(help="Which day's lists (YYYY-MM-DD, UTC); the last one if not given.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Show which people are kept away from ads, in numbers: no identifier is read or shown."""
    asked = _parsed(day)
    target = chosen_stage(stage, endpoint_url)
    store = AudienceStore(target.session.client("s3"), target.output("AudienceBucket"))
    manifest = _manifest(store, asked)
    if as_json:
        sys.stdout.write(json.dumps(manifest, indent=2) + "\n")
    else:
        _show(manifest)
    if not asked and datetime.now(UTC) - datetime.fromisoformat(manifest["as_of"]) > LATE and not target.is_local:
        err.print("these lists are old: a run is missing since, see the alarm AudienceRunsDeadLetters", style="yellow")


def _parsed(day: str) -> date | None:
    try:
        return date.fromisoformat(day) if day else None
    except ValueError as error:
        raise InputError(f"{day!r} is not a day", "--day 2026-11-24") from error


def _manifest(store: AudienceStore, asked: date | None) -> dict[str, Any]:
    days = store.days()
    if not days:
        raise CommandError("no lists have been made yet", "docs/audience.md says how to ask for a run by hand")
    manifest = store.manifest(asked or days[-1])
    if manifest is None:
        raise CommandError(f"there are no lists of {asked}", f"--day {days[-1]}, the last; lists are kept for 7 days")
    return manifest


def _show(manifest: Mapping[str, Any]) -> None:
    out.print(f"[bold]{manifest['day']}[/bold], made as of {manifest['as_of']} by {manifest['rules']}")
    if not manifest["lists"]:
        out.print(f"no platform is switched on for the stage {manifest['stage']}: templates/audience.yaml")
        return
    would_be = "would be " if manifest.get("dry_run") else ""
    out.print(f"{_people(manifest['people'])} {would_be}kept away from ads")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("platform", no_wrap=True)
    table.add_column("list", no_wrap=True)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("file", no_wrap=True)
    table.add_column("why (people may have several reasons)", ratio=1)
    for one in manifest["lists"]:
        table.add_row(one["platform"], one["list"], f"{one['rows']:,}", STATES[one["state"]], _counts(one["reasons"]))
    out.print(table)
    if manifest["left_out"]:
        out.print(f"left out: {_counts(manifest['left_out'])}", style="dim")


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _counts(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in ordered)
