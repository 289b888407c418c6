"""When to send a suggestion: fixed rules, and Attune's own policy with the state it would have had.

A policy is a list of chances to send, one for each point. It may look at what was sent and answered before the point, never
at what came after.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from attune.domain.fatigue import Fatigue, FatigueRules, fatigue_of
from attune.domain.learning.beliefs import Beta
from attune.domain.learning.policy import Policy
from bench.policies.heartsteps_data import POINTS_A_DAY, SEND_CHANCE, Point

NOW = "now"
FRESH = Beta(1002, 637)
"""How often a suggestion is found good by somebody who is not tired: learnt from answers alone, never from steps.

1,002 of the 2,652 suggestions to the 25 people of the sample were found good. Each was as good a chance as fatigue left of
it: together 1,639 fresh ones (`fresh_belief` counts them again).
"""
CHANCES_A_WEEK = POINTS_A_DAY * 7
RULES = FatigueRules(halves_after=CHANCES_A_WEEK / 2, worth=0.41)
"""The defaults, but for two that have the size of this trial.

`halves_after` is half a week's chances, as the default 1.5 is half of the default cap of three a week; it is also, of those
tried, where the answers are the likeliest (docs/policies.md). `worth` is what a playbook's owner sets the volume with:
here so that a third of the chances are used, whatever came of them.
"""
FIRST_DAYS = 14


def never(points: Sequence[Point]) -> list[float]:
    """Send nothing."""
    return [0.0] * len(points)


def always(points: Sequence[Point]) -> list[float]:
    """Send at every point at which the person is available."""
    return [1.0] * len(points)


def one_in_three(points: Sequence[Point]) -> list[float]:
    """Send at random, about as often as the policies that hold back."""
    return [1 / 3] * len(points)


def first_days(points: Sequence[Point]) -> list[float]:
    """Send always for two weeks, then nothing."""
    return [float(point.day < FIRST_DAYS) for point in points]


def attune(points: Sequence[Point], rules: FatigueRules = RULES) -> list[float]:
    """Send as Attune's policy would, after what the trial sent."""
    policy = Policy({NOW: FRESH})
    return [_chance(policy, fatigue_of(contacts, point.at, rules), rules) for point, contacts in _with_history(points)]


def weights(points: Sequence[Point], rules: FatigueRules = RULES) -> list[float]:
    """Return what the contacts before each point weigh."""
    return [fatigue_of(contacts, point.at, rules).weight for point, contacts in _with_history(points)]


def attune_own_history(points: Sequence[Point], rules: FatigueRules = RULES) -> list[float]:
    """The same, after what this policy itself would have sent, as far as the trial can tell.

    Each contact of the trial counts as often as the policy would have made it: its chance there over the trial's.
    """
    policy = Policy({NOW: FRESH})
    chances: list[float] = []
    for _, group in groupby(points, key=lambda point: point.person):
        sent: list[tuple[datetime, bool, float]] = []
        for point in group:
            chance = _chance(policy, _weighted_fatigue(sent, point.at, rules), rules)
            chances.append(chance)
            if point.sent:
                sent.append((point.at, point.welcome, chance / SEND_CHANCE))
    return chances


def _chance(policy: Policy, fatigue: Fatigue, rules: FatigueRules) -> float:
    return policy.probabilities((NOW,), least=fatigue.least_chance(rules))[NOW]


def _weighted_fatigue(sent: Sequence[tuple[datetime, bool, float]], now: datetime, rules: FatigueRules) -> Fatigue:
    weight = unanswered = 0.0
    for at, welcome, often in sent:
        one = fatigue_of([(at, welcome)], now, rules)
        weight += often * one.weight
        unanswered += often * one.unanswered
    return Fatigue(weight, round(unanswered))


def _with_history(points: Sequence[Point]) -> Iterator[tuple[Point, list[tuple[datetime, bool]]]]:
    """Yield each point with the contacts of its person before it."""
    for _, group in groupby(points, key=lambda point: point.person):
        contacts: list[tuple[datetime, bool]] = []
        for point in group:
            yield point, contacts
            if point.sent:
                contacts.append((point.at, point.welcome))


def fresh_belief(points: Sequence[Point], rules: FatigueRules = RULES) -> Beta:
    """Return how often these people would find a suggestion good if nobody were tired, from their answers."""
    good, chances = 0.0, 0.0
    for point, contacts in _with_history(points):
        if point.sent:
            good += point.welcome
            chances += 0.5 ** (fatigue_of(contacts, point.at, rules).weight / rules.halves_after)
    return Beta(good, chances - good)
