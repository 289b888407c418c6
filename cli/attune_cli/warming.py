"""Start the functions of a local AWS before a story begins, and see that they answer and that journeys run."""

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from attune_cli.errors import CommandError
from attune_cli.local_aws import HOME

REHEARSAL = "rehearsal"
"""What the journey of nobody is called."""
NOBODY = {
    "journey_id": REHEARSAL,
    "customer_id": REHEARSAL,
    "playbook": REHEARSAL,
    "playbook_version": "0",
    "key": REHEARSAL,
    "touch": 1,
}
"""A journey of nobody, as an execution is started with it."""
STEP = {**NOBODY, "entered_at": "2026-01-01T00:00:00Z", "plan": {"channel": "email"}}
"""What a step of a journey is asked, about nobody; what takes the batches of a queue is asked about no message."""
STEPS = frozenset({"PlanTouch", "SendMessage", "ReviewJourney"})
TRIES = 3
REHEARSAL_SECONDS = 60.0
LOOK_SECONDS = 0.2
LOOK_INTO_THE_LOG = f"a look into {HOME / 'log' / 'ministack.log'}"
"""What to do about what does not run: the local AWS writes down what its functions say."""


class RehearsalError(CommandError):
    """Raised when what was deployed does not run, before anything is asked of it."""


def warm_up(client: Any, copies: Mapping[str, int]) -> None:
    """Start so many processes of each function, by a part of its name, and wait; they find nobody and do nothing.

    Raise RehearsalError for a function that fails each time it is asked.
    """
    pages = client.get_paginator("list_functions").paginate()
    names = [function["FunctionName"] for page in pages for function in page["Functions"]]

    def rehearse(name: str, kind: str) -> None:
        payload: Mapping[str, Any] = STEP if kind in STEPS else {"Records": []}
        for _ in range(TRIES):
            answer = client.invoke(FunctionName=name, Payload=json.dumps(payload).encode())
            if "FunctionError" not in answer:
                return
        said = answer["Payload"].read().decode()
        raise RehearsalError(f"{kind} fails each time it is asked, last with {said}", LOOK_INTO_THE_LOG)

    # All copies at once: only a copy that is busy makes the next invocation start another.
    with ThreadPoolExecutor(max_workers=sum(copies.values())) as pool:
        asked = [
            pool.submit(rehearse, name, kind)
            for kind, wanted in copies.items()
            for name in names
            if kind in name
            for _ in range(wanted)
        ]
    for one in asked:
        one.result()


def rehearse_journey(client: Any, journey_arn: str, *, seconds: float = REHEARSAL_SECONDS) -> None:
    """Run a journey of nobody through the state machine; raise RehearsalError where it does not end well in time."""
    started = client.start_execution(stateMachineArn=journey_arn, name=REHEARSAL, input=json.dumps(NOBODY))
    arn = started["executionArn"]
    latest = time.monotonic() + seconds
    while (execution := client.describe_execution(executionArn=arn))["status"] == "RUNNING":
        if time.monotonic() > latest:
            break
        time.sleep(LOOK_SECONDS)
    if execution["status"] != "SUCCEEDED":
        why = why_stuck(client, execution) or f"still under way after {seconds:.0f} s"
        raise RehearsalError(f"a journey of nobody does not run: {why}", LOOK_INTO_THE_LOG)


def why_stuck(client: Any, execution: Mapping[str, Any]) -> str:
    """Return what keeps an execution from going on: the error it ended with, or that of the step it tries again; else ''."""
    arn = execution["executionArn"]
    if execution["status"] == "SUCCEEDED":
        return ""
    if execution["status"] != "RUNNING":
        ended = client.describe_execution(executionArn=arn)
        return f"{ended['status'].lower()}: {ended.get('error', '')} {ended.get('cause', '')}".strip()
    (latest,) = client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=1)["events"]
    failed = latest.get("taskFailedEventDetails")
    return f"tries again after {failed.get('error', '')} {failed.get('cause', '')}".strip() if failed else ""
