"""Times interpret's score and MABWiser's and numpy's Thompson sampling; run by the training environment's interpreter.

Reads from standard input what `bench.decisions.run` asks for and writes seconds of a call by name, as JSON.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

DRAWS = 10_000
"""By so many draws the probability of an arm is known to half a point, which a log needs to be worth something later."""


def taught(arms: dict[str, list[float]]) -> Any:
    """Return MABWiser's Thompson sampling that has seen as many successes and failures of each arm."""
    decisions, rewards = [], []
    for arm, (successes, failures) in arms.items():
        won, lost = round(successes) - 1, round(failures) - 1
        decisions += [arm] * (won + lost)
        rewards += [1] * won + [0] * lost
    bandit = MAB(arms=list(arms), learning_policy=LearningPolicy.ThompsonSampling(), seed=1)
    bandit.fit(decisions, rewards)
    return bandit


def timed(calls: dict[str, Callable[[], object]], *, blocks: int, number: int) -> dict[str, float]:
    """Return the processor's seconds of each call: blocks take turns, the median block counts."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(blocks):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(number):
                call()
            found[name].append((time.process_time() - began) / number)
    return {name: statistics.median(taken) for name, taken in found.items()}


def main() -> None:
    """Fit, time, print."""
    request = json.load(sys.stdin)
    sys.path.insert(0, request["fitting"])
    from fitting import fit  # noqa: PLC0415 - found only now

    machine = fit(request, request["jobs"][0])
    rows = np.array(request["rows"], dtype=float)
    coming = cycle(range(len(rows)))
    bandit, rng = taught(request["arms"]), np.random.default_rng(1)
    successes, failures = np.array(list(request["arms"].values()), dtype=float).T

    def score() -> Any:
        at = next(coming)
        return machine.predict_proba(rows[at : at + 1])

    def draw_with_probabilities() -> Any:
        drawn = rng.beta(successes, failures, size=(DRAWS, len(successes)))
        chances = np.bincount(drawn.argmax(axis=1), minlength=len(successes)) / DRAWS
        return int(rng.beta(successes, failures).argmax()), chances

    calls: dict[str, Callable[[], object]] = {
        "interpret, predict_proba of one visit": score,
        "MABWiser, one draw of Thompson sampling": bandit.predict,
        f"numpy, a draw and the probabilities by {DRAWS:,} draws": draw_with_probabilities,
    }
    print(json.dumps(timed(calls, blocks=request["blocks"], number=request["calls"])))


if __name__ == "__main__":
    main()
