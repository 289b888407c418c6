"""A contact's place in its customer's ledger, once it is reserved: ended or given back, whatever others write meanwhile."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from attune.adapters.customers_table import CustomersTable
from attune.adapters.logs import Logger
from attune.domain.contacts import Ledger
from attune.domain.errors import ConflictError

SETTLE_TRIES = 60
"""So many writers at once would have to be faster, each time, for a contact to stay unsettled."""
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.4
"""In seconds, between two tries to write a ledger that others write too: drawn from nothing up to this, doubling."""

logger = Logger()


@dataclass(frozen=True)
class Place:
    """The place of one contact; `sleep` waits for so many seconds."""

    customers: CustomersTable
    customer_id: str
    contact_id: str
    sleep: Callable[[float], None]

    def settle(self, ledger: Ledger, end: Callable[[Ledger], Ledger]) -> Ledger:
        """Write the end of a reservation, over whatever else has happened to the ledger meanwhile; return what stands."""
        for attempt in range(SETTLE_TRIES):
            try:
                return self.customers.save(self.customer_id, end(ledger))
            except ConflictError:
                pause(self.sleep, attempt)
                ledger = self.customers.load_ledger(self.customer_id)
                if not ledger.version:
                    return ledger  # the customer was forgotten, and with them what there was to settle
        # The reservation stays and counts as a contact; the next look at it finds it uncertain.
        logger.error("contact_not_settled", contact_id=self.contact_id)
        return ledger

    def take_back(self, reserved: Ledger) -> None:
        """Give the place back; of somebody who was forgotten meanwhile, not even the empty ledger may stay."""
        settled = self.settle(reserved, lambda current: current.release(self.contact_id))
        if settled.version and self.customers.load_unmerged(self.customer_id) is None:
            with suppress(ConflictError):  # another message is under way as well, and is taken back in the same way
                self.customers.delete(self.customer_id, settled)


def pause(sleep: Callable[[float], None], attempt: int) -> None:
    """Let others write first, each for a time of its own."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempt, 10)))
    sleep(random.uniform(0, longest))  # noqa: S311 - nothing secret hangs on it
