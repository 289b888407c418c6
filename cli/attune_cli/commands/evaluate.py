"""`attune evaluate`: how good a model is on a table of visits, or a policy on a log of choices."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from attune.adapters.dropoff_file import load_dropoff
from attune_cli.cdk import ROOT
from attune_cli.commands.evaluate_policy import COLUMNS_HELP, evaluate_policy
from attune_cli.commands.model_tables import by_month_table, forward_line, learnt_table, measures_table
from attune_cli.console import err, out
from attune_cli.training.judging import judged_on
from attune_cli.training.learning import earlier_path
from attune_cli.training.visit_table import read_visits

SHIPPED = ROOT / "templates" / "friction" / "dropoff.json"
SAME_ROWS = "these are the rows it was trained on: the figures are too good. Believe those on rows kept apart"

app = typer.Typer(help="See how good a model or a policy is.", no_args_is_help=True)


@app.callback()
def evaluate() -> None:
    """See how good a model or a policy is."""


@app.command("friction")
def evaluate_friction(
    table: Annotated[Path, typer.Argument(metavar="CSV", help="Finished visits, as for attune train friction.")],
    *,
    model_file: Annotated[Path, typer.Option("--model", help="A model; the shipped one if not given.")] = SHIPPED,
    as_json: Annotated[bool, typer.Option("--json", help="Print the measures as JSON.")] = False,
) -> None:
    """Judge the probabilities of buying that the drop-off model gives, also by month and forward in time.

    Forward in time is judged by the model's companion (beside it, in *.earlier_months.json), which never saw the later months.
    """
    visits = read_visits(table)
    model = load_dropoff(model_file)
    companion = earlier_path(model_file)
    found = judged_on(visits, model, load_dropoff(companion) if companion.exists() else None)
    if found["trained_on_these_rows"]:
        err.print(f"warning: {SAME_ROWS}", style="yellow")
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    for note in visits.notes:
        err.print(f"note: {note}", style="dim", markup=False)
    if found["trained_on_these_rows"] and model.metrics:
        out.print(learnt_table(model), "")
    out.print(measures_table(found), "")
    if found["by_month"]:
        out.print(by_month_table(found["by_month"]), "")
    out.print(forward_line(found["forward_in_time"]))
    out.print(f"model {found['model_version']}", style="dim")


app.command("policy", epilog=COLUMNS_HELP)(evaluate_policy)
