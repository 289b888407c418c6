"""`attune fairness`: how groups of customers are treated, compared like for like."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from attune.adapters.fairness_file import load_fairness
from attune.domain.fairness.judging import FairnessDay, Verdict
from attune.domain.fairness.limits import Dimension, FairnessRules, Measure
from attune.domain.texts import MalformedTextError
from attune.reporting.fairness import fairness_page
from attune_cli.cdk import ROOT
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import CommandError, InputError
from attune_cli.fairness.data import fairness_data
from attune_cli.fairness.reading import as_of, look_at_file, look_at_stage
from attune_cli.fairness.tables import fairness_tables

GAPS_FOUND = 1


def fairness(
    file: Annotated[
        Path | None, typer.Argument(help="Rows of the log (JSON, NDJSON, CSV, Parquet); without one, a stage's lake.")
    ] = None,
    *,
    by: Annotated[Dimension | None, typer.Option(help="Only groups of this kind.")] = None,
    measure: Annotated[Measure | None, typer.Option(help="Only this measure.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every comparison, also those without a gap.")] = False,
    day: Annotated[str, typer.Option("--as-of", help="As of which day, YYYY-MM-DD; else today.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the data as JSON.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write one HTML page that needs nothing else.")] = None,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = ROOT / "templates",
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Compare how groups of customers are treated: tone, delay, offers, silence, escalation, help and harm.

    Everything declared is compared, whatever is shown: what is credible hangs on all comparisons. Ends with 1 where there is a gap.
    """
    if as_json and html:
        raise InputError("--json and --html exclude each other")
    found = _look(file, _rules(templates), as_of(day), stage=stage, endpoint_url=endpoint_url)
    shown = found.narrowed(by, measure)
    if as_json:
        sys.stdout.write(json.dumps(fairness_data(shown), indent=2, ensure_ascii=False) + "\n")
    elif html:
        _write(html, fairness_page(shown))
    else:
        every = everything or by is not None or measure is not None
        out.print(fairness_tables(shown, everything=every, width=out.width))
    if shown.those(Verdict.GAP):
        raise typer.Exit(GAPS_FOUND)


def _rules(templates: Path) -> FairnessRules:
    try:
        return load_fairness(templates)
    except MalformedTextError as error:
        raise InputError(str(error)) from error


def _look(
    file: Path | None, rules: FairnessRules, now: datetime | None, *, stage: str, endpoint_url: str
) -> FairnessDay:
    if file is not None:
        return look_at_file(file, rules, now)
    return look_at_stage(chosen_stage(stage, endpoint_url), rules, now or datetime.now(UTC))


def _write(html: Path, page: str) -> None:
    try:
        html.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {html}: {error.strerror}", "--html with a file of yours") from error
    err.print(f"written to {html}", markup=False)
