"""What is counted of one policy's run: by customer, so that intervals can be over people, and by hour and day."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

MEASURES = ("orders", "helpful", "messages", "unsubscribed", "complained", "unhelpful", "cases")
HARMS = ("unsubscribed", "complained", "unhelpful")


@dataclass
class Tally:
    """Counts of every measure by customer number, and the curves that are drawn from them."""

    customers: int
    start: datetime
    by_customer: dict[str, list[int]] = field(init=False)
    by_day: dict[str, Counter[int]] = field(init=False)
    by_local_hour: Counter[int] = field(default_factory=Counter)
    by_channel: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self.by_customer = {measure: [0] * self.customers for measure in MEASURES}
        self.by_day = {measure: Counter() for measure in MEASURES}

    def add(self, measure: str, customer: int, at: datetime) -> None:
        """Count one."""
        self.by_customer[measure][customer] += 1
        self.by_day[measure][self.day(at)] += 1

    def sent(self, customer: int, at: datetime, *, zone: ZoneInfo, channel: str) -> None:
        """Count a message."""
        self.add("messages", customer, at)
        self.by_local_hour[at.astimezone(zone).hour] += 1
        self.by_channel[channel] += 1

    def day(self, at: datetime) -> int:
        """Return which day of the simulation an instant is in."""
        return (at - self.start).days

    def total(self, measure: str) -> int:
        """Return a measure over everybody."""
        return sum(self.by_customer[measure])
