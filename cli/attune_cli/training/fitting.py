"""Fits explainable boosting machines and prints them as tables of bins and scores.

A program of its own, run by the interpreter that has interpret-core (`make training`), so it imports nothing of
Attune. Reads a request from standard input, and writes one line of JSON for each fitted job to standard output.

Request: `features`, `rows` (a value or null for each feature), `labels` (1: left without an order), `jobs` (each with
`id`, `features`, `rows` by number, and `masks`, groups of features that may be unknown together), `settings` (of
ExplainableBoostingClassifier), `seed`, `workers`.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from typing import Any

import numpy as np  # type: ignore[import-not-found,unused-ignore]
from interpret.glassbox import ExplainableBoostingClassifier  # type: ignore[import-not-found,unused-ignore]

DECIMALS = 7
"""Of a score: forty terms rounded like this move a probability by less than 1e-6."""

COPIES = 2
"""Of each visit, masked in different ways, where a machine learns to do without."""

HELD_OUT = 0.15
"""The share of visits in each bag that only says when to stop."""


def fit(request: Mapping[str, Any], job: Mapping[str, Any]) -> Any:
    """Return a fitted machine for P(left without an order).

    Where there are masks it learns from copies of each visit, in each of which a group of features is masked: what a
    machine has never seen missing it cannot weigh. The copies of a visit are on the same side of every bag.
    """
    chance = np.random.default_rng(request["seed"])
    settings = dict(request["settings"])
    places = [request["features"].index(name) for name in job["features"]]
    matrix = np.array(request["rows"], dtype=float)[np.ix_(job["rows"], places)]
    labels = np.array(request["labels"])[job["rows"]]
    bags = _bags(labels, settings.pop("outer_bags"), chance)
    rows = matrix
    if job["masks"]:
        rows = np.concatenate([_masked(matrix, job, chance) for _ in range(COPIES)])
        labels = np.tile(labels, COPIES)
        bags = np.tile(bags, (COPIES, 1))
    machine = ExplainableBoostingClassifier(
        feature_names=list(job["features"]),
        feature_types=["continuous"] * len(job["features"]),
        outer_bags=bags.shape[1],
        n_jobs=1,
        random_state=request["seed"],
        **settings,
    )
    return machine.fit(rows, labels, bags=bags)


def _bags(labels: Any, count: int, chance: Any) -> Any:
    """Return, for each row and bag, 1 where it is learnt from and -1 where it says when to stop; equal in both outcomes."""
    bags = np.ones((len(labels), count), dtype=np.int8)
    for bag in range(count):
        for outcome in (0, 1):
            rows = np.flatnonzero(labels == outcome)
            bags[chance.choice(rows, round(HELD_OUT * len(rows)), replace=False), bag] = -1
    return bags


def _masked(matrix: Any, job: Mapping[str, Any], chance: Any) -> Any:
    """Return a copy of the rows, of each of which one group of features is not known."""
    copy = matrix.copy()
    drawn = chance.integers(len(job["masks"]), size=len(copy))
    for number, group in enumerate(job["masks"]):
        for name in set(group) & set(job["features"]):
            copy[drawn == number, job["features"].index(name)] = np.nan
    return copy


def exported(machine: Any) -> dict[str, Any]:
    """Return a machine as plain lists; the library's last bin, for values of no known kind, has no use here."""
    names = list(machine.feature_names_in_)
    levels = [[[float(edge) for edge in level] for level in feature] for feature in machine.bins_]
    fine = [level[0] for level in levels]
    terms = []
    for positions, found in zip(machine.term_features_, machine.term_scores_, strict=True):
        kept = (np.round(found, DECIMALS)[(slice(-1),) * len(positions)] + 0.0).ravel().tolist()  # no minus zero
        if len(positions) == 1:
            fine[positions[0]], kept = merged(levels[positions[0]][0], kept)
        terms.append({"features": [int(at) for at in positions], "scores": kept})
    named = zip(names, fine, levels, strict=True)
    return {
        "intercept": float(machine.intercept_[0]),
        "features": [{"name": name, "edges": edges, "pair_edges": level[-1]} for name, edges, level in named],
        "terms": terms,
    }


def merged(edges: Sequence[float], scores: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return edges and scores without the edges at which the score does not change; the first score is "not known"."""
    kept_edges, kept_scores = [], list(scores[:2])
    for edge, score in zip(edges, scores[2:], strict=True):
        if score != kept_scores[-1]:
            kept_edges.append(edge)
            kept_scores.append(score)
    return kept_edges, kept_scores


def run(request: Mapping[str, Any], job: Mapping[str, Any]) -> dict[str, Any]:
    """Fit one job of a request."""
    return {"id": job["id"], "table": exported(fit(request, job))}


def main() -> None:
    """Answer the request on standard input, job by job as each is done."""
    request = json.load(sys.stdin)
    print(json.dumps({"library": f"interpret-core {version('interpret-core')}"}), flush=True)  # noqa: T201 - the answer
    with ProcessPoolExecutor(request["workers"]) as pool:
        running = [pool.submit(run, request, job) for job in request["jobs"]]
        for done in as_completed(running):
            print(json.dumps(done.result()), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
