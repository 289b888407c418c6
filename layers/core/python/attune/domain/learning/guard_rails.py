"""Arms whose contacts do more harm than the others' are stopped, until a person puts them back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from attune.domain.learning.beliefs import Beta
from attune.domain.learning.best_arm import chances_to_be_best
from attune.domain.learning.refitting import Tally

CREDIBLE = 0.99
"""From this probability on that an arm harms more than the others together, it is stopped.

Looked at every night, 0.95 would stop one of three arms that harm alike in every second experiment of two months; this does
so in one of fifteen, and still finds three times the harm within two weeks (`tests/domain/test_guard_rails.py`).
"""
LEAST_CONTACTS = 50
"""An arm with fewer contacts is not judged, nor are others that have fewer together."""
LEAST_HARMS = 4
"""Looked at night after night, fewer harms than this would stop an arm by bad luck now and then."""
PRIOR_CONTACTS = 100.0
"""The common share of harms is assumed of every arm as firmly as so many contacts would show it."""


@dataclass(frozen=True, order=True)
class ArmName:
    """An arm of a playbook's touch in all contexts; `is_words` for a text."""

    playbook: str
    touch: int
    arm: str
    is_words: bool = False


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What is settled about an arm: stopped since when and why, or put back since when, by whom and why."""

    name: ArmName
    stopped: bool
    since: datetime
    why: str
    who: str = ""


@dataclass(frozen=True)
class Harm:
    """How many contacts an arm had and how many did harm."""

    arm: str
    contacts: int
    harmed: int

    @property
    def share(self) -> float:
        """The share of contacts that did harm."""
        return self.harmed / self.contacts if self.contacts else 0.0


@dataclass(frozen=True, kw_only=True)
class HarmVerdict:
    """An arm's harm against that of the others together, with the probability that it is the higher one."""

    harm: Harm
    others: Harm
    chance_worse: float

    @property
    def sentence(self) -> str:
        """Why the arm is stopped, for people."""
        mine, theirs = self.harm, self.others
        # Nothing is known for certain: the last digit is never rounded up to it.
        chance = min(self.chance_worse, 0.999)
        return (
            f"{mine.harmed} of {mine.contacts} contacts did harm ({mine.share:.1%}), "
            f"of the others {theirs.harmed} of {theirs.contacts} ({theirs.share:.1%}): "
            f"more with a probability of {chance:.1%}{' at least' if chance < self.chance_worse else ''}."
        )


def harms_of(days: Mapping[date, Tally], playbook: str, known: Mapping[ArmName, Stop]) -> dict[ArmName, Harm]:
    """Sum up contacts and harms of each arm; of one that a person put back, only those of later days."""
    found: dict[ArmName, Harm] = {}
    for day in sorted(days):
        for arm in days[day].arms:
            name = ArmName(playbook, arm.touch, arm.arm, arm.is_words)
            settled = known.get(name)
            if settled is not None and not settled.stopped and day < settled.since.date():
                continue
            before = found.get(name, Harm(arm.arm, 0, 0))
            found[name] = Harm(arm.arm, before.contacts + arm.contacts, before.harmed + arm.harmed)
    return found


def judge(harms: Mapping[ArmName, Harm], stopped: Iterable[ArmName]) -> tuple[tuple[ArmName, HarmVerdict], ...]:
    """Return the arms to stop now, with why; at least one arm of each touch goes on."""
    already = set(stopped)
    touches: dict[tuple[str, int, bool], list[ArmName]] = {}
    for name in sorted(harms):
        if name not in already:
            touches.setdefault((name.playbook, name.touch, name.is_words), []).append(name)
    return tuple(found for names in touches.values() for found in _judge_touch(names, harms))


def _judge_touch(names: Sequence[ArmName], harms: Mapping[ArmName, Harm]) -> Iterable[tuple[ArmName, HarmVerdict]]:
    """Stop the worst arm as long as there is one that is credibly worse than those that are left."""
    left = list(names)
    while len(left) > 1:
        verdicts = {name: compare(harms[name], [harms[other] for other in left if other != name]) for name in left}
        worst = max(left, key=lambda name: (verdicts[name].chance_worse, name))
        if not _is_enough(verdicts[worst]):
            return
        yield worst, verdicts[worst]
        left.remove(worst)


def compare(harm: Harm, others: Iterable[Harm]) -> HarmVerdict:
    """Return how likely an arm harms more often than others together."""
    known = list(others)
    rest = Harm("others", sum(one.contacts for one in known), sum(one.harmed for one in known))
    common = (harm.harmed + rest.harmed + 0.5) / (harm.contacts + rest.contacts + 1)
    beliefs = [
        Beta(common * PRIOR_CONTACTS + one.harmed, (1 - common) * PRIOR_CONTACTS + one.contacts - one.harmed)
        for one in (harm, rest)
    ]
    (chance, _), _ = chances_to_be_best(beliefs)
    return HarmVerdict(harm=harm, others=rest, chance_worse=chance)


def _is_enough(verdict: HarmVerdict) -> bool:
    return (
        verdict.chance_worse >= CREDIBLE
        and verdict.harm.harmed >= LEAST_HARMS
        and verdict.harm.contacts >= LEAST_CONTACTS
        and verdict.others.contacts >= LEAST_CONTACTS
    )
