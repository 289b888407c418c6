"""Cold starts: every function from its deployed artefact in fresh processes, beside bare handlers.

    python -m bench.coldstart.run [--times 7] [--json] [--keep FOLDER]

Each round starts every function with its bare handler right beside it. Told is the least processor time of all rounds, for both:
the same work takes longer where others use the machine's caches and cores, and never shorter.
`import` is the handler's module; `ready` also what it builds once per process before the first event (settings,
clients, playbooks and texts). The bare handler imports boto3, as it is installed and not as our layer has it, and makes
the same clients. The bar: 1.3 times that.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.coldstart.artefacts import Artefact, plain_boto3, synthesise

BAR = 1.3
CHILD = Path(__file__).with_name("child.py")
HELLO = "from aws_lambda_powertools import Logger, Metrics\nLogger(), Metrics()"
ACCOUNT = {
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "POWERTOOLS_SERVICE_NAME": "attune",
    "POWERTOOLS_METRICS_NAMESPACE": "bench",
}
type Figures = dict[str, Any]


def cold_start(artefact: Artefact, imports: str, wires: str = "") -> Figures:
    """Start one process with what the function has, and return its figures."""
    paths = [*map(str, (artefact.folder, *artefact.layers))]
    told = json.dumps({"paths": paths, "imports": imports, "wires": wires})
    environment = ACCOUNT | artefact.environment | {"LAMBDA_TASK_ROOT": str(artefact.folder)}
    done = subprocess.run(
        [str(getattr(sys, "_base_executable", sys.executable)), "-S", "-E", "-B", str(CHILD), told],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if done.returncode:
        message = f"{artefact.name} does not start:\n{done.stderr}"
        raise RuntimeError(message)
    figures: Figures = json.loads(done.stdout)
    return figures


def measure(artefacts: Sequence[Artefact], beside: Path, times: int) -> list[Figures]:
    """Start every function with its bare handler beside it, one first and then the other, several times over."""
    clients = {one.name: _function(one)["clients"] for one in artefacts}
    plain = Artefact("bare", beside, (), {})
    pairs: dict[str, list[tuple[Figures, Figures]]] = {one.name: [] for one in artefacts}
    hello: list[Figures] = []
    for turn in range(times):
        print(f"round {turn + 1} of {times}", file=sys.stderr)
        for one in artefacts:
            bare = partial(cold_start, plain, "import boto3", f"for name in {clients[one.name]}: boto3.client(name)")
            starts = [partial(_function, one), bare]
            found = [start() for start in (starts if turn % 2 else reversed(starts))]
            pairs[one.name].append((found[0], found[1]) if turn % 2 else (found[1], found[0]))
        hello.append(cold_start(artefacts[0], HELLO))
    rows = [{"function": "Powertools hello world", **_least(hello), "clients": [], "bare": None, "ratio": None}]
    for name, figures in pairs.items():
        ours, bare_figures = _least([own for own, _ in figures]), _least([bare for _, bare in figures])
        rows.append(
            {
                "function": name,
                **ours,
                "clients": clients[name],
                "bare": bare_figures,
                "ratio": ours["ready"] / bare_figures["ready"],
                "memory_ratio": ours["peak"] / bare_figures["peak"],
            }
        )
    return rows


def _function(artefact: Artefact) -> Figures:
    return cold_start(artefact, f"from functions.{artefact.name}.handler import wire", "wire()")


def _handler(artefact: Artefact) -> Path:
    return artefact.folder / "functions" / artefact.name / "handler.py"


def _least(figures: Sequence[Figures]) -> Figures:
    """Return the least of each figure."""
    return {name: min(one[name] for one in figures) for name in ("import", "ready", "peak")}


def show(rows: Sequence[Figures]) -> None:
    """Print the figures as a table."""
    print("| Function | Import, ms | Ready, ms | Bare boto3, ms | Ratio | Peak, MB | Bare, MB | Ratio | Clients |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        own = f"| {row['function']} | {row['import']:.0f} | {row['ready']:.0f} |"
        if row["bare"] is None:
            print(f"{own} | | {row['peak']:.0f} | | | |")
            continue
        time, memory = (
            f"{row['bare']['ready']:.0f} | {row['ratio']:.2f}",
            f"{row['peak']:.0f} | {row['bare']['peak']:.0f}",
        )
        print(f"{own} {time} | {memory} | {row['memory_ratio']:.2f} | {', '.join(row['clients'])} |")
    met = sum(row["ratio"] <= BAR for row in rows if row["bare"])
    print(f"\n{met} of {len(rows) - 1} are within {BAR} times the bare handler's time.")


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--keep", type=Path, help="build the artefacts here instead of in a folder that is removed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder, TemporaryDirectory() as plain:
        artefacts = synthesise(options.keep or Path(folder), options.stage)
        # What is asked once a deployment builds nothing beforehand, has no `wire`, and nobody waits for it.
        lasting = [one for one in artefacts if "def wire" in _handler(one).read_text(encoding="utf-8")]
        rows = measure(lasting, plain_boto3(Path(plain)), options.times)
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        show(rows)


if __name__ == "__main__":
    main()
