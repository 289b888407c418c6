"""The switches as they lie in a parameter of Systems Manager, and how functions read them: once in half a minute.

One JSON text of at most 4 KB, e.g. {"change": 12, "channels_off": ["sms"], "rollouts": {"cart_abandonment": ["1.1.0", 25,
"1.0.0"]}}. It is what `attune switch` and `attune playbooks` wrote last; the change log behind it is in the policies table.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from attune.adapters.logs import Logger
from attune.domain.switches import NOT_KNOWN, RollOut, Switches

CACHED_FOR = 30
"""Seconds: with the message that is just being sent, a switch works within a minute."""
TRUSTED_FOR = 300.0
"""Seconds for which the last reading counts while no other can be had; after that nothing is sent."""
ASK_AGAIN_AFTER = 5.0
"""Seconds between two tries while the parameter cannot be read."""
LONGEST = 4096

logger = Logger(child=True)


class SwitchReader:
    """Reads the switches; the last known ones for five minutes where they cannot be read, and then none."""

    def __init__(self, client: Any, name: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`client` is one of Systems Manager, `name` the parameter's; `monotonic` tells seconds."""
        self._client = client
        self._name = name
        self._monotonic = monotonic
        self._known = NOT_KNOWN
        self._read_at = self._failed_at = float("-inf")

    def __call__(self) -> Switches:
        """Return how everything stands, as of half a minute ago at most."""
        now = self._monotonic()
        if now - self._read_at >= CACHED_FOR and now - self._failed_at >= ASK_AGAIN_AFTER:
            try:
                self._known = parse_switches(self._client.get_parameter(Name=self._name)["Parameter"]["Value"])
                self._read_at = now
            except (BotoCoreError, ClientError, ValueError) as error:
                self._failed_at = now
                logger.warning("switches_unreadable", parameter=self._name, error=str(error)[:200])
        return self._known if now - self._read_at <= TRUSTED_FOR else NOT_KNOWN


def parse_switches(text: str) -> Switches:
    """Read the parameter's text; raise ValueError where it is not what we write."""
    data = json.loads(text)
    if not isinstance(data, dict):
        message = "the switches are not a JSON object"
        raise ValueError(message)  # noqa: TRY004 - a wrong text, not a wrong call
    try:
        return Switches(
            system_off=bool(data.get("system_off")),
            channels_off=_names(data, "channels_off"),
            playbooks_off=_names(data, "playbooks_off"),
            withdrawn=_names(data, "withdrawn"),
            rollouts={name: _rollout(entry) for name, entry in data.get("rollouts", {}).items()},
            change=int(data.get("change", 0)),
        )
    except (TypeError, AttributeError) as error:
        message = f"the switches are not as they are written: {error}"
        raise ValueError(message) from error


def write_switches(switches: Switches) -> str:
    """Return the parameter's text; what is switched on is left out."""
    data: dict[str, Any] = {
        "change": switches.change,
        "system_off": switches.system_off,
        "channels_off": sorted(switches.channels_off),
        "playbooks_off": sorted(switches.playbooks_off),
        "withdrawn": sorted(switches.withdrawn),
        "rollouts": _rollouts(switches.rollouts),
    }
    return json.dumps({name: value for name, value in data.items() if value}, separators=(",", ":"))


def _names(data: Mapping[str, Any], field: str) -> frozenset[str]:
    names = data.get(field, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        message = f"{field} is not a list of names"
        raise TypeError(message)
    return frozenset(names)


def _rollouts(rollouts: Mapping[str, RollOut]) -> dict[str, list[Any]]:
    return {name: [one.version, one.percent, one.previous] for name, one in sorted(rollouts.items())}


def _rollout(entry: Any) -> RollOut:
    version, percent, previous = entry
    if not 0 <= float(percent) <= 100:  # noqa: PLR2004 - percent
        message = f"a roll-out to {percent} % is none"
        raise ValueError(message)
    return RollOut(version=str(version), percent=float(percent), previous=str(previous))
