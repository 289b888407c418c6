"""`attune playbooks`: which there are and how they stand, roll-outs and going back, who changed what, and their files."""

from pathlib import Path
from typing import Annotated

import typer

from attune.adapters.text_library import load
from attune.domain.changes import Change, ChangeKind, rolled_back, rolled_out
from attune.domain.switches import RollOut
from attune_cli.cdk import ROOT
from attune_cli.commands.changing_options import (
    DryRunOption,
    TemplatesOption,
    WhoOption,
    WhyOption,
    do_or_show,
    who_does_it,
)
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import out
from attune_cli.errors import CommandError, InputError
from attune_cli.playbooks import schema_file
from attune_cli.playbooks.archiving import archive as put_away
from attune_cli.playbooks.changing import Plan, numbered, open_office
from attune_cli.playbooks.checking import check_folder
from attune_cli.playbooks.listing import as_json as listed_as_json
from attune_cli.playbooks.listing import log_table, notes_of, read_states, states_table
from attune_cli.playbooks.recording import record as write_down
from attune_cli.playbooks.shelf import read_shelf, require_deployed, told

app = typer.Typer(help="The playbooks: how they stand, roll-outs, going back, who changed what, and their files.")

NONE = "none"
JsonOption = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]
NameArgument = Annotated[str, typer.Argument(help="Which playbook.")]


@app.callback(invoke_without_command=True)
def playbooks(
    context: typer.Context,
    *,
    as_json: JsonOption = False,
    stage: Annotated[
        str, typer.Option(envvar="ATTUNE_STAGE", help="A deployed stage; without one, the files only.")
    ] = "",
    endpoint_url: EndpointOption = "",
    templates: TemplatesOption = ROOT / "templates",
) -> None:
    """List the playbooks with version, roll-out and holdout; with --stage also what is off and how many journeys run."""
    if context.invoked_subcommand is not None:
        return
    target = chosen_stage(stage, endpoint_url) if stage else None
    states = read_states(read_shelf(templates), target)
    if as_json:
        out.print_json(listed_as_json(states))
    else:
        out.print(states_table(states))
        if notes := notes_of(states):
            out.print(notes, markup=False, style="yellow")


@app.command("check")
def check(*, templates: TemplatesOption = ROOT / "templates") -> None:
    """Find everything that is wrong with the files, by file and line; ends with 1 where there is anything."""
    findings = list(check_folder(templates, load(templates)))
    for finding in findings:
        out.print(finding.text, markup=False, soft_wrap=True)
    if findings:
        raise typer.Exit(1)
    out.print(f"{len(list((templates / 'playbooks').rglob('*.yaml')))} files, and nothing wrong with them")


@app.command("rollout")
def rollout(
    playbook: NameArgument,
    percent: Annotated[float, typer.Argument(min=0, max=100, help="How many of 100 customers get the version.")],
    *,
    version: Annotated[str, typer.Option(help="Which version; without it, the one in the file.")] = "",
    previous: Annotated[
        str, typer.Option(help="What all others get: a version, or `none`; without it, what they get now.")
    ] = "",
    who: WhoOption = "",
    why: WhyOption = "",
    dry_run: DryRunOption = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
    templates: TemplatesOption = ROOT / "templates",
) -> None:
    """Roll a version out to a share of customers, for new journeys: announced first, and then live within a minute.

    Raising the percentage only adds people. Running journeys finish with the version they began with.
    """
    shelf, target = read_shelf(templates), chosen_stage(stage, endpoint_url)
    chosen = shelf.version(playbook, version or shelf.playbook(playbook).version)
    office = open_office(target)
    newest = office.newest
    now = shelf.rollout(playbook, Change.switches_of(newest))
    others = previous or (now.previous if now.version == chosen.version else now.version)
    others = "" if others == NONE else others
    if others == chosen.version:
        raise InputError(f"all others would get {others} as well", "another --previous, or --previous none")
    for one in filter(None, (chosen.version, others)):
        require_deployed(target, playbook, one)
    goal = RollOut(version=chosen.version, percent=percent, previous=others)
    drafted = Change(
        kind=ChangeKind.ROLLED_OUT,
        playbook=playbook,
        who=who_does_it(who, target),
        why=why,
        before=told(now),
        after=told(goal),
    )
    change = numbered(drafted, newest, lambda switches: rolled_out(switches, playbook, goal))
    before = shelf.version(playbook, others) if others else None
    do_or_show(office, Plan(change, chosen, before), dry_run=dry_run)


@app.command("rollback")
def rollback(
    playbook: NameArgument,
    *,
    to: Annotated[str, typer.Option(help="Which version; without it, the one before.")] = "",
    stop_running: Annotated[
        bool,
        typer.Option(
            "--stop-running", help="Also end the journeys of the version that is left, at their next message."
        ),
    ] = False,
    who: WhoOption = "",
    why: WhyOption = "",
    dry_run: DryRunOption = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
    templates: TemplatesOption = ROOT / "templates",
) -> None:
    """Go back: every new journey gets the version before, within a minute. It takes effect first and is announced then."""
    shelf, target = read_shelf(templates), chosen_stage(stage, endpoint_url)
    office = open_office(target)
    newest = office.newest
    now = shelf.rollout(playbook, Change.switches_of(newest))
    back = to or now.previous or shelf.older(playbook, now.version)
    if not back or back == now.version:
        raise InputError(
            f"there is no version of {playbook} before {now.version}", f"attune switch off --playbook {playbook}"
        )
    chosen = shelf.version(playbook, back)
    require_deployed(target, playbook, back)
    drafted = Change(
        kind=ChangeKind.ROLLED_BACK,
        playbook=playbook,
        who=who_does_it(who, target),
        why=why,
        before=told(now),
        after=told(RollOut(version=back, percent=100.0)),
    )
    change = numbered(
        drafted,
        newest,
        lambda switches: rolled_back(switches, playbook, left=now.version, to=back, stop_running=stop_running),
    )
    left = shelf.version(playbook, now.version) if now.version in shelf.versions(playbook) else None
    do_or_show(office, Plan(change, chosen, left, first_announced=False), dry_run=dry_run)


@app.command("log")
def log(
    *,
    playbook: Annotated[str, typer.Option(help="Only changes of this playbook.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 50,
    as_json: JsonOption = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Say who changed what on a stage and when: roll-outs, going back, switches."""
    changes = open_office(chosen_stage(stage, endpoint_url)).log.all(limit=limit, playbook=playbook)
    if as_json:
        out.print_json(data=[change.as_told() for change in changes])
    elif changes:
        out.print(log_table(changes))
    else:
        out.print("nothing was ever changed on this stage: every playbook is as its file says")


@app.command("archive")
def archive(
    playbook: NameArgument,
    new_version: Annotated[str, typer.Argument(help="The version that the file goes on with, e.g. 1.1.0.")],
    *,
    was: Annotated[
        Path | None, typer.Option(help="The file as it was, where you have changed it already, e.g. from git show.")
    ] = None,
    templates: TemplatesOption = ROOT / "templates",
) -> None:
    """Put the version in the file away, and raise the file's: do this before you change a playbook that has run."""
    kept, path = put_away(templates, playbook, new_version, was=was)
    out.print(f"{kept} keeps the version that runs; {path} goes on as {new_version}", markup=False, soft_wrap=True)
    out.print(f"once it says what it is to say: attune playbooks record {playbook}", markup=False, soft_wrap=True)


@app.command("record")
def record(
    playbook: Annotated[str, typer.Argument(help="Which playbook; without one, all of them.")] = "",
    *,
    never_ran: Annotated[
        bool, typer.Option("--never-ran", help="The version ran nowhere yet: record anew what it says.")
    ] = False,
    templates: TemplatesOption = ROOT / "templates",
) -> None:
    """Write down what new versions say: from then on, whoever changes the file has to raise the version."""
    recorded = write_down(templates, playbook, never_ran=never_ran)
    for one in recorded:
        out.print(f"recorded {one}", markup=False)
    if not recorded:
        out.print("every version is recorded already, and says what it said then")


@app.command("schema")
def schema(
    *,
    do_check: Annotated[
        bool, typer.Option("--check", help="Only say whether it is current; ends with 1 if not.")
    ] = False,
    do_write: Annotated[bool, typer.Option("--write", help="Write the file.")] = False,
) -> None:
    """Keep docs/playbook.schema.json current, by which editors complete and check a playbook."""
    if do_check == do_write:
        raise InputError("either --check or --write")
    if do_write:
        schema_file.write()
    elif not schema_file.is_current():
        raise CommandError("docs/playbook.schema.json is not current", "attune playbooks schema --write")
    out.print("docs/playbook.schema.json is current")
