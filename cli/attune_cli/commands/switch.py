"""`attune switch`: everything, a channel or a playbook off and on again, within a minute and without a deploy."""

from typing import Annotated

import typer

from attune.domain.changes import Change, ChangeKind, switched
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
from attune_cli.errors import InputError
from attune_cli.playbooks.changing import Plan, numbered, open_office
from attune_cli.playbooks.shelf import read_shelf
from attune_cli.stage import Stage

app = typer.Typer(help="Switch everything, a channel or a playbook off and on, within a minute and without a deploy.")

CHANNELS = ("email", "sms", "onsite")
PlaybookOption = Annotated[str, typer.Option(help="Only this playbook.")]
ChannelOption = Annotated[str, typer.Option(help="Only this channel: email, sms or onsite.")]


@app.command("off")
def off(
    *,
    playbook: PlaybookOption = "",
    channel: ChannelOption = "",
    who: WhoOption = "",
    why: WhyOption = "",
    dry_run: DryRunOption = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
    templates: TemplatesOption = ROOT / "templates",
) -> None:
    """Send nothing more: at all, on a channel, or of a playbook. It takes effect first and is announced then."""
    _check(playbook, channel)
    if playbook:
        read_shelf(templates).playbook(playbook)
    target = chosen_stage(stage, endpoint_url)
    drafted = Change(
        kind=ChangeKind.SWITCHED_OFF, who=who_does_it(who, target), why=why, playbook=playbook, channel=channel
    )
    _switch(drafted, target, dry_run=dry_run)


@app.command("on")
def on(
    *,
    playbook: PlaybookOption = "",
    channel: ChannelOption = "",
    who: WhoOption = "",
    why: WhyOption = "",
    dry_run: DryRunOption = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Send again what was switched off; announced first. What was switched off by itself stays off."""
    _check(playbook, channel)
    target = chosen_stage(stage, endpoint_url)
    drafted = Change(
        kind=ChangeKind.SWITCHED_ON, who=who_does_it(who, target), why=why, playbook=playbook, channel=channel
    )
    _switch(drafted, target, dry_run=dry_run)


@app.command("show")
def show(*, stage: StageOption = "local", endpoint_url: EndpointOption = "") -> None:
    """Say what is off on a stage right now, as functions read it."""
    office = open_office(chosen_stage(stage, endpoint_url))
    try:
        live = office.log.live()
    except ValueError as error:
        raise InputError(f"the parameter cannot be read: {error}", f"attune switch apply --stage {stage}") from error
    newest = office.newest
    off_now = [
        *(["everything"] if live.system_off else []),
        *(f"channel {name}" for name in sorted(live.channels_off)),
        *(f"playbook {name}" for name in sorted(live.playbooks_off)),
        *(f"journeys of {name}" for name in sorted(live.withdrawn)),
    ]
    out.print(f"off: {', '.join(off_now)}" if off_now else "everything is on", markup=False)
    if (newest.number if newest else 0) != live.change:
        message = f"functions do not hear of the newest change yet: attune switch apply --stage {stage}"
        out.print(message, markup=False, style="yellow")


@app.command("apply")
def apply(*, stage: StageOption = "local", endpoint_url: EndpointOption = "") -> None:
    """Let functions read the newest change, where a command was interrupted after writing it down."""
    switches = open_office(chosen_stage(stage, endpoint_url)).log.apply()
    out.print(f"change {switches.change} is live within a minute")


def _check(playbook: str, channel: str) -> None:
    """Refuse what no stage has to be asked about."""
    if playbook and channel:
        raise InputError("--playbook and --channel exclude each other", "one command for each")
    if channel and channel not in CHANNELS:
        raise InputError(f"{channel!r} is not a channel", f"one of {', '.join(CHANNELS)}")


def _switch(drafted: Change, target: Stage, *, dry_run: bool) -> None:
    playbook, channel = drafted.playbook, drafted.channel
    office = open_office(target)
    to_off = drafted.kind is ChangeKind.SWITCHED_OFF
    change = numbered(drafted, office.newest, lambda now: switched(now, off=to_off, playbook=playbook, channel=channel))
    do_or_show(office, Plan(change, first_announced=not to_off), dry_run=dry_run)
