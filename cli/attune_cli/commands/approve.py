"""`attune approve`: record that somebody has read and allowed exactly these words."""

import difflib
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text as Line

from attune.adapters.text_library import load
from attune_cli.approving.approval import Approved, Approver
from attune_cli.approving.approval import approve as record
from attune_cli.cdk import ROOT
from attune_cli.console import out
from attune_cli.previewing.choosing import choose

SHIPPED = ROOT / "templates"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def approve(
    message: Annotated[str, typer.Argument(help="Which message; none with --all.")] = "",
    *,
    approver: Annotated[str, typer.Option(help="Who has read the words.")],
    role: Annotated[str, typer.Option(help='As what, e.g. editor or "in-region reviewer (JP)".')],
    channel: Annotated[str, typer.Option(help="Only this channel.")] = "",
    locale: Annotated[str, typer.Option(help="Only this language.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every text that this role has not approved.")] = False,
    note: Annotated[str, typer.Option(help="What should be remembered about it.")] = "",
    templates: Annotated[Path, typer.Option(help="The templates folder.")] = SHIPPED,
) -> None:
    """Approve texts as they are now, and print what that changes; an edit voids the approval."""
    texts = choose(load(templates), message=message, channel=channel, locale=locale, everything=everything)
    today = datetime.now(UTC).date()
    approved = record(templates, texts, Approver(approver, role, note), shipped=SHIPPED, today=today)
    for one in approved:
        _print(one)
    already = len(texts) - len(approved)
    done = f"{len(approved)} of {len(texts)} approved by {approver}, {role}, {today}"
    out.print(done + (f"; {already} had been before" if already else ""), markup=False)


def _print(one: Approved) -> None:
    name = one.text.name
    heading = "new" if one.before is None else "changed" if one.before != one.source else "as before"
    out.print(Line.assemble((f"{name}", "bold"), f"  {heading}"), soft_wrap=True)
    after = one.source.splitlines()
    if one.before is None:
        lines = [f"  {line}" for line in after]
    else:
        lines = list(difflib.unified_diff(one.before.splitlines(), after, "approved before", "now", lineterm=""))
    for line in lines:
        out.print(Line(line, style=_COLOURS.get(line[:1], "") if one.before is not None else ""), soft_wrap=True)
    if one.missing_roles:
        out.print(Line(f"  not sent before {', '.join(one.missing_roles)} has approved it too", style="yellow"))
    out.print()
