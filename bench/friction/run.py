"""Microseconds a score of the shipped drop-off model, beside interpret's and scikit-learn's on the same rows.

    python -m bench.friction.run [CSV] [--json]

The libraries run in the environment that `make training` makes. They read one row at a time, as a Lambda would, and all
rows at once, which is what they are made for. Also: what importing takes in a fresh process, and the model file's size.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attune.adapters.dropoff_file import load_dropoff
from attune.domain.visits import Visit
from attune_cli.commands.evaluate import SHIPPED
from attune_cli.training.environment import FITTING, HOME
from attune_cli.training.learning import COMPLETE, fit_request, plan_for
from attune_cli.training.visit_table import VisitTable, read_visits

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "online_shoppers" / "train.csv"
OURS = "attune"
REPEATS = 5
ALONE = 300
SCORE_BAR = 30e-6
IMPORT_BAR = 0.040
SIZE_BAR = 200_000

type Figures = Mapping[str, Mapping[str, float]]


def ours(visits: Sequence[Visit]) -> dict[str, float]:
    """Return seconds a score: alone is the median of single calls; a batch is the same calls one after the other."""
    model = load_dropoff(SHIPPED)
    single = [_seconds(lambda visit=visit: model.explain(visit).risk) for visit in visits]
    batches = [_seconds(lambda: [model.explain(visit).risk for visit in visits]) for _ in range(REPEATS)]
    sentences = _seconds(lambda: [[term.sentence for term in model.explain(visit).terms] for visit in visits[:ALONE]])
    return {
        "alone": statistics.median(single),
        "batch": statistics.median(batches) / len(visits),
        "with_sentences": sentences / min(ALONE, len(visits)),
        "import": _fresh("import attune.domain.dropoff"),
        "load": _fresh(
            "p = pathlib.Path(sys.argv[1]); import json, attune.adapters.dropoff_file as f; t = time.perf_counter(); f.load_dropoff(p)"
        ),
    }


def theirs(table: VisitTable) -> dict[str, dict[str, float]]:
    """Return the libraries' seconds, from the training environment; empty where there is none."""
    python = HOME / "bin" / "python"
    if not python.exists():
        print("no environment to train in: run `make training` to compare with the libraries", file=sys.stderr)
        return {}
    job = {
        "id": COMPLETE,
        "features": plan_for(table, seed=1).tables[COMPLETE],
        "rows": list(range(len(table.visits))),
        "masks": (),
    }
    request = fit_request(table, [job], seed=1) | {"fitting": str(FITTING.parent), "asked": ALONE}
    program = Path(__file__).with_name("libraries.py")
    answered = subprocess.run(
        [str(python), str(program)], input=json.dumps(request), capture_output=True, text=True, check=True
    )
    return dict(json.loads(answered.stdout))


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _fresh(statement: str) -> float:
    """Return how long a statement takes in a fresh process, the median of several."""
    code = f"import pathlib, sys, time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    return statistics.median(
        float(
            subprocess.run(
                [sys.executable, "-c", code, str(SHIPPED)], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(REPEATS)
    )


def show(found: Figures, size: int) -> None:
    """Print the figures as a table, with ratios to ours and the bars."""
    mine = found[OURS]
    print(f"{'':<38}{'row alone':>12}{'ratio':>8}{'in a batch':>12}{'ratio':>8}{'import':>10}")
    for name, one in found.items():
        print(
            f"{name:<38}{one['alone'] * 1e6:>9.1f} us{one['alone'] / mine['alone']:>8.1f}"
            f"{one['batch'] * 1e6:>9.1f} us{one['batch'] / mine['batch']:>8.2f}{one['import'] * 1e3:>7.0f} ms"
        )
    print(
        f"with the sentences of all reasons: {mine['with_sentences'] * 1e6:.0f} us; loading: {mine['load'] * 1e3:.1f} ms"
    )
    print(f"a score takes at most {SCORE_BAR * 1e6:.0f} us: {_verdict(met=mine['batch'] <= SCORE_BAR)}")
    print(f"importing the scorer takes at most {IMPORT_BAR * 1e3:.0f} ms: {_verdict(met=mine['import'] <= IMPORT_BAR)}")
    print(f"the model file has {size:,} bytes, at most {SIZE_BAR:,}: {_verdict(met=size <= SIZE_BAR)}")


def _verdict(*, met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    table = read_visits(options.table)
    found = {OURS: ours(table.visits), **theirs(table)}
    size = SHIPPED.stat().st_size
    if options.json:
        print(json.dumps({"seconds": found, "model_bytes": size}, indent=2))
    else:
        show(found, size)


if __name__ == "__main__":
    main()
