"""Meters one run of the stories and prints what was used, for the `attune cost` command.

python -m bench.cost.measure
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from moto import mock_aws

from bench.cost.meter import Meter
from bench.cost.metered_world import MeteredWorld
from bench.cost.stories import NOON, STORIES, Told

TIMES = {"events": 3}
"""How often a story is told: whatever else a machine does lengthens the time of a function, and nothing shortens it."""


def measured() -> dict[str, Any]:
    """Tell every story in worlds of its own, and return what each used when it took least time, by playbook."""
    return {name: min((_told(story) for _ in range(TIMES.get(name, 1))), key=_cpu) for name, story in STORIES.items()}


def _told(story: Callable[[MeteredWorld], Told]) -> dict[str, Any]:
    meter = Meter()
    with mock_aws(), meter.open():
        told = story(MeteredWorld(NOON, meter))
    return {**asdict(told), "playbooks": {playbook: _plain(usage) for playbook, usage in meter.usage.items()}}


def _cpu(story: dict[str, Any]) -> float:
    return sum(run["cpu"] for used in story["playbooks"].values() for run in used["functions"].values())


def _plain(usage: Any) -> dict[str, Any]:
    functions = {name: dict(vars(run)) for name, run in usage.functions.items()}
    return {"units": dict(usage.units), "functions": functions}


def main() -> None:
    """Measure and print."""
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1"}
    print(json.dumps(measured(), indent=2))


if __name__ == "__main__":
    main()
