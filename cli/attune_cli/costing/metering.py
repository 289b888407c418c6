"""Asks for a metered run: the stories of bench/cost, told by the real functions in a process of their own."""

import json
import os
import subprocess
import sys
from typing import Any

from attune_cli.cdk import ROOT
from attune_cli.errors import CommandError

LASTS_AT_MOST = 600


def metered_run() -> dict[str, Any]:
    """Return what each story used, by playbook: units, and invocations with their CPU, calls and logs."""
    paths = os.pathsep.join(str(ROOT / path) for path in (".", "cli", "layers/core/python"))
    environment = {**os.environ, "PYTHONPATH": paths}
    command = [sys.executable, "-m", "bench.cost.measure"]
    ran = subprocess.run(  # noqa: PLW1510 - how it ended is looked at
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LASTS_AT_MOST
    )
    if ran.returncode:
        last = ran.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise CommandError(f"the metered run failed: {last[0]}; run `python -m bench.cost.measure` to see all of it")
    found: dict[str, Any] = json.loads(ran.stdout)
    return found
