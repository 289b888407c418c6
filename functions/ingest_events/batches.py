"""What is known of a batch while it is taken in, and what became of its messages."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from attune.domain.customers import Customer
from attune.domain.signals import ContactFate, Fact, Fate


@dataclass
class Batch:
    """What is known of a batch while it is taken in."""

    read: defaultdict[tuple[str, str], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    waiting: defaultdict[str, list[tuple[str, Fact]]] = field(default_factory=lambda: defaultdict(list))
    customers: dict[str, Customer] = field(default_factory=dict)
    quarantined: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    news: set[str] = field(default_factory=set)
    late: int = 0
    delivered: list[datetime] = field(default_factory=list)
    complaints: dict[str, ContactFate] = field(default_factory=dict)

    def weigh(self, items: Sequence[tuple[str, Fact]], news: frozenset[str]) -> None:
        """Note emails of ours that arrived, each once, and those that were complained about."""
        fates = [(message_id, fact) for message_id, fact in items if isinstance(fact, ContactFate)]
        arrived = {fact.message_id: fact.time for _, fact in fates if fact.fate is Fate.DELIVERED}
        self.delivered += [time for told, time in arrived.items() if told in news]
        self.complaints |= {message_id: fact for message_id, fact in fates if fact.fate is Fate.COMPLAINED}

    def credit(self, items: Sequence[tuple[str, Fact]], news: frozenset[str]) -> None:
        """Note which messages brought news; of several that say the same, the first did."""
        brought_by: dict[str, str] = {}
        for message_id, fact in items:
            brought_by.setdefault(fact.message_id, message_id)
        self.news |= {message_id for told, message_id in brought_by.items() if told in news}

    def tally(self, message_ids: Iterable[str]) -> Counter[str]:
        """Count every message once, by what became of it; `late` counts facts too old to be told from duplicates."""
        counts: Counter[str] = Counter(late=self.late) if self.late else Counter()
        for message_id in message_ids:
            if message_id in self.failed:
                counts["failed"] += 1
            elif message_id in self.quarantined:
                counts["quarantined"] += 1
            elif message_id in self.news:
                counts["accepted"] += 1
            else:
                counts["duplicate"] += 1
        return counts
