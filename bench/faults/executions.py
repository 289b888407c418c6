"""Executions that are tried again as the definition's `Retry` says, which takes its time."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bench.faults.points import Killed
from tests.support.state_machine import Execution


class AgainLater(BaseException):
    """Raised inside an execution when a step waits for its next try."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__()
        self.delay = delay


class RetriedExecution(Execution):
    """One execution whose steps are tried again; the state keeps the time at which it was first entered."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.entered: datetime | None = None
        self.tries: Counter[int] = Counter()

    def advance(self, now: datetime) -> datetime | None:
        """Run states until one waits, for its own reasons or for its next try."""
        try:
            return super().advance(now)
        except AgainLater as again:
            return now + again.delay

    def _task(self, state: Mapping[str, Any], now: datetime) -> None:
        self.entered = self.entered or now
        invoke = self.invoke

        def tried(name: str, payload: dict[str, Any]) -> dict[str, Any]:
            try:
                return invoke(name, payload)
            except (Exception, Killed) as error:
                self._wait_for_next_try(state)
                raise RuntimeError(f"{type(error).__name__}: {error}") from error

        self.invoke = tried
        try:
            super()._task(state, self.entered)
        finally:
            self.invoke = invoke
        self.entered = None
        self.tries.clear()

    def _wait_for_next_try(self, state: Mapping[str, Any]) -> None:
        """Raise AgainLater while the rule for failed tasks has tries left."""
        for number, rule in enumerate(state["Retry"]):
            if "States.TaskFailed" in rule["ErrorEquals"] and self.tries[number] < rule["MaxAttempts"]:
                seconds = rule["IntervalSeconds"] * rule["BackoffRate"] ** self.tries[number]
                self.tries[number] += 1
                raise AgainLater(timedelta(seconds=min(seconds, rule.get("MaxDelaySeconds", seconds))))
