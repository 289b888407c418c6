"""Several processes over one customers table, of which one moves at a time: who moves next is drawn, step by step."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from attune.adapters.customers_table import CustomersTable
from attune.domain.errors import ConflictError
from tests.support.crashing import KilledError

STEPS = 5_000


@dataclass
class Actor:
    """One process: it stops before everything that others could see or change, and may die there."""

    name: str
    act: Callable[[], Any]
    dies_at: int = 0
    """At which of its stops it dies; 0: at none."""
    outcome: Any = None
    is_done: bool = False
    stops: int = 0
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    stopped: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def run(self) -> None:
        """Act, once told to go; what goes wrong is the outcome."""
        self.go.acquire()
        try:
            self.outcome = self.act()
        except (KilledError, ConflictError) as error:
            self.outcome = error
        except BaseException as error:  # noqa: BLE001 - told by whoever looks at the outcome
            self.outcome = AssertionError(f"{self.name} broke: {error!r}")
        self.is_done = True
        self.stopped.release()

    def stop(self) -> None:
        """Let others go on, until it is this one's turn again."""
        self.stops += 1
        self.stopped.release()
        self.go.acquire()
        if self.stops == self.dies_at:
            raise KilledError


class Interleaving:
    """Lets actors go on one after the other; the same seed is the same order."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed)
        self._local = threading.local()
        self.told: list[tuple[str, str]] = []
        """Who did what, in order."""

    def point(self, what: str) -> None:
        """Be at a point at which others may come first; nothing where no actor is at work."""
        actor = getattr(self._local, "actor", None)
        if actor is not None:
            actor.stop()
            self.told.append((actor.name, what))

    def run(self, actors: list[Actor]) -> None:
        """Run all to their ends."""
        changes = self._draw.choice((0.05, 0.3, 0.9))
        threads = [threading.Thread(target=self._as_actor, args=(actor,), daemon=True) for actor in actors]
        for thread in threads:
            thread.start()
        going = list(actors)
        current = self._draw.choice(going)
        for _ in range(STEPS):
            if current.is_done:
                going.remove(current)
            if not going:
                break
            if current.is_done or self._draw.random() < changes:
                current = self._draw.choice(going)
            current.go.release()
            current.stopped.acquire()
        assert not going, f"still at work after {STEPS} steps: {[actor.name for actor in going]}"
        for thread in threads:
            thread.join()
        for actor in actors:
            if isinstance(actor.outcome, AssertionError):
                raise actor.outcome

    def _as_actor(self, actor: Actor) -> None:
        self._local.actor = actor
        actor.run()


@dataclass
class Stepwise:
    """A customers table each of whose requests is a point; loading goes the way of the real table, request by request."""

    table: Any
    here: Interleaving
    saved: Callable[[str, Any], None] = lambda *_: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)

    def load_unmerged(self, customer_id: str) -> Any:
        self.here.point("reads")
        return self.table.load_unmerged(customer_id)

    def sessions_at_a_glance(self, wanted: Iterable[tuple[str, str]]) -> Any:
        self.here.point("glances at sessions")
        return self.table.sessions_at_a_glance(wanted)

    def load_ledger(self, customer_id: str) -> Any:
        self.here.point("reads the Ledger")
        return self.table.load_ledger(customer_id)

    def load_profile(self, customer_id: str) -> Any:
        self.here.point("reads the Profile")
        return self.table.load_profile(customer_id)

    def load(self, customer_id: str) -> Any:
        return CustomersTable.load(self, customer_id)  # type: ignore[arg-type]

    def save(self, customer_id: str, item: Any) -> Any:
        self.here.point(f"writes {type(item).__name__}")
        written = self.table.save(customer_id, item)
        self.saved(customer_id, item)
        return written

    def delete(self, customer_id: str, item: Any) -> None:
        self.here.point(f"deletes {type(item).__name__}")
        self.table.delete(customer_id, item)
