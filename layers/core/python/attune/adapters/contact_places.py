"""A contact's place in its customer's ledger, once it is reserved: ended or given back, whatever others write meanwhile."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

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
    sleep: Callable[[float], None] = time.sleep

    def settle(self, ledger: Ledger, end: Callable[[Ledger], Ledger]) -> Ledger:
        """Write the end of a reservation, over whatever else has happened to the ledger meanwhile; return what stands."""
        for attempt in range(SETTLE_TRIES):
            try:
                ledger = self.customers.save(self.customer_id, end(ledger))
            except ConflictError:
                pause(self.sleep, attempt)
                ledger = self.customers.load_ledger(self.customer_id)
                if not ledger.version:
                    return ledger  # they are being forgotten, and with them what there was to settle
            else:
                return self._settle_the_copy(ledger, end) if attempt else ledger
        # The reservation stays and counts as a contact; the next look at it finds it uncertain.
        logger.error("contact_not_settled", contact_id=self.contact_id)
        return ledger

    def take_back(self, reserved: Ledger) -> None:
        """Give the place back; of somebody who is being forgotten, not even the empty ledger may stay."""
        settled = self.settle(reserved, lambda current: current.release(self.contact_id))
        if not settled.version or settled.contacts:
            return
        if reserved.version == 1 or self.customers.load_profile(self.customer_id) is None:
            with suppress(ConflictError):  # another message is under way as well, and is taken back in the same way
                self.customers.delete(self.customer_id, settled)

    def _settle_the_copy(self, settled: Ledger, end: Callable[[Ledger], Ledger]) -> Ledger:
        """Settle what a merge took along, if one came in between; what it has yet to take is settled already."""
        profile = self.customers.load_profile(self.customer_id)
        if profile is None or not profile.merged_into:
            return settled
        copy = self.customers.load_ledger(profile.merged_into)
        if copy.find(self.contact_id) is None:
            return settled
        return replace(self, customer_id=profile.merged_into).settle(copy, end)


def pause(sleep: Callable[[float], None], attempt: int) -> None:
    """Let others write first, each for a time of its own."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempt, 10)))
    sleep(random.uniform(0, longest))  # noqa: S311 - nothing secret hangs on it
