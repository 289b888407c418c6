"""`attune publish`: put events from a file or a pipe on the stage's bus."""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import InputError, report
from attune_cli.publishing import Outcome, Publisher

REFUSALS_SHOWN = 20


def publish(
    file: Annotated[str, typer.Argument(help="A file with one JSON event (Segment spec) a line; - for stdin.")],
    *,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
    bus: Annotated[str, typer.Option(help="Name of the bus; the stage's own if not given.")] = "",
    source: Annotated[str, typer.Option(help="Who is speaking: the event source becomes app.<this>.")] = "cli",
    attempts: Annotated[int, typer.Option(help="How often to offer an entry that the bus fails.", min=1, max=20)] = 5,
) -> None:
    """Publish events, one a line, and account for every line.

    Lines that are no events are reported with their number and not sent. Entries that the bus fails are
    offered again with growing pauses. Ends with 1 if anything was not accepted.
    """
    with opened(file) as stream:
        target = chosen_stage(stage, endpoint_url)
        publisher = Publisher(
            target.session.client("events"),
            bus=bus or target.output("BusName"),
            source=f"app.{source}",
            attempts=attempts,
            sleep=time.sleep,
            chance=random.Random(),  # noqa: S311 - jitter, no secret
        )
        began = time.monotonic()
        with progress_bar() as bar:
            task = bar.add_task("publishing", total=count_lines(stream))
            outcome = publisher.publish(stream, lambda settled: bar.advance(task, settled))
    summarise(outcome, time.monotonic() - began)
    if not outcome.is_complete:
        raise typer.Exit(1)


@contextmanager
def opened(file: str) -> Iterator[IO[bytes]]:
    """Open a file, or stdin for `-`; raise InputError where it cannot be read."""
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(file).open("rb")  # noqa: SIM115 - only opening is guarded, not what is done with it
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error
    with stream:
        yield stream


def count_lines(stream: IO[bytes]) -> int | None:
    """Return how many lines a file has, or None where it cannot be read twice."""
    if not stream.seekable():
        return None
    lines = sum(1 for _ in stream)
    stream.seek(0)
    return lines


def progress_bar() -> Progress:
    """Return a bar on stderr, so that stdout stays for results."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("lines"),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def summarise(outcome: Outcome, seconds: float) -> None:
    """Say what was accepted and how fast, and name the lines that were not."""
    for refusal in outcome.refused[:REFUSALS_SHOWN]:
        err.print(f"line {refusal.number}: {refusal.reason}", soft_wrap=True, markup=False)
    if len(outcome.refused) > REFUSALS_SHOWN:
        err.print(f"… and {len(outcome.refused) - REFUSALS_SHOWN} more lines")
    if outcome.stopped:
        report(f"publishing ended early: {outcome.stopped}")
    rate = outcome.accepted / seconds if seconds else 0.0
    retried = f", {outcome.retries} retries" if outcome.retries else ""
    out.print(
        f"{outcome.accepted} accepted, {len(outcome.refused)} not accepted{retried}; {rate:.0f} events/s over {seconds:.1f} s"
    )
