"""From PutEvents to the recorded decision, and the case, on a local AWS of its own, at several rates; a soak; a switch.

    python -m bench.throughput [--rates 5,10,15,30] [--seconds 20] [--minutes 5] [--rate 10] [--switches 2] [--json FILE] [--plots FOLDER]

Deploys the local stage as the end-to-end tests do, under `.local/throughput`, and ends it. Ends with 1 if an event has not led to
exactly one decision, or something was left on a queue.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from attune_cli.cdk import ROOT
from attune_cli.local_aws import LocalAws
from bench.policies.training_python import ask
from bench.throughput.bare import make_bare
from bench.throughput.measuring import Load, Run, measure, prepare, prepare_bare
from bench.throughput.reporting import cases_told, rates_table, soak_table, switches_told
from bench.throughput.soaking import soak
from bench.throughput.stage import DeployedStage
from bench.throughput.switching import switch
from bench.throughput.ways import CONSENT, HELP

HOME = ROOT / ".local" / "throughput"
CONCURRENCY = 4
"""As many batches at once as the local stage lets its own functions take."""
PAUSED = "consent, log not read"
HELP_UP_TO = 10.0
"""Events a second above which the five functions of a cry for help are more than two cores give a local AWS."""
PLOTS = Path(__file__).with_name("plots.py")


def main() -> None:
    """Deploy, measure, print, and draw where asked to."""
    given = _arguments()
    with LocalAws(home=HOME, progress=_say) as aws:
        stage = DeployedStage(aws)
        load_before = os.getloadavg()[0]
        runs = list(at_rates(stage, given.rates, given.seconds)) if given.rates else []
        switched = list(switch(stage, given.switches)) if given.switches else []
        soaked = soak(stage, minutes=given.minutes, rate=given.rate) if given.minutes else None
    found: dict[str, Any] = {
        "load": [load_before, os.getloadavg()[0]],
        "runs": [one.as_data() for one in runs],
        "switched": switched,
        "soak": soaked.as_data() if soaked else None,
    }
    print(f"\nload of the machine at first and at last: {found['load'][0]:.1f}, {found['load'][1]:.1f}\n")
    parts = [rates_table(found["runs"]), cases_told(found["runs"])] if runs else []
    parts += [switches_told(switched), soak_table(found["soak"]) if soaked else ""]
    print("\n\n".join(part for part in parts if part))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.plots:
        ask(PLOTS, {**found, "folder": str(given.plots)})
    sys.exit(not all(one.is_whole for one in (*runs, *(soaked.runs if soaked else ()))))


def at_rates(stage: DeployedStage, rates: list[float], seconds: float) -> Iterator[Run]:
    """Yield a run of every way at every rate: the bare handler, the stage as it is, and the stage whose log nobody reads."""
    layers = [layer["Arn"] for layer in stage.functions["ingest_events"]["Layers"]]
    bare = make_bare(stage.session, layers, CONCURRENCY)
    ways = {
        "bare": partial(prepare_bare, stage, bare),
        PAUSED: partial(prepare, stage, CONSENT),
        CONSENT.name: partial(prepare, stage, CONSENT),
        HELP.name: partial(prepare, stage, HELP),
    }
    for rate in rates:
        for name, ready in ways.items():
            if name == HELP.name and rate > HELP_UP_TO:
                continue
            began = time.monotonic()
            with stage.nobody_reading_the_log() if name == PAUSED else nullcontext():
                run = measure(ready, Load(rate=rate, seconds=seconds), name)
            told = run.as_data()
            _say(
                f"{name} at {rate:g} a second: p50 {told['p50_ms']} ms, p95 {told['p95_ms']} ms ({time.monotonic() - began:.0f} s)"
            )
            yield run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=_rates, default=[5, 10, 15, 30], help="events a second; '' for none")
    parser.add_argument("--seconds", type=float, default=20, help="how long each rate is kept up")
    parser.add_argument("--minutes", type=float, default=5, help="how long the soak is; 0 for none")
    parser.add_argument("--rate", type=float, default=10, help="events a second of the soak")
    parser.add_argument(
        "--switches", type=int, default=2, help="how often everything is switched off and on; 0 for never"
    )
    parser.add_argument("--json", type=Path, help="a file for what was found")
    parser.add_argument("--plots", type=Path, help="a folder for the pictures (wants `make training`)")
    return parser.parse_args()


def _rates(text: str) -> list[float]:
    return [float(part) for part in text.split(",") if part]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
