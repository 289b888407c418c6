"""What people change while a stage runs: each change as a value, what it makes of the switches, and its record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from attune.domain.clock import format_instant
from attune.domain.decisions import Decision, DecisionKind, Reason, decision_id
from attune.domain.switches import RollOut, Switches

SUBJECT = "changes"
"""Under which key the records of changes are: they are about nobody."""


NEVER = datetime.min.replace(tzinfo=UTC)


class ChangeKind(StrEnum):
    """What was done."""

    ROLLED_OUT = "rolled_out"
    ROLLED_BACK = "rolled_back"
    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    DEPLOYED = "deployed"
    ARM_STOPPED = "arm_stopped"
    ARM_PUT_BACK = "arm_put_back"
    POLICY_WENT_BACK = "policy_went_back"
    POLICY_FOLLOWS = "policy_follows"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change by one person or deployment: what it is about (everything, a channel, a playbook), and the switches after it.

    `number` counts the changes of a stage. `before` and `after` name a playbook's version and percentage, `1.0.0 25 %`.
    `what` names what is about neither everything nor a channel nor a whole playbook, such as an arm.
    """

    kind: ChangeKind
    who: str
    why: str = ""
    number: int = 0
    at: datetime = NEVER
    playbook: str = ""
    channel: str = ""
    what: str = ""
    before: str = ""
    after: str = ""
    switches: Switches = field(default_factory=Switches)

    @staticmethod
    def switches_of(newest: "Change | None") -> Switches:
        """Return the switches after the newest change; everything is on where there was none."""
        return newest.switches if newest else Switches()

    @property
    def about(self) -> str:
        """What it is about, in words."""
        if self.what:
            return self.what
        if self.playbook:
            return f"playbook {self.playbook}"
        return f"channel {self.channel}" if self.channel else "everything"

    def as_told(self) -> dict[str, str | int]:
        """Return the change as plain data, without the switches after it."""
        return {
            "number": self.number,
            "at": format_instant(self.at),
            "who": self.who,
            "why": self.why,
            "kind": self.kind.value,
            "about": self.about,
            "before": self.before,
            "after": self.after,
        }


def rolled_out(switches: Switches, playbook: str, rollout: RollOut) -> Switches:
    """Return the switches with another roll-out of a playbook; its version is withdrawn no longer."""
    rollouts: Mapping[str, RollOut] = {**switches.rollouts, playbook: rollout}
    return replace(switches, rollouts=rollouts, withdrawn=switches.withdrawn - {f"{playbook}@{rollout.version}"})


def rolled_back(switches: Switches, playbook: str, *, left: str, to: str, stop_running: bool) -> Switches:
    """Return the switches with everybody on another version, and the journeys of the one left ended if that is wanted."""
    back = rolled_out(switches, playbook, RollOut(version=to, percent=100.0))
    return replace(back, withdrawn=back.withdrawn | {f"{playbook}@{left}"}) if stop_running else back


def switched(switches: Switches, *, off: bool, playbook: str = "", channel: str = "") -> Switches:
    """Return the switches with a playbook, a channel or (neither named) everything switched off or on."""
    if playbook:
        named = switches.playbooks_off | {playbook} if off else switches.playbooks_off - {playbook}
        return replace(switches, playbooks_off=named)
    if channel:
        named = switches.channels_off | {channel} if off else switches.channels_off - {channel}
        return replace(switches, channels_off=named)
    return replace(switches, system_off=off)


def change_decision(change: Change) -> Decision:
    """Return the record of a change, so that the log can be asked what was different afterwards."""
    told = f"{change.who}: {change.why}" if change.why else change.who
    code = "by_a_deployment" if change.kind is ChangeKind.DEPLOYED else "by_a_person"
    return Decision(
        decision_id=decision_id(f"change#{change.number}#{format_instant(change.at)}"),
        time=change.at,
        kind=DecisionKind.CHANGE,
        subject_key=SUBJECT,
        choice=change.kind,
        reasons=(Reason(code, told),),
        playbook=change.playbook,
        playbook_version=change.after.partition(" ")[0],
        inputs={
            "number": change.number,
            "about": change.about,
            "channel": change.channel,
            "before": change.before,
            "after": change.after,
        },
        automated=False,
    )
