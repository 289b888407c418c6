"""When to contact: which of a touch's delays, among the instants at which contact is permitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from attune.domain.decisions import Option, Reason
from attune.domain.gate import contact_zone
from attune.domain.policy import Policy
from attune.domain.quiet_hours import next_permitted
from attune.domain.situation import Situation


@dataclass(frozen=True)
class DelayChoice:
    """The chosen delay and the instant it leads to (None: no arm is permitted), with all options and reasons."""

    arm: str
    contact_at: datetime | None
    options: tuple[Option, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Arm:
    """One delay of the playbook and the first permitted instant after it, if there is one in time."""

    name: str
    wanted_at: datetime
    permitted_at: datetime | None


def choose_delay(situation: Situation, *, touch: int, channel: str, policy: Policy, seed: str) -> DelayChoice:
    """Choose a delay; constraints come first, so that exploring can never break one."""
    arms = [_arm(situation, channel, delay) for delay in situation.playbook.touches[touch - 1].delays]
    permitted = {arm.name: arm for arm in arms if arm.permitted_at is not None}
    if not permitted:
        options = tuple(
            Option(arm.name, permitted=False, note="no permitted instant before the journey ends") for arm in arms
        )
        return DelayChoice(
            "", None, options, (Reason("no_permitted_instant", "No delay leads to permitted hours in time."),)
        )
    choice = policy.choose(tuple(permitted), seed=seed)
    chosen = permitted[choice.arm]
    reasons = [
        Reason("policy", f"Drawn with probability {choice.probability:.2f} among {len(permitted)} permitted delays.")
    ]
    if chosen.permitted_at != chosen.wanted_at:
        local = (chosen.permitted_at or chosen.wanted_at).astimezone(contact_zone(situation.zone, situation.playbook))
        reasons.insert(
            0, Reason("quiet_hours", f"The delay would end in quiet hours; held until {local:%A %H:%M} local time.")
        )
    return DelayChoice(choice.arm, chosen.permitted_at, _options(arms, choice.probabilities), tuple(reasons))


def context_of(situation: Situation, channel: str) -> str:
    """Return the context that a policy learns by: channel, device, friction level."""
    return f"{channel}#{situation.device or 'unknown'}#{situation.friction.level}"


def delay_name(delay: timedelta) -> str:
    """Return a delay's name: whole hours, e.g. 36h."""
    return f"{delay / timedelta(hours=1):g}h"


def _arm(situation: Situation, channel: str, delay: timedelta) -> Arm:
    wanted = situation.now + delay
    zone = contact_zone(situation.zone, situation.playbook)
    permitted = next_permitted(wanted, zone, situation.playbook.contact_hours(channel))
    in_time = permitted is not None and permitted < situation.expires_at
    return Arm(delay_name(delay), wanted, permitted if in_time else None)


def _options(arms: list[Arm], probabilities: Mapping[str, float]) -> tuple[Option, ...]:
    return tuple(
        Option(
            arm.name,
            probability=round(probabilities[arm.name], 4) if arm.name in probabilities else None,
            permitted=arm.permitted_at is not None,
            note="moved out of quiet hours" if arm.permitted_at not in (None, arm.wanted_at) else "",
        )
        for arm in arms
    )
