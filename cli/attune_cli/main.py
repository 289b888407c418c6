"""The `attune` command: wires one module per command together."""

import signal
import sys
from types import FrameType

import typer

from attune_cli.commands import (
    approve,
    audience,
    audit,
    check,
    cost,
    demo,
    doctor,
    evaluate,
    events,
    experiments,
    explain,
    export,
    fairness,
    forget,
    identity,
    import_pinpoint,
    journey_map,
    lint,
    local,
    playbooks,
    policy,
    preview,
    publish,
    quarantine,
    replay,
    report,
    simulate,
    support,
    switch,
    tones,
    train,
)
from attune_cli.errors import ErrorReportingGroup

app = typer.Typer(
    cls=ErrorReportingGroup,
    help="Empathetic messaging for one AWS account: run it on this machine, publish events, ask what was decided.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def prepare() -> None:
    """Let a request to end unwind like Ctrl-C does, so that whatever was started is ended too."""
    signal.signal(signal.SIGTERM, _unwind)
    signal.signal(signal.SIGHUP, _unwind)


def _unwind(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


app.command("demo")(demo.demo)
app.add_typer(local.app, name="local")
app.command("publish")(publish.publish)
app.command("audit")(audit.audit)
app.command("explain")(explain.explain)
app.command("export")(export.export)
app.command("forget")(forget.forget)
app.command("fairness")(fairness.fairness)
app.command("audience")(audience.audience)
app.command("preview")(preview.preview)
app.command("experiments")(experiments.experiments)
app.command("lint")(lint.lint)
app.command("approve")(approve.approve)
app.command("tones")(tones.tones)
app.command("map")(journey_map.journey_map)
app.command("simulate")(simulate.simulate)
app.command("replay")(replay.replay_events)
app.command("check")(check.check)
app.command("doctor")(doctor.doctor)
app.command("cost")(cost.cost)
app.command("report")(report.report)
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(events.app, name="events")
app.add_typer(identity.app, name="identity")
app.add_typer(import_pinpoint.app, name="import")
app.add_typer(support.app, name="support")
app.add_typer(playbooks.app, name="playbooks")
app.add_typer(switch.app, name="switch")
app.add_typer(policy.app, name="policy")
app.add_typer(train.app, name="train")
app.add_typer(evaluate.app, name="evaluate")

if __name__ == "__main__":
    app()
