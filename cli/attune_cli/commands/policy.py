"""`attune policy`: which versions of what was learnt there are, going back to one, and putting stopped arms back."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from botocore.exceptions import ClientError
from rich import box
from rich.table import Table

from attune.adapters.clock import Clock
from attune.adapters.decisions_table import DecisionsTable
from attune.adapters.policies_table import EVERYTHING
from attune.adapters.policy_live import LivePolicy, Pointer
from attune.adapters.policy_versions import PolicyVersions, Version
from attune.domain.announcements_of_learning import announcement_of_learning
from attune.domain.changes import Change, ChangeKind
from attune.domain.clock import ClockScale
from attune.domain.learning.guard_rails import ArmName, Stop
from attune.domain.learning.records import moved_decision, settled_decision
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import CommandError, InputError
from attune_cli.playbooks.changing import carry_out_beside, open_office
from attune_cli.stage import Stage

app = typer.Typer(help="What the policy has learnt, version by version; people may go back, and put arms back.")

WhoOption = Annotated[str, typer.Option("--who", help="Who does it: it stands in the log and in the announcement.")]
WhyOption = Annotated[str, typer.Option("--why", help="Why: it stands in the log and in the announcement.")]
ArmArgument = Annotated[str, typer.Argument(help="The arm as `attune experiments --json` names it: 24h, or a text.")]
WordsOption = Annotated[bool, typer.Option("--words", help="The arm is a text, not a delay.")]


@dataclass(frozen=True)
class Reached:
    """What the commands work on."""

    versions: PolicyVersions
    live: LivePolicy
    decisions: DecisionsTable
    target: Stage


@app.command("versions")
def versions(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """List the versions that are kept, the newest first, and which one is live."""
    reached = _reach(stage, endpoint_url)
    pointer, known = reached.live.read().pointer, reached.versions.all()
    if as_json:
        rows = [{**_as_data(one), "live": one.number == pointer.version} for one in known]
        sys.stdout.write(json.dumps(rows, indent=2, default=str) + "\n")
        return
    if not known:
        out.print("nothing has been learnt from yet: the first version is written at 02:15 UTC")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("version", "made (UTC)", "messages", "too recent", "worth as evidence", "arms", ""):
        table.add_column(column, justify="left" if column in {"made (UTC)", ""} else "right", no_wrap=True)
    for one in known:
        state = "live" if one.number == pointer.version else "" if one.complete else "never finished"
        if one.number == pointer.version and pointer.pinned:
            state = f"live, pinned by {pointer.who}: {pointer.why}"
        made = f"{one.made_at:%Y-%m-%d %H:%M}"
        figures = (f"{one.contacts:,}", f"{one.waiting:,}", f"{one.effective:,.0f}", str(one.arms))
        table.add_row(str(one.number), made, *figures, state)
    out.print(table)


@app.command("show")
def show(
    version: Annotated[int, typer.Argument(help="Which version.", min=1)],
    *,
    contexts: Annotated[bool, typer.Option("--contexts", help="Also what was learnt in each context.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Show what a version counts of each arm: outcomes, faded to when it was made."""
    reached = _reach(stage, endpoint_url)
    found = _version(reached, version)
    levels = reached.versions.beliefs(version)
    shown = {level: arms for level, arms in levels.items() if contexts or level.endswith(EVERYTHING)}
    if as_json:
        counted = {level: {a: _counts(c) for a, c in arms.items()} for level, arms in sorted(shown.items())}
        sys.stdout.write(json.dumps({**_as_data(found), "counts": counted}, indent=2, default=str) + "\n")
        return
    out.print(
        f"[bold]version {found.number}[/bold], made {found.made_at:%Y-%m-%d %H:%M} UTC of {found.contacts:,} messages"
    )
    out.print(f"before anything is known of an arm, {found.prior.mean:.1%} of its messages are expected to help")
    table = Table("where", "arm", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in ("helped", "did not", "did harm"):
        table.add_column(column, justify="right")
    for level, arms in sorted(shown.items()):
        for arm, counts in sorted(arms.items()):
            table.add_row(
                _place(level), arm, f"{counts.helped:,.1f}", f"{counts.did_not:,.1f}", f"{counts.harmed:,.1f}"
            )
    out.print(table)


@app.command("rollback")
def rollback(
    version: Annotated[int, typer.Argument(help="Which version is to be live.", min=1)],
    *,
    who: WhoOption,
    why: WhyOption,
    until_next: Annotated[
        bool, typer.Option("--until-next", help="Only until the next refit; without it, until `attune policy follow`.")
    ] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Go back to a version: live within a minute, and so while refits write new ones beside it. Announced once it is live."""
    reached = _reach(stage, endpoint_url)
    _move(reached, _version(reached, version), pinned=not until_next, who=who, why=why)
    stays = "until the next refit" if until_next else "until `attune policy follow`"
    out.print(f"version {version} is live {stays}", markup=False)


@app.command("follow")
def follow(*, who: WhoOption, why: WhyOption, stage: StageOption = "local", endpoint_url: EndpointOption = "") -> None:
    """Let the newest version be live again, and every one that is written from now on; announced first."""
    reached = _reach(stage, endpoint_url)
    newest = next((one for one in reached.versions.all() if one.complete), None)
    if newest is None:
        raise CommandError("nothing has been learnt from yet", "attune policy versions, tomorrow")
    _move(reached, newest, pinned=False, who=who, why=why)
    out.print(f"version {newest.number} is live, and new ones will be", markup=False)


@app.command("stop")
def stop(
    playbook: Annotated[str, typer.Argument(help="Which playbook.")],
    touch: Annotated[int, typer.Argument(help="Which of its messages: 1 is the first.", min=1)],
    arm: ArmArgument,
    *,
    who: WhoOption,
    why: WhyOption,
    words: WordsOption = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Stop an arm by hand: within a minute it is chosen only where it is the only one. Announced once it has taken effect."""
    name = ArmName(playbook, touch, arm, words)
    _settle(_reach(stage, endpoint_url), name, stopped=True, who=who, why=why)


@app.command("resume")
def resume(
    playbook: Annotated[str, typer.Argument(help="Which playbook.")],
    touch: Annotated[int, typer.Argument(help="Which of its messages: 1 is the first.", min=1)],
    arm: ArmArgument,
    *,
    who: WhoOption,
    why: WhyOption,
    words: WordsOption = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Put a stopped arm back, announced first; from now on it is judged by what comes of it from now on."""
    reached = _reach(stage, endpoint_url)
    name = ArmName(playbook, touch, arm, words)
    known = reached.live.read().stops.get(name)
    if known is None or not known.stopped:
        raise InputError(f"{arm} of message {touch} of {playbook} is not stopped", "attune experiments shows what is")
    _settle(reached, name, stopped=False, who=who, why=why)


def _settle(reached: Reached, name: ArmName, *, stopped: bool, who: str, why: str) -> None:
    settled = Stop(name=name, stopped=stopped, since=_now(), why=_said(why, "--why"), who=_said(who, "--who"))
    what, states = f"{name.arm} of message {name.touch} of {name.playbook}", ("tried", "stopped")
    change = Change(
        kind=ChangeKind.ARM_STOPPED if stopped else ChangeKind.ARM_PUT_BACK,
        who=settled.who,
        why=settled.why,
        playbook=name.playbook,
        what=what,
        before=states[not stopped],
        after=states[stopped],
    )

    def act() -> None:
        reached.decisions.record(settled_decision(settled))
        reached.live.settle(settled)

    words = " --words" if name.is_words else ""
    back = f"attune policy {'resume' if stopped else 'stop'} {name.playbook} {name.touch} {name.arm}{words}"
    _announced(reached, change, act, back=back, first_announced=not stopped)
    out.print(f"{what} is {'stopped' if stopped else 'put back'}", markup=False)


def _move(reached: Reached, version: Version, *, pinned: bool, who: str, why: str) -> None:
    before, now = reached.live.read().pointer, _now()
    pointer = Pointer(
        version=version.number,
        prior=version.prior,
        pinned=pinned,
        since=now,
        who=_said(who, "--who"),
        why=_said(why, "--why"),
    )
    moved = moved_decision(version=version.number, before=before.version, pinned=pinned, at=now, who=who, why=why)
    goes_back = pinned or version.number < before.version
    change = Change(
        kind=ChangeKind.POLICY_WENT_BACK if goes_back else ChangeKind.POLICY_FOLLOWS,
        who=pointer.who,
        why=pointer.why,
        what="the policy",
        before=f"version {before.version}",
        after=f"version {version.number}{', pinned' if pinned else ''}",
    )

    def act() -> None:
        reached.decisions.record(moved)
        try:
            reached.live.move(pointer, over=before)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise CommandError("somebody else changed what is live at this moment", "the same command again") from error

    back = "attune policy follow" if goes_back else f"attune policy rollback {before.version}"
    _announced(reached, change, act, back=back, first_announced=not goes_back)


def _announced(reached: Reached, change: Change, act: Callable[[], None], *, back: str, first_announced: bool) -> None:
    """Do something to the policy as a switch is set: announced to the three topics and in the change log."""
    office = open_office(reached.target)
    told = announcement_of_learning(change, stage=office.stage, back=back)
    warning = carry_out_beside(office, change, told, act, first_announced=first_announced)
    if warning:
        err.print(warning, markup=False, style="yellow")


def _version(reached: Reached, number: int) -> Version:
    found = reached.versions.get(number)
    if found is None:
        raise InputError(f"there is no version {number}", "attune policy versions lists those that are kept")
    return found


def _reach(stage: str, endpoint_url: str) -> Reached:
    target = chosen_stage(stage, endpoint_url)
    dynamodb = target.session.client("dynamodb")
    table = target.output("PoliciesTable")
    decisions = DecisionsTable(dynamodb, target.output("DecisionsTable"), Clock(ClockScale()), "attune-cli")
    return Reached(PolicyVersions(dynamodb, table), LivePolicy(dynamodb, table), decisions, target)


def _said(text: str, option: str) -> str:
    if not text.strip():
        raise InputError(f"{option} is empty", f'{option} "…": it is written down')
    return text.strip()


def _now() -> datetime:
    return datetime.now(UTC)


def _as_data(version: Version) -> dict[str, Any]:
    plain = replace(version, effective=round(version.effective, 1))
    names = ("number", "made_at", "contacts", "waiting", "effective", "arms", "rows", "complete")
    return {name: getattr(plain, name) for name in names}


def _counts(counts: Any) -> dict[str, float]:
    return {name: round(getattr(counts, name), 4) for name in ("helped", "did_not", "harmed")}


def _place(level: str) -> str:
    playbook, touch, context = level.split("#", 2)
    where = "all playbooks" if playbook == EVERYTHING else f"{playbook}, message {touch}"
    kind = context.removeprefix("words#")
    words = ", texts" if context.startswith("words#") else ""
    return f"{where}{words}" if kind == EVERYTHING else f"{where}{words}: {kind.replace('#', ', ')}"
