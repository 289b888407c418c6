"""Judge a policy on a log, or say why this log cannot tell."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from attune_cli.errors import CommandError
from attune_cli.judging.estimators import DRAWS, Estimates, Weighed, effective_sample_size, estimate, mean_outcomes
from attune_cli.judging.outcome_model import cross_fitted
from attune_cli.judging.rows import ChoiceLog, LoggedChoice, Probabilities
from attune_cli.judging.targets import Target

FEWEST_PEOPLE = 10
FEWEST_EFFECTIVE = 100.0
MOST_UNSEEN = 0.05
"""So much of what a policy would do may never have been done in the log."""
MOST_ERRORS = 5.0
"""The mean weight is 1 where the logged probabilities are true; further off than so many standard errors it is not chance."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a log says about a policy, and on how much it stands."""

    choices: int
    people: int
    effective_sample_size: float
    mean_weight: float
    largest_weight: float
    unseen: float
    reward: Estimates
    harm: Estimates | None


def judge(log: ChoiceLog, target: Target, folds: dict[str, int], *, seed: int = 1, draws: int = DRAWS) -> Judgement:
    """Estimate what a policy would have earned; raise CommandError with the reason where the log does not carry it."""
    choices = log.choices
    people = len({choice.person for choice in choices})
    if people < FEWEST_PEOPLE:
        raise CommandError(f"this log is about {people} people; an interval over people needs at least {FEWEST_PEOPLE}")
    wanted = [target(choice) for choice in choices]
    unseen = _unseen(choices, wanted)
    if unseen > MOST_UNSEEN:
        raise CommandError(
            f"no support: {unseen:.0%} of what this policy would do was never done in such a context, so the log cannot tell"
            f" what would come of it (at most {MOST_UNSEEN:.0%})",
            "a policy closer to the one that was logged, or coarser contexts",
        )
    weights = [
        chances.get(choice.action, 0.0) / choice.probability for choice, chances in zip(choices, wanted, strict=True)
    ]
    effective = effective_sample_size(weights)
    if effective < FEWEST_EFFECTIVE:
        raise CommandError(
            f"the effective sample size is {effective:.1f} of {len(choices):,} choices, at least {FEWEST_EFFECTIVE:.0f} are"
            f" needed: the estimate would rest on few choices with weights of up to {max(weights):,.0f}",
            "a longer log, or a policy closer to the one that was logged",
        )
    _check_mean(weights)
    return Judgement(
        choices=len(choices),
        people=people,
        effective_sample_size=effective,
        mean_weight=math.fsum(weights) / len(weights),
        largest_weight=max(weights),
        unseen=unseen,
        reward=_estimated(choices, wanted, weights, folds, lambda choice: choice.reward, seed=seed, draws=draws),
        harm=_estimated(choices, wanted, weights, folds, lambda choice: choice.harm or 0.0, seed=seed, draws=draws)
        if log.tells_harm
        else None,
    )


def _unseen(choices: Sequence[LoggedChoice], wanted: Sequence[Probabilities]) -> float:
    """Return the mean probability with which the policy does what was never done in the same context."""
    done: dict[str, set[str]] = defaultdict(set)
    for choice in choices:
        done[choice.context].add(choice.action)
    return math.fsum(
        chance
        for choice, chances in zip(choices, wanted, strict=True)
        for action, chance in chances.items()
        if action not in done[choice.context]
    ) / len(choices)


def _check_mean(weights: Sequence[float]) -> None:
    mean = math.fsum(weights) / len(weights)
    variance = math.fsum((weight - mean) ** 2 for weight in weights) / len(weights)
    error = math.sqrt(variance / len(weights))
    if abs(mean - 1) > MOST_ERRORS * error + MOST_UNSEEN:
        raise CommandError(
            f"the logged probabilities cannot be right: the weights have the mean {mean:.2f}, where true ones have 1",
            "look at how the probabilities were logged",
        )


def _estimated(
    choices: Sequence[LoggedChoice],
    wanted: Sequence[Probabilities],
    weights: Sequence[float],
    folds: dict[str, int],
    outcome_of: Callable[[LoggedChoice], float],
    *,
    seed: int,
    draws: int,
) -> Estimates:
    models = cross_fitted(choices, outcome_of, folds)
    rows = []
    for choice, chances, weight in zip(choices, wanted, weights, strict=True):
        model = models[folds[choice.person]]
        predictions = {action: model.predict(choice.context, action) for action in {*chances, choice.action}}
        rows.append(
            Weighed(
                person=choice.person,
                weight=weight,
                outcome=outcome_of(choice),
                predicted=predictions[choice.action],
                predicted_for_policy=mean_outcomes(chances, predictions),
            )
        )
    return estimate(rows, seed=seed, draws=draws)
