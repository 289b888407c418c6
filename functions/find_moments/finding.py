"""Find what is due: have moments watched, suggestions made, dead journeys and merges ended, and take away what was dealt with."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.adapters.due_index import DueIndex
from attune.adapters.logs import Logger
from attune.adapters.merges import Merges
from attune.adapters.queues import Outbox, Watch
from attune.domain import dues, personal_moments
from attune.domain.customers import Due
from attune.domain.errors import AttuneError, ConflictError
from functions.find_moments.suggesting import Suggester
from functions.find_moments.sweeping import sweep

READERS = 8
"""How many partitions of the index are read at once; a client has ten connections."""

logger = Logger()


class UnfinishedRunError(AttuneError):
    """Raised when some of what is due could not be dealt with; it is still there when the run comes again."""


@dataclass(frozen=True)
class MomentFinder:
    """Looks at dues. What becomes of a moment is decided by whoever answers the watch queue, as for any other."""

    customers: CustomersTable
    index: DueIndex
    watch_queue: Outbox
    suggester: Suggester
    clock: Clock

    def run(self, _body: str) -> None:
        """Look at everything that is due now, whenever it was asked for."""
        done = self.find(self.clock.now())
        logger.info("dues_found", extra=dict(done))
        if done["failed"]:
            raise UnfinishedRunError(f"{done['failed']} dues could not be dealt with; see the log")

    def find(self, now: datetime) -> Counter[str]:
        """Look at everything that is due by now; count what was watched, suggested and failed."""
        with ThreadPoolExecutor(READERS) as readers:
            parts = readers.map(lambda partition: self.find_in(partition, now), range(dues.PARTITIONS))
            return sum(parts, Counter())

    def find_in(self, partition: int, now: datetime) -> Counter[str]:
        """Look at what is due in one partition of the index."""
        done: Counter[str] = Counter()
        for customer_id, due in self.index.until(partition, now):
            try:
                done[self._deal_with(customer_id, due, now)] += 1
            except Exception:  # one that fails must not keep the others waiting
                logger.exception("due_failed", playbook=due.playbook)
                done["failed"] += 1
        return done

    def _deal_with(self, customer_id: str, due: Due, now: datetime) -> str:
        """Hand it on, and only then take it away: a crash between both hands it on twice, and it is decided once."""
        decisions, done = self.suggester.decisions, "watched"
        match due.playbook:
            case dues.JOURNEY:
                return sweep(self.customers, decisions, customer_id, due.key, now)
            case dues.MERGED:
                Merges(self.customers, decisions).finish(customer_id)
                done = "merged"
            case personal_moments.PERSONAL:
                self.suggester.suggest(customer_id, due, now)
                done = "suggested"
            case _:
                self.watch_queue.send(
                    Watch(
                        customer_id=customer_id,
                        session_id=due.session_id,
                        playbook=due.playbook,
                        key=due.key,
                        due_at=due.due_at,
                    )
                )
        try:
            self.customers.delete(customer_id, due)
        except ConflictError:
            return "put_off"  # it was put off, or dealt with, at this very moment
        return done
