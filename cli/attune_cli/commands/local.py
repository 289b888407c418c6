"""`attune local`: an AWS on this machine with Attune deployed in it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from attune.domain.clock import parse_instant
from attune.domain.errors import ClockError
from attune_cli.console import err, out
from attune_cli.errors import ErrorReportingGroup, InputError
from attune_cli.local_aws import HOME, STACKS, LocalAws

app = typer.Typer(
    cls=ErrorReportingGroup,
    help="Run Attune on this machine: a local AWS that the real CDK deploys to.",
    no_args_is_help=True,
)


@app.command()
def up(*, port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; a free one if not given.")] = None) -> None:
    """Start the local AWS and deploy Attune to it; deploys again where it already runs."""
    local = LocalAws(home=HOME, progress=err.print)
    was_running = local.running is not None
    try:
        local.start(port)
        local.deploy()
    except BaseException:
        if not was_running:
            local.stop()
        raise
    out.print(f"Attune runs at [bold]{local.endpoint}[/bold]. Look around with the plain AWS CLI:")
    out.print(f"  {local.exports}", soft_wrap=True)
    out.print("  aws dynamodb list-tables")
    out.print("  aws sqs list-queues --endpoint-url $AWS_ENDPOINT_URL   # AWS CLI 1 needs it named for SQS")
    out.print("End it with: attune local down")


@app.command()
def down() -> None:
    """End the local AWS and every process it started."""
    local = LocalAws(home=HOME, progress=err.print)
    if local.running is None:
        out.print("no local AWS is running")
        return
    endpoint = local.endpoint
    local.stop()
    out.print(f"the local AWS at {endpoint} and its Lambda processes have ended")


@app.command()
def status() -> None:
    """Show where the local AWS is, since when, what is deployed and what waits in the queues."""
    local = LocalAws(home=HOME)
    if local.running is None:
        out.print("no local AWS is running; start one with: attune local up")
        raise typer.Exit(1)
    uptime = datetime.now(UTC) - datetime.fromisoformat(local.running.started_at)
    out.print(f"endpoint  {local.endpoint}")
    out.print(f"uptime    {timedelta(seconds=int(uptime.total_seconds()))} (pid {local.running.pid})")
    for name, state in _stacks(local).items():
        out.print(f"stack     {name}  {state}")
    queues = Table("queue", "waiting", "being handled", "delayed", box=None, padding=(0, 2, 0, 0))
    for name, counts in _queues(local).items():
        queues.add_row(name, *counts)
    if queues.row_count:
        out.print(queues)


@app.command()
def clock(
    *,
    speed: Annotated[float, typer.Option(help="How many seconds pass in one.", min=0.001)],
    start: Annotated[
        str, typer.Option(help="What the clock shows now, e.g. 2026-11-23T09:00:00Z; the real time.")
    ] = "",
) -> None:
    """Let the local stage live faster, from a known instant on."""
    try:
        instant = parse_instant(start) if start else datetime.now(UTC)
    except ClockError as error:
        raise InputError(str(error)) from error
    LocalAws(home=HOME).set_clock(speed, instant)
    out.print(f"the local clock shows {instant.isoformat()} now and runs {speed:g} times as fast")


def _stacks(local: LocalAws) -> dict[str, str]:
    client = local.session().client("cloudformation")
    pages = client.get_paginator("describe_stacks").paginate()
    found = {stack["StackName"]: stack["StackStatus"] for page in pages for stack in page["Stacks"]}
    return {name: found.get(name, "not deployed") for name in STACKS}


def _queues(local: LocalAws) -> dict[str, tuple[str, str, str]]:
    """Return visible, invisible and delayed messages of every queue that has a URL among the stack outputs."""
    client = local.session().client("sqs")
    urls = {
        name.removesuffix("QueueUrl"): url for name, url in sorted(local.outputs().items()) if name.endswith("QueueUrl")
    }
    counts: dict[str, tuple[str, str, str]] = {}
    for name, url in urls.items():
        attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        counts[name] = (
            attributes.get("ApproximateNumberOfMessages", "?"),
            attributes.get("ApproximateNumberOfMessagesNotVisible", "?"),
            attributes.get("ApproximateNumberOfMessagesDelayed", "?"),
        )
    return counts
