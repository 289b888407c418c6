"""A stage that the version before left in the middle of its work, with this version's functions put over it."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.support.record_version import journey_of
from tests.support.state_machine import Execution
from tests.support.world import ARNS, World

ROOT = Path(__file__).resolve().parents[2]
RECORDED = Path(__file__).with_name("recorded")


@cache
def _recorded(name: str) -> dict[str, Any]:
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def recorded() -> dict[str, Any]:
    """Return what tests/support/record_version.py recorded of the version before."""
    return copy.deepcopy(_recorded("previous_version.json"))


def reads_before() -> dict[str, Any]:
    """Return the JSON Schemas in which the version before reads items, by kind."""
    return copy.deepcopy(_recorded("previous_forms.json")["reads"])


@cache
def _recorded_now(*options: str) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "this_version.json"
        command = [sys.executable, str(ROOT / "tests/support/record_version.py"), "this", str(out), *options]
        paths = {"PYTHONPATH": os.pathsep.join([".", "layers/core/python", "cli"]), "PYTHONSAFEPATH": "1"}
        subprocess.run(command, cwd=ROOT, env={**os.environ, **paths}, check=True)
        return json.loads(out.read_text(encoding="utf-8"))


def recorded_now() -> dict[str, Any]:
    """Return what the recorder makes of this version, as the next release will do by the command of docs/upgrading.md."""
    return copy.deepcopy(_recorded_now())


def reads_now() -> dict[str, Any]:
    """Return the JSON Schemas in which this version reads items, as the recorder writes them."""
    return copy.deepcopy(_recorded_now("--reads")["reads"])


def journeys_left(left: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the executions of a recording by their customer, with their journey and its touch."""
    found = {}
    for one in left["executions"]:
        journey = journey_of(one["variables"])
        found[journey["customer_id"]] = {**one, "journey": journey["journey_id"], "touch": journey["touch"]}
    return found


def upgraded(left: Mapping[str, Any] | None = None) -> World:
    """Put this version's functions over a recording's tables, executions and queues: those of the version before.

    Use inside `mock_aws`.
    """
    left = left or recorded()
    world = World(datetime.fromisoformat(left["now"]))
    for table, items in left["tables"].items():
        for item in items:
            world.dynamodb.put_item(TableName=table, Item=item)
    definition = _with_functions(left["definition"])
    for one in left["executions"]:
        # A running execution keeps the definition it began with, and calls the functions that are there now.
        execution = Execution(definition, one["value"], lambda name, event: world.functions[name](event))
        execution.state, execution.variables = one["state"], one["variables"]
        world.executions[one.get("name") or one["journey"]] = execution
        world.at(datetime.fromisoformat(one["wakes_at"]), partial(world._advance, execution))
    for message in left["queued"]:
        queue = getattr(world, message["queue"])
        if queue.consumer is not None:
            world.at(datetime.fromisoformat(message["due"]), partial(queue.consumer, message["body"]))
    return world


def _with_functions(definition: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(definition)
    for placeholder, function in ARNS.items():
        text = text.replace(f"${{{placeholder}}}", function)
    return json.loads(text)
