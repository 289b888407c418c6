"""`attune replay`: recorded events through two versions of a playbook, and what the new one would change."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from attune.adapters.playbook_files import load_playbooks, read_playbook
from attune.domain.playbooks import Playbook
from attune_cli.cdk import ROOT
from attune_cli.console import err, out
from attune_cli.errors import CommandError, InputError
from attune_cli.playbooks.unknown import require_playbook
from attune_cli.replaying import tables
from attune_cli.replaying.recordings import read_recording
from attune_cli.replaying.running import Plan, Replay, replay

FOLDER = ROOT / ".local" / "replays"
NOTHING = "nothing"


def replay_events(
    events: Annotated[Path, typer.Argument(help="Recorded events: a file or a folder; see docs/replay.md.")],
    *,
    playbook: Annotated[str, typer.Option(help="The new version: a playbook's name, or the path of its file.")],
    against: Annotated[
        str,
        typer.Option(
            help="The old version: a name, a path, or `nothing`. Without it, the one in the templates folder."
        ),
    ] = "",
    alone: Annotated[bool, typer.Option("--alone", help="Leave out the folder's other playbooks.")] = False,
    reachable: Annotated[
        bool, typer.Option("--as-if-reachable", help="Give everybody a made-up address and consent to email.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed draws the same delays.")] = 1,
    diff: Annotated[int, typer.Option(min=0, help="Show so many people whose stories differ.")] = 3,
    customer: Annotated[str, typer.Option(help="Show this customer's two stories instead.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Write a page with plots.")] = False,
    folder: Annotated[Path, typer.Option("--out", help="Where the page goes.")] = FOLDER,
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = ROOT / "templates",
) -> None:
    """Let recorded events happen again under a new version of a playbook and an old one, and show what differs.

    In virtual time, by the code that is deployed, without AWS; nothing is sent.
    """
    known = load_playbooks(templates)
    new, new_path = _version(playbook, known, templates)
    old = _old(against, new, new_path, templates)
    beside = {} if alone else {name: one for name, one in known.items() if name != new.id}
    recording = read_recording(events)
    plan = Plan(recording, new, old, beside, templates, seed, reachable)
    with err.status("") as status:
        result = replay(plan, lambda side: status.update(f"replaying {len(recording.events):,} events, {side} version"))
    if as_json:
        stories = [one.as_tree() for one in result.changed]
        sys.stdout.write(json.dumps({**result.found, "stories": stories}, indent=2, ensure_ascii=False) + "\n")
    elif customer:
        _show_customer(result, customer)
    else:
        _show(result, diff)
    if html:
        _write(result, folder, new.id)


def _version(named: str, known: dict[str, Playbook], templates: Path) -> tuple[Playbook, Path]:
    path = Path(named)
    if path.suffix in {".yaml", ".yml"}:
        return read_playbook(path), path
    path = require_playbook(named, templates, or_else=", or a path ending in .yaml")
    return known[named], path


def _old(against: str, new: Playbook, new_path: Path, templates: Path) -> Playbook | None:
    """Return the old version; without a name the one in the templates folder, None for nothing."""
    if against == NOTHING:
        return None
    shipped = templates / "playbooks" / f"{new.id}.yaml"
    if not against:
        if not shipped.is_file():
            return None
        if new_path.resolve() == shipped.resolve():
            raise InputError(
                f"{new_path} is the version in the templates folder itself, and there is nothing to hold it against",
                "--against a file (`git show HEAD:./" + shipped.name + "` has the last one), or --against nothing",
            )
        return read_playbook(shipped)
    old, _ = _version(against, load_playbooks(templates), templates)
    if old.id != new.id:
        raise InputError(
            f"{against} is {old.id!r}, and the new version is {new.id!r}: these are two playbooks, not two versions",
            "give two files of one playbook",
        )
    return old


def _show(result: Replay, diff: int) -> None:
    found = result.found
    what, recorded, honest = tables.heading(found)
    out.print(f"[bold]{what}[/bold]\n{recorded}", soft_wrap=True)
    out.print(honest, style="yellow", markup=False)
    out.print(tables.summary_table(found))
    out.print(tables.affected(found), style="bold", markup=False)
    for line in tables.difference_lines(result.changed[:diff]):
        out.print(line, soft_wrap=True)
    if len(result.changed) > diff:
        out.print(f"… and {len(result.changed) - diff:,} more (--diff shows more, --customer one)", style="dim")
    for problem in tables.left_out(found):
        out.print(problem, style="dim", markup=False, soft_wrap=True)


def _show_customer(result: Replay, customer: str) -> None:
    found = next((one for one in result.changed if one.customer_id == customer), None)
    if found is None and customer not in result.everybody:
        raise InputError(
            f"nobody in the recording is {customer!r}", "the id as the events have it (`anon:…` for a visitor)"
        )
    if found is None:
        out.print(f"Nothing differs for {customer}.", markup=False)
        return
    for line in tables.difference_lines([found]):
        out.print(line, soft_wrap=True)


def _write(result: Replay, folder: Path, name: str) -> None:
    from attune_cli.replaying.page import write_page  # noqa: PLC0415 - only where a page is wanted

    try:
        folder.mkdir(parents=True, exist_ok=True)
        page = write_page(result.found, result.changed, folder / f"{name}.html")
    except OSError as error:
        raise CommandError(f"cannot write to {folder}: {error.strerror}", "--out with a folder of yours") from error
    err.print(f"written: {page}", markup=False, soft_wrap=True)
