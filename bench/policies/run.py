"""All benchmarks of the policy in one run: HeartSteps, Upworthy, Open Bandit, microseconds; with plots.

    python -m bench.policies.run [DATA] [--plots FOLDER] [--tests N]

DATA is the folder that has heartsteps, upworthy and obd_small. The public library and the plots need what `make training`
installs.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.policies.training_python import ask

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data"
TESTS = 400


def run(module: str, *arguments: str) -> None:
    """Run one benchmark, as its own command line does, and let it print."""
    subprocess.run([sys.executable, "-m", f"bench.policies.{module}", *arguments], check=True)
    print(flush=True)


def data_of(module: str, *arguments: str) -> dict[str, Any]:
    """Return what a benchmark found, as data."""
    command = [sys.executable, "-m", f"bench.policies.{module}", *arguments, "--json"]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def main() -> None:
    """Run all, and draw where asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--plots", type=Path, metavar="FOLDER")
    parser.add_argument("--tests", type=int, default=TESTS, help="how many Upworthy tests to play; 0 for all")
    options = parser.parse_args()
    heartsteps = (str(options.data / "heartsteps" / "suggestions.csv"),)
    upworthy = (str(options.data / "upworthy" / "arms.csv.gz"), "--tests", str(options.tests))
    run("heartsteps", *heartsteps)
    run("upworthy", *upworthy)
    run("open_bandit", str(options.data / "obd_small"))
    run("timing")
    if options.plots is not None:
        options.plots.mkdir(parents=True, exist_ok=True)
        found = {
            "heartsteps": data_of("heartsteps", *heartsteps)["policies"],
            "upworthy": data_of("upworthy", *upworthy)["gains_over_even"],
        }
        drawn = ask("plots.py", {**found, "folder": str(options.plots)})
        for path in drawn["written"] if drawn else ():
            print(f"wrote {path}")


if __name__ == "__main__":
    main()
