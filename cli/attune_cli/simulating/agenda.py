"""What happens when, in virtual time: things are put on the agenda and done in order."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from attune_cli.simulating.stage import VirtualTime


class Agenda:
    """A list of things to do; those of the same instant are done in the order they were put there."""

    def __init__(self, time: VirtualTime) -> None:
        """Begin with nothing to do."""
        self._time = time
        self._things: list[tuple[datetime, int, Callable[..., None], tuple[object, ...]]] = []
        self._numbers = count()

    def at(self, when: datetime, do: Callable[..., None], *what: object) -> None:
        """Let something be done at an instant, at the earliest now."""
        heapq.heappush(self._things, (max(when, self._time.now), next(self._numbers), do, what))

    def run(self, until: datetime) -> None:
        """Do everything that is due before an instant."""
        while self._things and self._things[0][0] < until:
            when, _, do, what = heapq.heappop(self._things)
            self._time.now = when
            do(*what)
        self._time.now = until
