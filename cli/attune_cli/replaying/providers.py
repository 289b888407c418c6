"""What stands in for AWS in a replay: queues that are calls, and providers that take every message and deliver none."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from pydantic import BaseModel

from attune.adapters.complaint_rate import MailFates
from attune.adapters.queues import Watch
from attune.domain.complaint_brake import Brake, MailDay, rate_of, window_days
from attune_cli.simulating.agenda import Agenda
from attune_cli.simulating.stage import VirtualTime


@dataclass(frozen=True)
class Queue:
    """A queue whose messages arrive when their delay is over."""

    time: VirtualTime
    agenda: Agenda
    answer: Callable[[str], object]

    def send(self, message: BaseModel, *, delay_seconds: int = 0) -> None:
        """Put a message on the agenda."""
        self.agenda.at(self.time.now + timedelta(seconds=delay_seconds), self._deliver, message.model_dump_json())

    def _deliver(self, body: str) -> None:
        self.answer(body)


@dataclass
class Watches:
    """The watch queue; of a silence that outlasts the recording nobody knows whether it was one, so it is only counted."""

    queue: Queue
    recorded_until: datetime
    unknown: set[tuple[str, str, str]] = field(default_factory=set)
    """Customer, playbook and undertaking of those."""

    def send(self, watch: Watch, *, delay_seconds: int = 0) -> None:
        """Look at a session when it should have gone quiet, not every 15 minutes until then, as SQS would have it."""
        if watch.due_at > self.recorded_until:
            self.unknown.add((watch.customer_id, watch.playbook, watch.key))
            return
        until_then = ceil((watch.due_at - self.queue.time.now).total_seconds())
        self.queue.send(watch, delay_seconds=max(delay_seconds, until_then))


@dataclass(frozen=True)
class Desk:
    """Support's queues: hears of every case."""

    hear: Callable[[Mapping[str, Any]], None]

    def send(self, message: Mapping[str, Any], *, delay_seconds: int = 0) -> None:  # noqa: ARG002 - as a queue is called
        """Take a case."""
        self.hear(message)


class NoProvider:
    """Takes every email and SMS, and sends none."""

    def send(self, *_what: object, **_how: object) -> str:
        """Say that it was taken."""
        return "replayed"

    def take(self) -> None:
        """Say that there is room in the account's quota."""


@dataclass
class Complaints:
    """Delivered and complained-about emails of the recording, for the complaint-rate brake."""

    delivered: dict[date, int] = field(default_factory=dict)
    complained: dict[date, set[str]] = field(default_factory=dict)

    def add(self, fates: MailFates, *, today: date) -> None:  # noqa: ARG002 - as the table is asked
        """Add what a batch of events says."""
        for day, number in fates.delivered.items():
            self.delivered[day] = self.delivered.get(day, 0) + number
        for day, told in fates.complaints.items():
            self.complained.setdefault(day, set()).update(told)

    def brake(self, now: datetime) -> Brake:
        """Return what complaints do to email now."""
        today = now.date()
        days = [
            MailDay(day, self.delivered.get(day, 0), len(self.complained.get(day, ()))) for day in window_days(today)
        ]
        return rate_of(days, today).brake
