"""Which delay to choose: Thompson sampling over the permitted arms, with its probability known.

Each arm's chance to be the best is estimated by draws from the arms' Beta posteriors; the arm is then drawn
from those chances, mixed with an even share so that none is ever forgotten. The probability recorded is the one
it was really drawn with, so that any other policy can be judged from the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

POLICY_VERSION = "thompson-fixed-priors-1"
DRAWS = 200
EVEN_SHARE = 0.1


@dataclass(frozen=True)
class Beta:
    """What is believed of an arm: `helped` and `did_not` are pseudo-counts above 0."""

    helped: float = 1.0
    did_not: float = 9.0


@dataclass(frozen=True)
class Choice:
    """The chosen arm, and the probability each arm had."""

    arm: str
    probabilities: Mapping[str, float]

    @property
    def probability(self) -> float:
        """The probability with which the chosen arm was drawn."""
        return self.probabilities[self.arm]


@dataclass(frozen=True)
class Policy:
    """What is believed about the arms of one playbook's touch in one context; unknown arms take the prior."""

    beliefs: Mapping[str, Beta] = field(default_factory=dict)
    prior: Beta = field(default_factory=Beta)
    version: str = POLICY_VERSION

    def choose(self, arms: Sequence[str], *, seed: str) -> Choice:
        """Choose among permitted arms (at least one); the same arms and seed give the same choice."""
        random = Random(seed)  # noqa: S311 - a reproducible draw is the point; nothing secret hangs on it
        wins = dict.fromkeys(arms, 0)
        for _ in range(DRAWS if len(wins) > 1 else 1):
            best = max(wins, key=lambda arm: self._draw(random, arm))
            wins[best] += 1
        total = sum(wins.values())
        probabilities = {arm: (1 - EVEN_SHARE) * won / total + EVEN_SHARE / len(wins) for arm, won in wins.items()}
        chosen = random.choices(list(probabilities), weights=list(probabilities.values()))[0]
        return Choice(chosen, probabilities)

    def _draw(self, random: Random, arm: str) -> float:
        belief = self.beliefs.get(arm, self.prior)
        return random.betavariate(belief.helped, belief.did_not)
