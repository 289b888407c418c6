"""Put events on a bus so many times a second, whatever each takes."""

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

THREADS = 16


def publish(events: Any, bus: str, calls: Sequence[Callable[[], dict[str, Any]]], *, rate: float) -> list[float]:
    """Publish calls at a rate a second, an event a request; return when each was due, as seconds since the epoch.

    Each call is made when it is due. Raises RuntimeError where the bus did not take one.
    """
    began = time.time() + 0.2
    due = [began + number / rate for number in range(len(calls))]

    def put(number: int) -> int:
        time.sleep(max(0.0, due[number] - time.time()))
        call = calls[number]()
        entry = {"EventBusName": bus, "Source": "app.bench", "DetailType": call["type"], "Detail": json.dumps(call)}
        return int(events.put_events(Entries=[entry])["FailedEntryCount"])

    with ThreadPoolExecutor(THREADS) as pool:
        refused = sum(pool.map(put, range(len(calls))))
    if refused:
        message = f"the bus did not take {refused} of {len(calls)} events"
        raise RuntimeError(message)
    return due
