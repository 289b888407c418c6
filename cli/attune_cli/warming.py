"""Start the functions of a local AWS before a story begins, so that it does not wait for them."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

NOBODY = {
    "journey_id": "rehearsal",
    "customer_id": "rehearsal",
    "playbook": "rehearsal",
    "playbook_version": "0",
    "key": "rehearsal",
    "touch": 1,
    "entered_at": "2026-01-01T00:00:00Z",
    "plan": {"channel": "email"},
}
"""What a step of a journey is asked, about nobody; what takes the batches of a queue is asked about no message."""
STEPS = frozenset({"PlanTouch", "SendMessage", "ReviewJourney"})


def warm_up(client: Any, copies: Mapping[str, int]) -> None:
    """Start so many processes of each function, by a part of its name, and wait; they find nobody and do nothing."""
    pages = client.get_paginator("list_functions").paginate()
    names = [function["FunctionName"] for page in pages for function in page["Functions"]]

    def rehearse(name: str, kind: str) -> None:
        payload: Mapping[str, Any] = NOBODY if kind in STEPS else {"Records": []}
        client.invoke(FunctionName=name, Payload=json.dumps(payload).encode())

    # All copies at once: only a copy that is busy makes the next invocation start another.
    with ThreadPoolExecutor(max_workers=sum(copies.values())) as pool:
        for kind, wanted in copies.items():
            for name in (name for name in names if kind in name):
                for _ in range(wanted):
                    pool.submit(rehearse, name, kind)
