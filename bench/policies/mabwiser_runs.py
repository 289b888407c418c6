"""Lets MABWiser (a public bandit library) play the same games; run by the training environment's interpreter.

Reads a request as JSON from standard input and writes the answer as JSON. {"copy_tests": [...]}: clicks of its Thompson
sampling in each test. {"suggestions": {...}}: for each point, whether its linear Thompson sampling, taught by other people,
would send.
"""

import json
import sys
from typing import Any

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

DRAWS_A_ROUND = 64
"""The library tells one choice at a time: the shares of a round are those of so many."""


def play(test: dict[str, Any], rounds: int, rng: np.random.Generator) -> float:
    """Return the clicks of one test: rounds of impressions, shared out by the library's choices so far."""
    rates, arms = test["rates"], list(range(len(test["rates"])))
    bandit = MAB(arms=arms, learning_policy=LearningPolicy.ThompsonSampling(), seed=int(rng.integers(1 << 31)))
    bandit.fit(np.array([], dtype=int), np.array([], dtype=int))
    clicks = 0
    for shown in test["rounds"][:rounds]:
        choices = np.bincount([bandit.predict() for _ in range(DRAWS_A_ROUND)], minlength=len(arms))
        impressions = rng.multinomial(shown, choices / choices.sum())
        got = [int(rng.binomial(n, rate)) for n, rate in zip(impressions, rates, strict=True)]
        decisions = np.repeat(arms, impressions)
        rewards = np.concatenate([np.repeat([1, 0], [c, n - c]) for n, c in zip(impressions, got, strict=True)])
        bandit.partial_fit(decisions, rewards)
        clicks += sum(got)
    return float(clicks)


def suggest(data: dict[str, Any]) -> list[float]:
    """Return for each point the share of draws in which the library, taught by the people of the other folds, sends."""
    features, folds = np.array(data["features"], dtype=float), np.array(data["folds"])
    sent, outcomes = np.array(data["sent"], dtype=int), np.array(data["outcomes"], dtype=float)
    chances = np.zeros(len(folds))
    for fold in np.unique(folds):
        rest, mine = folds != fold, folds == fold
        shares = []
        for seed in range(data["draws"]):
            bandit = MAB(arms=[0, 1], learning_policy=LearningPolicy.LinTS(alpha=data["alpha"]), seed=seed)
            bandit.fit(sent[rest], outcomes[rest], contexts=features[rest])
            shares.append(np.array(bandit.predict(features[mine]), dtype=float))
        chances[mine] = np.mean(shares, axis=0)
    return [float(chance) for chance in chances]


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    if "copy_tests" in request:
        rng = np.random.default_rng(request["seed"])
        clicks = [play(test, request["number_of_rounds"], rng) for test in request["copy_tests"]]
        print(json.dumps({"clicks": clicks}))
    else:
        print(json.dumps({"chances": suggest(request["suggestions"])}))


if __name__ == "__main__":
    main()
