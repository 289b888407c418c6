"""When to contact, and whether at all: which of a touch's delays, among the instants at which contact is permitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from attune.domain.decisions import Option, Reason
from attune.domain.fatigue import Fatigue, fatigue_from
from attune.domain.gate import contact_zone
from attune.domain.learning.contexts import answered_at
from attune.domain.learning.policy import NO_MESSAGE, STOPPED, Policy
from attune.domain.quiet_hours import Hours, next_permitted
from attune.domain.situation import Situation


@dataclass(frozen=True)
class DelayChoice:
    """The chosen option and the instant it leads to, with all options and reasons.

    Without an instant there is no contact: no option is permitted (`arm` is empty), or the better choice is NO_MESSAGE.
    """

    arm: str
    contact_at: datetime | None
    options: tuple[Option, ...]
    reasons: tuple[Reason, ...]
    fatigue: Fatigue

    @property
    def is_withheld(self) -> bool:
        """Whether this touch is left out because no message is the better choice."""
        return self.arm == NO_MESSAGE


@dataclass(frozen=True)
class Arm:
    """One delay of the playbook and the first permitted instant after it, if there is one in time."""

    name: str
    wanted_at: datetime
    permitted_at: datetime | None


def choose_delay(situation: Situation, *, touch: int, channel: str, policy: Policy, seed: str) -> DelayChoice:
    """Choose a delay; constraints come first, so that exploring can never break one."""
    rules = situation.playbook.fatigue
    tired = current_fatigue(situation)
    stretch = tired.stretch(rules)
    hours = situation.contact_hours(channel)
    arms = [_arm(situation, hours, delay, stretch) for delay in situation.playbook.touches[touch - 1].delays]
    permitted = {arm.name: arm for arm in arms if arm.permitted_at is not None}
    if not permitted:
        options = tuple(
            Option(arm.name, permitted=False, note="no permitted instant before the journey ends") for arm in arms
        )
        why = Reason("no_permitted_instant", "No delay leads to permitted hours in time.")
        return DelayChoice("", None, options, (why,), tired)
    by_rule = situation.customer.profile.automation_opt_out
    if by_rule:
        # Nothing is drawn, learnt or weighed for who wants that: the playbook's first delay is everybody's.
        permitted = dict([next(iter(permitted.items()))])
    least = None if by_rule else tired.least_chance(rules)
    choice = policy.choose(tuple(permitted), seed=seed, least=least)
    options = _options(arms, choice.probabilities, stretch, policy.stopped)
    drawn = Reason(
        "policy", f"Drawn with probability {choice.probability:.2f} among {len(choice.probabilities)} options."
    )
    if choice.arm == NO_MESSAGE:
        return DelayChoice(NO_MESSAGE, None, options, (_not_worth_it(tired), drawn), tired)
    chosen = permitted[choice.arm]
    return DelayChoice(choice.arm, chosen.permitted_at, options, (*_why_then(situation, chosen, tired), drawn), tired)


def current_fatigue(situation: Situation) -> Fatigue:
    """Return how tired of messages the customer is now; who got none is not."""
    ledger = situation.customer.ledger
    if not ledger.contacts:
        return Fatigue()
    rules = situation.playbook.fatigue
    return fatigue_from(ledger, answered_at=answered_at(situation), now=situation.now, rules=rules)


def delay_name(delay: timedelta) -> str:
    """Return a delay's name: whole hours, e.g. 36h."""
    return f"{delay / timedelta(hours=1):g}h"


def _arm(situation: Situation, hours: Hours, delay: timedelta, stretch: float) -> Arm:
    wanted = situation.now + delay * stretch
    zone = contact_zone(situation.zone, situation.playbook)
    permitted = next_permitted(wanted, zone, hours)
    in_time = permitted is not None and permitted < situation.expires_at
    return Arm(delay_name(delay), wanted, permitted if in_time else None)


def _not_worth_it(tired: Fatigue) -> Reason:
    return Reason(
        "fatigue",
        f"{tired.unanswered} recent messages got no answer; another one would hardly help, so none is sent this time.",
    )


def _why_then(situation: Situation, chosen: Arm, tired: Fatigue) -> tuple[Reason, ...]:
    """Return why the contact comes later than the playbook's delay, if it does."""
    reasons = []
    if chosen.permitted_at != chosen.wanted_at:
        local = (chosen.permitted_at or chosen.wanted_at).astimezone(contact_zone(situation.zone, situation.playbook))
        text = f"The delay would end in quiet hours; held until {local:%A %H:%M} local time."
        reasons.append(Reason("quiet_hours", text))
    stretch = tired.stretch(situation.playbook.fatigue)
    if stretch > 1:
        times = f"{stretch:g} times"
        reasons.append(Reason("stretched", f"{tired.unanswered} without an answer, so the delay is {times} as long."))
    return tuple(reasons)


def _options(
    arms: list[Arm], probabilities: Mapping[str, float], stretch: float, stopped: frozenset[str]
) -> tuple[Option, ...]:
    options = [
        Option(
            arm.name,
            probability=round(probabilities[arm.name], 4) if arm.name in probabilities else None,
            permitted=arm.permitted_at is not None,
            note=_note(arm, stretch, is_stopped=arm.name in stopped),
        )
        for arm in arms
    ]
    if NO_MESSAGE in probabilities:
        options.append(Option(NO_MESSAGE, probability=round(probabilities[NO_MESSAGE], 4), note="leave them alone"))
    return tuple(options)


def _note(arm: Arm, stretch: float, *, is_stopped: bool) -> str:
    stop = [STOPPED] if is_stopped else []
    moved = ["moved out of quiet hours"] if arm.permitted_at not in (None, arm.wanted_at) else []
    stretched = [f"{stretch:g} times as long"] if stretch > 1 else []
    return ", ".join((*stop, *stretched, *moved))
