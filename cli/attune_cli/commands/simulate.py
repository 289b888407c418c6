"""`attune simulate`: a playbook against other ways to answer, on made-up people in virtual time."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from attune.adapters.playbook_files import read_playbook
from attune.domain.playbooks import Playbook
from attune_cli.cdk import ROOT
from attune_cli.console import err, out
from attune_cli.errors import CommandError
from attune_cli.playbooks.unknown import require_playbook
from attune_cli.simulating import tables
from attune_cli.simulating.assumptions import SHIPPED, read_assumptions
from attune_cli.simulating.running import Plan, Tick, people_of, report_of, run_all
from attune_cli.simulating.sensitivity import pieces, sensitivity
from attune_cli.simulating.strategies import strategies

FOLDER = ROOT / ".local" / "simulations"


def simulate(
    playbook: Annotated[str, typer.Argument(help="A playbook's name, or the path of its file.")],
    *,
    customers: Annotated[int, typer.Option(min=2, max=200_000, help="How many made-up customers.")] = 10_000,
    days: Annotated[int, typer.Option(min=1, max=365, help="How many days they visit.")] = 30,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people with the same luck.")] = 1,
    assumptions: Annotated[Path, typer.Option(help="What to assume about people; see docs/simulation.md.")] = SHIPPED,
    vary: Annotated[
        bool, typer.Option("--sensitivity", help="Also vary the two assumptions that matter most.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Write a page with charts.")] = False,
    png: Annotated[bool, typer.Option("--png", help="Write the page, and a picture of it.")] = False,
    folder: Annotated[Path, typer.Option("--out", help="Where page and picture go.")] = FOLDER,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = ROOT / "templates",
) -> None:
    """Compare no messages, fixed delays, sending always and the playbook's own policy, on people who do not exist.

    The result is only as good as the assumptions: they are printed with it.
    """
    assumed = read_assumptions(assumptions)
    plan = Plan(_playbook(playbook, templates), assumed, templates, customers, days, seed)
    with _progress(plan.pieces + (pieces(plan) if vary else 0)) as tick:
        population = people_of(plan, tick)
        outcomes = run_all(plan, population, strategies(plan.playbook), tick)
        found = report_of(plan, outcomes)
        if vary:
            found["sensitivity"] = sensitivity(plan, population, outcomes, tick)
    if as_json:
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    else:
        _show(found)
    if html or png:
        _write(found, folder, png=png)


def _playbook(named: str, templates: Path) -> Playbook:
    path = Path(named)
    if path.suffix not in {".yaml", ".yml"}:
        path = require_playbook(named, templates, or_else=", or a path ending in .yaml")
    return read_playbook(path)


@contextmanager
def _progress(pieces_to_do: int) -> Iterator[Tick]:
    """Show how far it is, on stderr."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("people", total=pieces_to_do)

        def tick(doing: str) -> None:
            progress.update(task, advance=1, description=tables.NAMES.get(doing, doing))

        yield tick


def _show(found: dict[str, Any]) -> None:
    policies = found["policies"]
    out.print(
        f"[bold]{found['playbook']}[/bold], {found['customers']:,} made-up customers over {found['days']} days, "
        f"seed {found['seed']}; intervals of 95 % over customers"
    )
    out.print(f"[yellow]{found['honesty']}[/yellow]", "")
    out.print(tables.told_table(policies), tables.outcome_table(policies))
    out.print(tables.difference_table(policies, "against_no_messages", "against no messages, per 1,000 customers"))
    out.print(tables.difference_table(policies, "against_fixed_delay", "against the fixed delay, per 1,000 customers"))
    out.print(tables.holdout_table(policies))
    if "sensitivity" in found:
        out.print(tables.sensitivity_table(found["sensitivity"]))
    out.print("[bold]assumed[/bold]")
    out.print(tables.assumptions_text(found["assumptions"]), style="dim", markup=False, soft_wrap=True)


def _write(found: dict[str, Any], folder: Path, *, png: bool) -> None:
    from attune_cli.simulating.page import write_page, write_picture  # noqa: PLC0415 - only where a page is wanted

    try:
        folder.mkdir(parents=True, exist_ok=True)
        page = write_page(found, folder)
        picture = write_picture(page) if png else None
    except OSError as error:
        raise CommandError(f"cannot write to {folder}: {error.strerror}", "--out with a folder of yours") from error
    err.print(f"written: {page}" + (f" and {picture}" if picture else ""), markup=False, soft_wrap=True)
