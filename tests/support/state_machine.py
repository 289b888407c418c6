"""Walks the journey's real definition (JSONata) step by step in virtual time."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jsonata import Jsonata

DEFINITION = Path(__file__).resolve().parents[2] / "infra" / "journey.asl.json"

type Invoke = Callable[[str, dict[str, Any]], dict[str, Any]]


class ExecutionFailedError(Exception):
    """Raised when an execution reaches a Fail state."""


class Execution:
    """One execution: runs until it has to wait, and is resumed when the wait is over."""

    def __init__(self, definition: Mapping[str, Any], payload: dict[str, Any], invoke: Invoke) -> None:
        self.definition = definition
        self.variables: dict[str, Any] = {}
        self.invoke = invoke
        self.state = definition["StartAt"]
        self.begun_with = payload
        self.value: Any = payload
        self.visited: list[str] = []
        self.done = False

    def advance(self, now: datetime) -> datetime | None:
        """Run states until one waits; return the instant it waits for, or None when the execution has ended."""
        while True:
            name, state = self.state, self.definition["States"][self.state]
            self.visited.append(name)
            match state["Type"]:
                case "Pass":
                    self._assign(state, self.value)
                    self.state = state["Next"]
                case "Task":
                    self._task(state, now)
                    if self.done:
                        return None
                case "Choice":
                    self._choice(state)
                case "Wait":
                    self.state = state["Next"]
                    return datetime.fromisoformat(self._evaluate(state["Timestamp"], self.value))
                case "Succeed":
                    self.done = True
                    return None
                case "Fail":
                    self.done = True
                    raise ExecutionFailedError(
                        json.dumps(self._evaluate({k: state[k] for k in ("Error", "Cause")}, None))
                    )

    def _task(self, state: Mapping[str, Any], now: datetime) -> None:
        try:
            arguments = self._evaluate(state["Arguments"], self.value, entered=now)
            result = {"Payload": self.invoke(arguments["FunctionName"], json.loads(json.dumps(arguments["Payload"])))}
            told = {name: self._known(name, template, result) for name, template in state.get("Assign", {}).items()}
        except Exception as error:  # noqa: BLE001 - like Lambda, whatever a function raises becomes a task failure
            catcher = state["Catch"][0]
            problem = {"Error": type(error).__name__, "Cause": str(error)}
            self._assign(catcher, self.value, errorOutput=problem)
            self.state = catcher["Next"]
            return
        self.variables |= told
        self.value = self._evaluate(state["Output"], self.value, result=result)
        self.done = state.get("End", False)
        self.state = state.get("Next", "")

    def _known(self, name: str, template: Any, result: Mapping[str, Any]) -> Any:
        """Evaluate what a task assigns; as in Step Functions, what is not there is an error that a task may catch."""
        found = self._evaluate(template, self.value, result=result)
        if found is None:
            message = f"nothing was there to assign to {name}"
            raise LookupError(message)
        return found

    def _choice(self, state: Mapping[str, Any]) -> None:
        for choice in state["Choices"]:
            if self._evaluate(choice["Condition"], self.value) is True:
                self._assign(choice, self.value)
                self.state = choice["Next"]
                return
        self._assign(state, self.value)
        self.state = state["Default"]

    def _assign(self, state: Mapping[str, Any], value: Any, **extra: Any) -> None:
        self.variables |= self._evaluate(state.get("Assign", {}), value, **extra)

    def _evaluate(self, template: Any, value: Any, *, entered: datetime | None = None, **extra: Any) -> Any:
        if isinstance(template, dict):
            return {k: self._evaluate(v, value, entered=entered, **extra) for k, v in template.items()}
        if not isinstance(template, str) or not (match := re.fullmatch(r"\{%(.*)%\}", template, re.DOTALL)):
            return template
        context = {"State": {"EnteredTime": entered.isoformat() if entered else ""}}
        expression = Jsonata(match[1].strip())
        expression.assign("states", {"input": value, "context": context, **extra})
        for name, known in self.variables.items():
            expression.assign(name, known)
        return expression.evaluate(None)


def load_definition(functions: Mapping[str, str]) -> dict[str, Any]:
    """Read the definition with each `${...Arn}` replaced by a function's name."""
    text = DEFINITION.read_text(encoding="utf-8")
    for placeholder, function in functions.items():
        text = text.replace(f"${{{placeholder}}}", function)
    return json.loads(text)
