"""Publish events on Attune's bus with boto3: python publish_event.py BUS_NAME FILE.ndjson."""

import json
import sys
import time
from collections.abc import Iterable
from itertools import batched
from pathlib import Path
from typing import Any

import boto3

SOURCE = "app.shop"  # who is speaking; "attune" alone is Attune's own and is not listened to
ENTRIES_A_REQUEST = 10  # and less than 1 MB: send ids instead of contents, and you never get near it
TRIES = 5


def publish(events: Any, bus: str, calls: Iterable[dict[str, Any]]) -> int:
    """Publish calls of the Segment spec; return how many. Raise RuntimeError if the bus keeps refusing some.

    A call that is offered again keeps its messageId: Attune counts it once, however often it arrives.
    """
    published = 0
    for batch in batched((entry(bus, call) for call in calls), ENTRIES_A_REQUEST, strict=False):
        put(events, batch)
        published += len(batch)
    return published


def put(events: Any, entries: tuple[dict[str, str], ...]) -> None:
    """Offer one request's entries until every one was taken, with growing pauses in between."""
    for attempt in range(TRIES):
        answer = events.put_events(Entries=list(entries))
        if answer["FailedEntryCount"] == 0:
            return
        # PutEvents does not raise for single entries: the answer says, in order, which of them failed and why.
        failed = [(sent, told) for sent, told in zip(entries, answer["Entries"], strict=True) if "ErrorCode" in told]
        entries = tuple(sent for sent, _ in failed)
        time.sleep(0.2 * 2**attempt)
    raise RuntimeError(f"{len(failed)} events were refused {TRIES} times: {failed[0][1]['ErrorCode']}")


def entry(bus: str, call: dict[str, Any]) -> dict[str, str]:
    """Wrap one call for PutEvents."""
    return {"EventBusName": bus, "Source": SOURCE, "DetailType": call["type"], "Detail": json.dumps(call)}


def main() -> None:
    """Publish every line of a file."""
    bus, file = sys.argv[1:]
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    calls = [json.loads(line) for line in lines if line.strip()]
    print(f"{publish(boto3.client('events'), bus, calls)} events published on {bus}")


if __name__ == "__main__":
    main()
