"""Ask a page so many times a second, whatever it takes to answer, and keep how long each answer took."""

import http.client
import math
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import SplitResult

from bench.pages.asking import Asking

THREADS = 32
TIMEOUT = 30


@dataclass(frozen=True)
class Measured:
    """What came of a load: seconds by request from when it was due, and how many answers were not as they should be."""

    seconds: tuple[float, ...]
    wrong: int

    def percentile(self, share: float) -> float:
        """Return in how many seconds a share of the answers had come."""
        ranked = sorted(self.seconds)
        return ranked[max(0, math.ceil(share * len(ranked)) - 1)]

    @property
    def median(self) -> float:
        """Return in how many seconds half of the answers had come."""
        return statistics.median(self.seconds)


def load(endpoint: SplitResult, asked: Sequence[Asking], *, rate: float, sleep: Callable[[float], None]) -> Measured:
    """Ask at a rate a second; time counts from when a request was due, so that a queue of ours is not forgiven."""
    connections = threading.local()
    began = time.perf_counter() + 0.1

    def ask(number: int) -> tuple[float, bool]:
        due = began + number / rate
        sleep(max(0.0, due - time.perf_counter()))
        good = _answered(connections, endpoint, asked[number])
        return time.perf_counter() - due, good

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(ask, range(len(asked))))
    return Measured(tuple(seconds for seconds, _ in done), sum(not good for _, good in done))


def _answered(connections: threading.local, endpoint: SplitResult, asking: Asking) -> bool:
    connection = getattr(connections, "open", None)
    if connection is None:
        connection = connections.open = http.client.HTTPConnection(endpoint.hostname or "", endpoint.port, TIMEOUT)
    try:
        connection.request(asking.method, asking.path, asking.body or None, headers=dict(asking.headers))
        answer = connection.getresponse()
        return asking.holds in answer.read().decode() and answer.status == http.client.OK
    except (OSError, http.client.HTTPException):
        connections.open = None
        return False
