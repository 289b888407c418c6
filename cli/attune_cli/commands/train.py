"""`attune train`: learn a model from a tenant's own export."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from attune.adapters.dropoff_file import dropoff_text
from attune_cli.commands.model_tables import learnt_table
from attune_cli.console import err, out
from attune_cli.errors import InputError
from attune_cli.training.columns import COLUMNS, LABEL, LABEL_EXPECTED, LEFT_OUT
from attune_cli.training.learning import DEFAULT_SEED, earlier_path, learn, plan_for
from attune_cli.training.visit_table import read_visits

app = typer.Typer(help="Learn a model from your own data.", no_args_is_help=True)

COLUMNS_HELP = "\n\n".join(
    [
        (
            f"The table has a line for each finished visit. {LABEL} is needed: {LABEL_EXPECTED}. Any of these may be missing, and"
            " any cell may be empty; then it is not known, which is never the same as zero:"
        ),
        *(f"* {column.name}: {column.meaning} ({column.expected})" for column in COLUMNS),
        "Other columns are ignored. Of the public data set these stay out:",
        *(f"* {name}: {why}" for name, why in LEFT_OUT.items()),
    ]
)


@app.callback()
def train() -> None:
    """Learn a model from your own data."""


@app.command("friction", epilog=COLUMNS_HELP)
def train_friction(
    table: Annotated[Path, typer.Argument(metavar="CSV", help="Finished visits; the columns are below.")],
    *,
    model_file: Annotated[Path, typer.Option("--out", help="Where to write the model (JSON).")],
    seed: Annotated[
        int, typer.Option(help="Deals the rows and starts the fits; the same gives the same.")
    ] = DEFAULT_SEED,
) -> None:
    """Learn from finished visits how likely a visit is to end without an order.

    Writes the model, and beside it a companion that knows only the earlier months, by which `attune evaluate friction`
    looks forward in time. Every figure is measured on rows kept apart. `make training` installs what fitting needs.
    """
    if not model_file.parent.is_dir():
        raise InputError(f"{model_file.parent} is no folder", "make it, or choose another --out")
    if model_file.is_dir() or not os.access(model_file.parent, os.W_OK):
        raise InputError(f"{model_file} cannot be written", "choose a file for --out, in a folder that is yours")
    visits = read_visits(table)
    for note in visits.notes:
        err.print(f"note: {note}", style="dim", markup=False)
    if visits.missing:
        err.print(f"note: not in this table: {', '.join(visits.missing)}", style="dim", markup=False)
    plan = plan_for(visits, seed=seed)
    started = time.monotonic()
    columns = (TextColumn("fitting"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err) as progress:
        bar = progress.add_task("fit", total=len(plan.jobs()))
        learnt = learn(visits, plan, seed=seed, on_fit=lambda: progress.advance(bar))
    model_file.write_text(dropoff_text(learnt.model), encoding="utf-8")
    written = [model_file]
    companion = earlier_path(model_file)
    if learnt.earlier is not None:
        companion.write_text(dropoff_text(learnt.earlier), encoding="utf-8")
        written.append(companion)
    else:
        companion.unlink(missing_ok=True)  # of an earlier training; it would be taken for this one's
        err.print("note: too few months to look forward in time: no companion is written", style="dim")
    out.print(learnt_table(learnt.model))
    for path in written:
        out.print(f"wrote {path} ({path.stat().st_size / 1000:.0f} kB)", markup=False, soft_wrap=True)
    out.print(f"{learnt.model.version}, {len(visits.visits):,} visits, {time.monotonic() - started:.0f} s", style="dim")
