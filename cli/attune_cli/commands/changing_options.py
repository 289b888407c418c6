"""What the commands that change a running stage have in common."""

import os
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from attune_cli.console import err, out
from attune_cli.playbooks.changing import Office, Plan, carry_out
from attune_cli.stage import Stage

WhoOption = Annotated[
    str, typer.Option(envvar="ATTUNE_WHO", help="Who does it; without it, whose AWS credentials these are.")
]
WhyOption = Annotated[str, typer.Option(help="Why: it stands in the log and in the announcement.")]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only show what would be announced.")]
TemplatesOption = Annotated[Path, typer.Option(help="The folder with the playbooks.")]


def who_does_it(who: str, target: Stage) -> str:
    """Return who changes something: as they say, else whose credentials AWS sees, else whose machine it is."""
    if who.strip():
        return who.strip()
    try:
        arn = str(target.session.client("sts").get_caller_identity()["Arn"])
    except (ClientError, BotoCoreError):
        return os.environ.get("USER", "unknown")
    return arn.rpartition(":")[2]


def do_or_show(office: Office, plan: Plan, *, dry_run: bool) -> None:
    """Carry a change out and say what it was, or only show its announcement."""
    announcement = plan.announcement(office.stage)
    if dry_run:
        out.print(announcement.subject, markup=False, style="bold")
        out.print(f"\n{announcement.text}", markup=False)
        return
    warning = carry_out(office, plan)
    done = announcement.subject.partition(": ")[2]
    out.print(f"{done}: change {plan.change.number} on {office.stage}, live within a minute", markup=False)
    if warning:
        err.print(warning, markup=False, style="yellow")
