"""Times interpret and scikit-learn on the rows it is given; run by the training environment's interpreter.

Reads from standard input: `features`, `rows`, `labels`, `jobs` (one), `settings`, `seed`, `fitting` (the folder of
fitting.py), `asked` (how many rows one at a time). Writes seconds for a row, and what importing took, as JSON.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

IMPORTS = {
    "interpret": "from interpret.glassbox import ExplainableBoostingClassifier",
    "scikit-learn, HistGradientBoosting": "from sklearn.ensemble import HistGradientBoostingClassifier",
    "scikit-learn, LogisticRegression": "from sklearn.linear_model import LogisticRegression",
}
REPEATS = 5


def seconds_for_a_row(predict: Callable[[Any], Any], rows: Any, *, alone: int) -> dict[str, float]:
    """Return the median seconds of a row that comes alone, and of one in a batch of all."""
    single = []
    for number in range(alone):
        row = rows[number : number + 1]
        started = time.perf_counter()
        predict(row)
        single.append(time.perf_counter() - started)
    batches = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        predict(rows)
        batches.append(time.perf_counter() - started)
    return {"alone": statistics.median(single), "batch": statistics.median(batches) / len(rows)}


def import_seconds(statement: str) -> float:
    """Return how long an import takes in a fresh process, the median of several."""
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(REPEATS)
    ]
    return statistics.median(runs)


def main() -> None:
    """Fit, time, print."""
    request = json.load(sys.stdin)
    sys.path.insert(0, request["fitting"])
    from fitting import fit  # noqa: PLC0415 - found only now

    rows = np.array(request["rows"], dtype=float)
    labels = np.array(request["labels"])
    machines = {
        "interpret": fit(request, request["jobs"][0]),
        "scikit-learn, HistGradientBoosting": HistGradientBoostingClassifier(random_state=1).fit(rows, labels),
        "scikit-learn, LogisticRegression": make_pipeline(
            SimpleImputer(), StandardScaler(), LogisticRegression(max_iter=1000)
        ).fit(rows, labels),
    }
    found = {
        name: seconds_for_a_row(machine.predict_proba, rows, alone=request["asked"])
        | {"import": import_seconds(IMPORTS[name])}
        for name, machine in machines.items()
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
