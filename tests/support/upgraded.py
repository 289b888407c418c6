"""A stage that the version before left in the middle of its work, with this version's functions put over it."""

import copy
import json
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from tests.support.state_machine import Execution
from tests.support.world import ARNS, World

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


def upgraded() -> World:
    """Put this version's functions over the tables, executions and queues of the version before. Use inside `mock_aws`."""
    left = recorded()
    world = World(datetime.fromisoformat(left["now"]))
    for table, items in left["tables"].items():
        for item in items:
            world.dynamodb.put_item(TableName=table, Item=item)
    definition = _with_functions(left["definition"])
    for one in left["executions"]:
        # A running execution keeps the definition it began with, and calls the functions that are there now.
        execution = Execution(definition, one["value"], lambda name, event: world.functions[name](event))
        execution.state, execution.variables = one["state"], one["variables"]
        world.executions[one["journey"]] = execution
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
