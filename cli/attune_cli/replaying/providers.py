"""What stands in for AWS in a replay: queues that are calls, and providers that take every message and deliver none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from pydantic import BaseModel

from attune.adapters.complaint_rate import MailFates
from attune.adapters.playbook_archive import PlaybookArchive
from attune.adapters.queues import Watch
from attune.domain.complaint_brake import Brake, MailDay, rate_of, window_days
from attune.domain.customers import Due
from attune.domain.playbooks import Playbook, version_order
from attune_cli.replaying.customers import CustomersInMemory
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
class Dues:
    """The index of what is due, in one partition."""

    customers: CustomersInMemory

    def until(self, partition: int, now: datetime) -> list[tuple[str, Due]]:
        """Return what is due by now."""
        return self.customers.dues_until(now) if partition == 0 else []


@dataclass(frozen=True)
class Versions:
    """Earlier versions of the playbooks; for the one that is replayed, the one it is held against comes first."""

    archive: PlaybookArchive
    before: Playbook | None

    def get(self, playbook: str, version: str) -> Playbook | None:
        """Return one version, or None."""
        if self.before is not None and (playbook, version) == (self.before.id, self.before.version):
            return self.before
        return self.archive.get(playbook, version)

    def older(self, playbook: str) -> Sequence[str]:
        """Return the versions that are at hand, the newest first."""
        own = {self.before.version} if self.before is not None and self.before.id == playbook else set()
        return sorted({*own, *self.archive.older(playbook)}, key=version_order, reverse=True)


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
