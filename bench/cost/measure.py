"""Meters one run of the stories and prints what was used, for the `attune cost` command.

python -m bench.cost.measure
"""

import json
import os
from dataclasses import asdict
from typing import Any

from moto import mock_aws

from bench.cost.meter import Meter
from bench.cost.metered_world import MeteredWorld
from bench.cost.stories import NOON, STORIES


def measured() -> dict[str, Any]:
    """Tell every story in a world of its own, and return what each used, by playbook."""
    found = {}
    for name, story in STORIES.items():
        meter = Meter()
        with mock_aws(), meter.open():
            told = story(MeteredWorld(NOON, meter))
        found[name] = {
            **asdict(told),
            "playbooks": {playbook: _plain(usage) for playbook, usage in meter.usage.items()},
        }
    return found


def _plain(usage: Any) -> dict[str, Any]:
    functions = {name: dict(vars(run)) for name, run in usage.functions.items()}
    return {"units": dict(usage.units), "functions": functions}


def main() -> None:
    """Measure and print."""
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1"}
    print(json.dumps(measured(), indent=2))


if __name__ == "__main__":
    main()
