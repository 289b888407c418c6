"""What EventBridge does with a rule, as far as ours use it: match a pattern, apply an input transformer."""

import json
import re
from collections.abc import Mapping
from typing import Any

PLACEHOLDER = re.compile(r"<([A-Za-z0-9_-]+)>")


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether an event fits a pattern of literals and `exists`."""
    return all(_fits(wanted, event.get(name), exists=name in event) for name, wanted in pattern.items())


def _fits(wanted: Any, value: Any, *, exists: bool) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and matches(wanted, value)
    for condition in wanted:
        if isinstance(condition, Mapping):
            [(operator, argument)] = condition.items()
            assert operator == "exists", f"this pattern needs {operator}, which nobody taught the test"
            if exists is argument:
                return True
        elif exists and type(condition) is type(value) and condition == value:
            return True
    return False


def transformed(transformer: Mapping[str, Any], event: Mapping[str, Any]) -> str:
    """Return what a target gets: a variable outside of quotes is written as JSON, one inside them as it is.

    EventBridge's page says nothing of escaping inside quotes, so the worst is assumed: none. What is not in the event
    leaves a hole.
    """
    values = {name: _at(path, event) for name, path in transformer["InputPathsMap"].items()}
    template, made, in_string, position = transformer["InputTemplate"], "", False, 0
    while position < len(template):
        found = PLACEHOLDER.match(template, position)
        if found:
            value = values.get(found[1])
            made += "" if value is None else str(value) if in_string else json.dumps(value)
            position = found.end()
            continue
        char = template[position]
        if char == '"' and template[position - 1] != "\\":
            in_string = not in_string
        made += char
        position += 1
    return made


def path_of(endpoint: str, parameters: list[str], event: Mapping[str, Any]) -> str:
    """Return an endpoint with its wildcards filled by what path parameters say of the event."""
    for path in parameters:
        endpoint = endpoint.replace("*", str(_at(path, event)), 1)
    return endpoint


def _at(path: str, event: Mapping[str, Any]) -> Any:
    value: Any = event
    for name in path.removeprefix("$.").split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
