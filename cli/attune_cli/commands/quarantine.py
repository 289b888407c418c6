"""`attune quarantine`: events that did not fit, why, and how to hand them back."""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer
from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.quarantine import Quarantine, Quarantined, checked_selection, pretty, report_of

app = typer.Typer(
    help="Events that did not fit: look at them, and hand them back after the repair.", no_args_is_help=True
)

SHORT_ID = 8

ReasonOption = Annotated[str, typer.Option(help="Only events with this reason, e.g. wrong_field.")]


@app.command("list")
def list_events(
    *,
    reason: ReasonOption = "",
    limit: Annotated[int, typer.Option(help="Show at most so many.", min=1, max=10_000)] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON, without the originals.")] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """List the events in quarantine, oldest first. Nothing is taken away.

    While two people look at the same moment, each sees only a part.
    """
    quarantine = _quarantine(stage, endpoint_url)
    with quarantine.opened() as messages:
        chosen: list[Quarantined] = []
        for message in messages:
            if not reason or message.reason == reason:
                chosen.append(message)
            if len(chosen) == limit:
                break
    chosen.sort(key=lambda message: message.sent_at)
    if as_json:
        sys.stdout.write(json.dumps([message.record() for message in chosen], indent=2, ensure_ascii=False) + "\n")
        return
    if chosen:
        out.print(_table(chosen))
    out.print(_summary(chosen, reason), style="dim", soft_wrap=True, markup=False)
    if len(chosen) == limit:
        err.print(f"stopped at {limit}; about {quarantine.count()} messages are in quarantine: --limit for more")


@app.command()
def show(
    message_id: Annotated[str, typer.Argument(metavar="ID", help="The message's id, or enough of its beginning.")],
    *,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Show one event: why it did not fit, and the original as it came."""
    message = _quarantine(stage, endpoint_url).find(message_id)
    facts = {name: value for name, value in message.record().items() if name != "message"}
    for name, value in facts.items():
        err.print(Text.assemble((f"{name.replace('_', ' '):<15}", "bold"), value or "-"), soft_wrap=True)
    err.print(Text(f"\n{message.message}\n"), soft_wrap=True)
    sys.stdout.write(pretty(message.original) + "\n" if message.original else "")


@app.command()
def retry(
    message_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One event, by its id.")] = None,
    *,
    reason: ReasonOption = "",
    everything: Annotated[bool, typer.Option("--all", help="All events in quarantine.")] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Hand events back to be read again: the original as it came, by the way it came.

    Each leaves quarantine only once the events queue has it; one that arrived twice counts once. What still does not
    fit comes back into quarantine under a new id.
    """
    checked_selection(message_id, reason=reason, everything=everything)
    quarantine = _quarantine(stage, endpoint_url)
    if message_id is not None:
        chosen = frozenset({quarantine.find(message_id).message_id})
    else:
        chosen = quarantine.choose(lambda message: everything or message.reason == reason)
    with _progress() as bar:
        task = bar.add_task("handing back", total=len(chosen))
        outcome = quarantine.retry(chosen, lambda settled: bar.advance(task, settled))
    out.print(f"{outcome.sent} handed back to be read again")
    if outcome.missing:
        err.print(f"{len(outcome.missing)} not seen again: somebody else looks at them, or handed them back")
    if outcome.twice:
        ids = ", ".join(one[:SHORT_ID] for one in outcome.twice)
        err.print(f"handed back, but still in quarantine too, where they may be handed back again: {ids}")
    failed = report_of(outcome)
    if failed:
        raise failed


def _quarantine(stage: str, endpoint_url: str) -> Quarantine:
    target = chosen_stage(stage, endpoint_url)
    client = target.session.client("sqs")
    return Quarantine(client, target.output("QuarantineQueueUrl"), target.output("EventsQueueUrl"))


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("messages"))
    return Progress(*columns, console=err, transient=True)


def _table(messages: Sequence[Quarantined]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("id", "when (UTC)", "reason"):
        table.add_column(heading, no_wrap=True)
    table.add_column("sender", no_wrap=True, max_width=22)
    table.add_column("what does not fit", ratio=1)
    for message in messages:
        when = message.quarantined_at[5:16].replace("T", " ")  # a queue forgets after 14 days: no year is needed
        cells = (message.message_id[:SHORT_ID], when, message.reason, _end_of(message.sender), message.message)
        table.add_row(*(Text(" ".join(cell.split()), no_wrap=True, overflow="ellipsis") for cell in cells))
    return table


def _end_of(sender: str) -> str:
    """Return what tells partners apart: all of them begin alike."""
    return sender.removeprefix("aws.partner/")


def _summary(messages: Sequence[Quarantined], reason: str) -> str:
    if not messages:
        return f"nothing in quarantine with the reason {reason}" if reason else "nothing in quarantine"
    counts = Counter(message.reason for message in messages)
    parts = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    events = "event" if len(messages) == 1 else "events"
    return f"{len(messages)} {events}: {parts}"
