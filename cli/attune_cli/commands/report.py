"""`attune report`: what messages did against none, and everything else a campaign owner asks, as one page."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from attune.reporting.report import Report, report_page
from attune_cli.cdk import ROOT
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import CommandError, InputError
from attune_cli.fairness.reading import as_of
from attune_cli.reporting.reading import report_of_file, report_of_stage
from attune_cli.reporting.tables import report_tables
from attune_cli.simulating.page import write_picture

DAYS = 84


def report(
    *,
    decisions: Annotated[
        Path | None, typer.Option(help="Rows of the log (JSON, NDJSON, CSV, Parquet) instead of a stage's lake.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write one HTML page that needs nothing else.")] = None,
    png: Annotated[bool, typer.Option("--png", help="With --html: also a picture of the page, for mail.")] = False,
    days: Annotated[int, typer.Option(help="How many days back.", min=7, max=400)] = DAYS,
    day: Annotated[str, typer.Option("--as-of", help="With --decisions: as of which day, YYYY-MM-DD.")] = "",
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = ROOT / "templates",
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Show what messages did against none: conversion, support, retention, harm; with --html the whole report.

    A difference is claimed only where its 90 % interval does not hold zero, and nothing is said of fewer than 20 people.
    """
    if png and html is None:
        raise InputError("--png takes a picture of the page", "--html report.html --png")
    if day and decisions is None:
        raise InputError("--as-of belongs to --decisions: a stage is reported as of now")
    now = datetime.now(UTC)
    if decisions is not None:
        found = report_of_file(decisions, templates, days=days, now=as_of(day), made_at=now)
    else:
        found = report_of_stage(chosen_stage(stage, endpoint_url), templates, days=days, now=now)
    if html is None:
        out.print(report_tables(found.results))
        return
    _write(html, found)
    if png:
        err.print(f"written to {write_picture(html)}", markup=False)


def _write(html: Path, found: Report) -> None:
    try:
        html.write_text(report_page(found), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {html}: {error.strerror}", "--html with a file of yours") from error
    err.print(f"written to {html}", markup=False)
