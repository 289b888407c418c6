"""How soon a switch takes effect: a function that has just read the switches is asked until it goes by what was switched."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from attune_cli.main import app
from attune_cli.support.desk import Desk
from attune_cli.support.wiring import desk_of
from bench.throughput.publishing import publish
from bench.throughput.stage import DeployedStage
from bench.throughput.ways import HELP, make_known

OFF, ON = "off", "on"
REFUSED = "kill_switch"
LOOK_EVERY = 0.5
PATIENCE = 180.0
"""Seconds until a case is there, or a switch counts as without effect."""


def switch(stage: DeployedStage, times: int) -> Iterator[dict[str, Any]]:
    """Yield, for so many times off and on again, how many seconds it took from the command's start to the first other answer."""
    with tempfile.TemporaryDirectory() as folder:
        desk = desk_of(stage.aws.stage(), agent_id="bench", lease_minutes=60, folder=Path(folder))
        case_id = _case(stage, desk)
        _refuses(desk, case_id)  # its process is there now
        for _ in range(times):
            yield {"to": OFF, "seconds": _switched(stage, desk, case_id, OFF)}
            yield {"to": ON, "seconds": _switched(stage, desk, case_id, ON)}


def _switched(stage: DeployedStage, desk: Desk, case_id: str, to: str) -> float:
    began = time.monotonic()
    result = CliRunner().invoke(app, ["switch", to, "--who", "bench", "--endpoint-url", stage.aws.endpoint])
    if result.exit_code:
        raise RuntimeError(result.output)
    while _refuses(desk, case_id) is not (to == OFF):
        if time.monotonic() - began > PATIENCE:
            message = f"everything was switched {to}, and {PATIENCE:.0f} s later a function did not know"
            raise RuntimeError(message)
        time.sleep(LOOK_EVERY)
    return time.monotonic() - began


def _refuses(desk: Desk, case_id: str) -> bool:
    """Whether an agent's reply is refused because everything is off; nobody's address is known, so that nothing leaves."""
    return desk.reply(case_id, text="Hello.", channel="email").get("reason") == REFUSED


def _case(stage: DeployedStage, desk: Desk) -> str:
    """Let somebody ask for help, and claim their case."""
    who = f"switch-{datetime.now(UTC):%H%M%S}"
    (person,) = make_known(stage.customers, [who])
    publish(stage.session.client("events"), stage.outputs["BusName"], [lambda: HELP.call(person, who)], rate=1)
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        for one in desk.pull()[0]:
            if one.waiting.case.customer_id == who:
                desk.claim(one.waiting.case.case_id)
                return one.waiting.case.case_id
        time.sleep(LOOK_EVERY)
    message = f"no case came within {PATIENCE:.0f} s"
    raise RuntimeError(message)
