"""What experiments show: each touch's arms with what is believed of them, and what messages do against none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from attune.domain.learning.evidence import WORDS
from attune.domain.learning.guard_rails import ArmName, Stop
from attune.domain.learning.intervals import difference, interval
from attune.domain.learning.policy import EVEN_SHARE, Policy
from attune.domain.learning.refitting import CASE_AVOIDED, HARMED, ArmTally, Side, Tally
from attune.domain.outcome_kinds import OutcomeKind

ALL_CONTEXTS = "*"
COMPARED = (OutcomeKind.ORDERED.value, CASE_AVOIDED, HARMED)
"""What can happen with and without messages. Nobody who got none can find one helpful."""

type PolicyOf = Callable[[int, str], Policy]


@dataclass(frozen=True, kw_only=True)
class ArmReport:
    """One arm: how often it was used, what came of it, what is believed of it, and how likely it is chosen next."""

    arm: str
    contacts: int
    share: float
    waiting: int
    helped: int
    harmed: int
    kinds: Mapping[str, int]
    expected: float
    low: float
    high: float
    next_chance: float
    state: str = ""
    why: str = ""
    since: datetime | None = None
    who: str = ""


@dataclass(frozen=True, kw_only=True)
class TouchReport:
    """The arms of one touch in one context, or in all (`*`), best first."""

    touch: int
    is_words: bool
    context: str
    arms: tuple[ArmReport, ...]
    exploring: bool

    @property
    def contacts(self) -> int:
        """How many contacts there were."""
        return sum(arm.contacts for arm in self.arms)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """How often something happened with messages and without, and what may be said about the difference.

    `low` to `high` is the 90 % interval of the difference; None where nobody was held out, or no window is over.
    """

    outcome: str
    treated: int
    of_treated: int
    held_out: int
    of_held_out: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_claimed(self) -> bool:
        """Whether there is an effect to speak of: the interval does not hold zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, kw_only=True)
class PlaybookReport:
    """Everything about one playbook."""

    playbook: str
    journeys: int
    held_out: int
    unsettled: int
    effects: tuple[Effect, ...]
    touches: tuple[TouchReport, ...]


def report(playbook: str, summed: Tally, policy_of: PolicyOf, stops: Mapping[ArmName, Stop]) -> PlaybookReport:
    """Put a playbook's report together; `policy_of` gives the policy of a touch in a context."""
    groups: dict[tuple[int, bool, str], list[ArmTally]] = {}
    for arm in summed.arms:
        everywhere = f"{WORDS}{ALL_CONTEXTS}" if arm.is_words else ALL_CONTEXTS
        for context in (everywhere, arm.context):
            groups.setdefault((arm.touch, arm.is_words, context), []).append(arm)
    several = {key[:2] for key, arms in groups.items() if len({arm.context for arm in arms}) > 1}
    touches = [
        _touch(playbook, key, arms, policy_of(key[0], key[2]), stops)
        for key, arms in groups.items()
        if (not key[1] or len({arm.arm for arm in arms}) > 1)  # one text that fits is no experiment
        and (ALL_CONTEXTS in key[2] or key[:2] in several)  # a single group is everybody
    ]
    touches.sort(key=lambda one: (one.touch, one.is_words, ALL_CONTEXTS not in one.context, -one.contacts, one.context))
    return PlaybookReport(
        playbook=playbook,
        journeys=summed.treated.journeys,
        held_out=summed.held_out.journeys,
        unsettled=summed.unsettled,
        effects=tuple(_effect(outcome, summed.treated, summed.held_out) for outcome in COMPARED),
        touches=tuple(touches),
    )


def _touch(
    playbook: str,
    key: tuple[int, bool, str],
    tallies: list[ArmTally],
    policy: Policy,
    stops: Mapping[ArmName, Stop],
) -> TouchReport:
    touch, is_words, context = key
    summed: dict[str, ArmTally] = {}
    for one in tallies:
        summed[one.arm] = summed[one.arm].plus(one) if one.arm in summed else one
    total = sum(one.contacts for one in summed.values())
    chances = policy.probabilities(sorted(summed))
    arms = []
    for name, one in summed.items():
        belief = policy.belief(name)
        low, high = interval(belief)
        stop = stops.get(ArmName(playbook, touch, name, is_words))
        arms.append(
            ArmReport(
                arm=name,
                contacts=one.contacts,
                share=one.contacts / total if total else 0.0,
                waiting=one.waiting,
                helped=one.helped,
                harmed=one.harmed,
                kinds=dict(one.kinds),
                expected=belief.mean,
                low=low,
                high=high,
                next_chance=chances[name],
                state=("stopped" if stop.stopped else "put back") if stop else "",
                why=stop.why if stop else "",
                since=stop.since if stop else None,
                who=stop.who if stop else "",
            )
        )
    arms.sort(key=lambda arm: (-arm.expected, arm.arm))
    return TouchReport(
        touch=touch, is_words=is_words, context=context, arms=tuple(arms), exploring=_explores(policy, chances)
    )


def _explores(policy: Policy, chances: Mapping[str, float]) -> bool:
    """Whether more than the even share is still spent on finding out which arm is best."""
    running = [chance for name, chance in chances.items() if name not in policy.stopped]
    settled = 1 - EVEN_SHARE + EVEN_SHARE / max(len(running), 1)
    return len(running) > 1 and max(running) < settled - 1e-9


def _effect(outcome: str, treated: Side, held_out: Side) -> Effect:
    counted = Effect(
        outcome=outcome,
        treated=treated.kinds.get(outcome, 0),
        of_treated=treated.journeys,
        held_out=held_out.kinds.get(outcome, 0),
        of_held_out=held_out.journeys,
    )
    if not (treated.journeys and held_out.journeys):
        return counted
    lift, low, high = difference((counted.treated, treated.journeys), (counted.held_out, held_out.journeys))
    return Effect(
        outcome=outcome,
        treated=counted.treated,
        of_treated=counted.of_treated,
        held_out=counted.held_out,
        of_held_out=counted.of_held_out,
        difference=lift,
        low=low,
        high=high,
    )
