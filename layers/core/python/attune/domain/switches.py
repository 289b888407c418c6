"""What people switch while a stage runs, without a deploy: everything, a channel, a playbook, a version, a roll-out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from attune.domain.decisions import Reason

ASK_AGAIN_AFTER = timedelta(minutes=1)
"""When to ask again while nobody can tell how the switches stand."""

OFF = "kill_switch"
UNKNOWN = "switches_unknown"
WITHDRAWN = "version_withdrawn"
CHANNEL_OFF = "channel_off"


@dataclass(frozen=True, kw_only=True)
class RollOut:
    """Which version `percent` of 100 customers get, and which one all others do (none: they get nothing)."""

    version: str
    percent: float
    previous: str = ""


@dataclass(frozen=True, kw_only=True)
class Switches:
    """How everything stands; `change` is the number of the last change, `known` is False where nobody could tell.

    `withdrawn` names versions as `<playbook>@<version>` whose running journeys end at their next message.
    """

    known: bool = True
    system_off: bool = False
    channels_off: frozenset[str] = frozenset()
    playbooks_off: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()
    rollouts: Mapping[str, RollOut] = field(default_factory=dict)
    change: int = 0

    def why_off(self, playbook: str = "", version: str = "") -> Reason | None:
        """Return why nothing may be sent at all, or nothing of this playbook and version; None where it may."""
        if not self.known:
            return Reason(UNKNOWN, "Nobody can tell right now whether sending is switched on.")
        if self.system_off:
            return Reason(OFF, "Everything is switched off.")
        if playbook in self.playbooks_off:
            return Reason(OFF, "This playbook is switched off.")
        if f"{playbook}@{version}" in self.withdrawn:
            return Reason(WITHDRAWN, "This version of the playbook was rolled back, and its journeys with it.")
        return None

    def why_channel_off(self, channel: str) -> Reason | None:
        """Return why nothing may be sent on this channel; None where it may."""
        return Reason(CHANNEL_OFF, f"The channel {channel} is switched off.") if channel in self.channels_off else None

    def lets_pass(self, channel: str, playbook: str = "") -> bool:
        """Whether something may be sent on a channel, of a playbook where it is of one."""
        return self.why_off(playbook) is None and self.why_channel_off(channel) is None


NOT_KNOWN = Switches(known=False)
