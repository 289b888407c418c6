"""What makes a replay quick: answers of pure functions that are asked again soon, or by the second version."""

from datetime import datetime
from typing import override

from attune.adapters.senders import read_event
from attune.domain.errors import RejectedEventError
from attune.domain.friction import FrictionScore
from attune.domain.mismatch.scoring import Mismatch
from attune.domain.sessions import SessionState
from attune.domain.signals import Fact
from attune.domain.visits import Visit
from attune_cli.simulating.remembering import RememberingScorer

SCORES, EVENTS = 5_000, 100_000
"""How many are remembered at most, so that a long recording fits into memory."""


class ForgetfulScorer(RememberingScorer):
    """Scores like its parent; begins anew when it remembers too much."""

    @override
    def score(self, state: SessionState, visit: Visit | None = None, mismatch: Mismatch | None = None) -> FrictionScore:
        if len(self._scored) >= SCORES:
            self._scored.clear()
        return super().score(state, visit, mismatch)


class Reader:
    """Reads events as `ingest_events` does; what one version has read, the other finds."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._read: dict[tuple[str, datetime], tuple[Fact, ...] | RejectedEventError] = {}

    def read(self, body: str, now: datetime) -> tuple[Fact, ...]:
        """Return the facts of an event; raise RejectedEventError for what cannot be read."""
        key = body, now
        if key not in self._read:
            try:
                found: tuple[Fact, ...] | RejectedEventError = read_event(body, now)
            except RejectedEventError as error:
                found = error
            if len(self._read) >= EVENTS:
                return _facts(found)
            self._read[key] = found
        return _facts(self._read[key])


def _facts(found: tuple[Fact, ...] | RejectedEventError) -> tuple[Fact, ...]:
    if isinstance(found, RejectedEventError):
        raise found
    return found
