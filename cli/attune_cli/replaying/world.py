"""One version of a playbook over a recording, in virtual time."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, override

from attune.domain.playbooks import Playbook
from attune_cli.errors import CommandError
from attune_cli.replaying.customers import CustomersInMemory
from attune_cli.replaying.log import Log
from attune_cli.replaying.recordings import Event
from attune_cli.replaying.stage import Rules, Stage
from attune_cli.simulating.agenda import Agenda
from attune_cli.simulating.journeys import Journeys, Run
from attune_cli.simulating.stage import VirtualTime

BATCH = 10
"""As many events as one invocation of `ingest_events` gets at most."""
SAME_BATCH = timedelta(seconds=1)
EVERY_HOUR = timedelta(hours=1)
AFTERWARDS = timedelta(days=3)
"""After the last journey must have ended: what was held meanwhile, and cases that are due."""


@dataclass(frozen=True)
class Played:
    """What came of one version: who is known, what was decided, and what became of the events."""

    customers: CustomersInMemory
    log: Log
    playbooks: Mapping[str, Playbook]
    tally: Mapping[str, int]
    quarantined: Mapping[str, str]
    """By place, why an event was not understood."""
    failed_steps: Mapping[str, int]
    unknown_silences: int
    """Silences that began in the recording and would have ended after it: nobody knows whether they were any."""


class World:
    """Lets events arrive as they were recorded, and time pass."""

    def __init__(
        self,
        rules: Rules,
        playbooks: Mapping[str, Playbook],
        events: Sequence[Event],
        *,
        seed: int,
        before: Playbook | None = None,
    ) -> None:
        """Put all events on the agenda; `before` is what those get who are not yet in a roll-out."""
        self._events, self._playbooks = events, playbooks
        self._time = VirtualTime(events[0].arrives_at)
        self._agenda = Agenda(self._time)
        self._tally: Counter[str] = Counter()
        self._quarantined: dict[str, str] = {}
        self._journeys = _Journeys(self._time, self._agenda)
        self._stage = Stage(
            rules,
            playbooks,
            time=self._time,
            agenda=self._agenda,
            before=before,
            seed=seed,
            recorded_until=events[-1].arrives_at,
            start=self._journeys.start,
            on_case=self._support_hears,
            on_rejected=self._reject,
        )
        self._journeys.listen(self._stage, lambda _: None)
        self._batch: Sequence[Event] = ()
        self._agenda.at(self._time.now + EVERY_HOUR, self._find_dues)
        for batch in batches(events):
            self._agenda.at(batch[-1].arrives_at, self._arrive, batch)

    def run(self) -> Played:
        """Let everything arrive, and time pass until every journey has ended."""
        ends = self._events[-1].arrives_at
        longest = max((playbook.expires_after for playbook in self._playbooks.values()), default=timedelta())
        with _quiet():
            self._agenda.run(ends + longest + AFTERWARDS)
        return Played(
            self._stage.customers,
            self._stage.log,
            self._playbooks,
            self._tally,
            self._quarantined,
            self._journeys.failed,
            len(self._stage.watches.unknown),
        )

    def _arrive(self, batch: Sequence[Event]) -> None:
        self._batch = batch
        records = [{"messageId": str(number), "body": event.body} for number, event in enumerate(batch)]
        _, tally = self._stage.ingest.batch(records)
        self._tally.update(tally)

    def _find_dues(self) -> None:
        """Look at what is due every hour, as `find_moments` does, until the recording ends."""
        self._stage.finder.find_in(0, self._time.now)
        if self._time.now < self._events[-1].arrives_at:
            self._agenda.at(self._time.now + EVERY_HOUR, self._find_dues)

    def _reject(self, message: Mapping[str, Any]) -> None:
        place = next((event.place for event in self._batch if event.body == message["original"]), "")
        self._quarantined[place] = message["message"]

    def _support_hears(self, case: Mapping[str, Any]) -> None:
        """Let support answer in time: a case is resolved when it is due."""
        due = datetime.fromisoformat(case["due_by"])
        self._agenda.at(due, self._resolve, case["customer_id"], case["case_id"])

    def _resolve(self, customer_id: str, case_id: str) -> None:
        customer = self._stage.customers.load(customer_id)
        for case in customer.cases.values() if customer else ():
            if case.case_id == case_id and case.resolved_at is None:
                self._stage.customers.save(customer_id, replace(case, resolved_at=self._time.now))


class _Journeys(Journeys):
    """Runs journeys; a step that fails ends its journey as the state machine would end it, and is counted."""

    def __init__(self, time: VirtualTime, agenda: Agenda) -> None:
        super().__init__(time, agenda)
        self.failed: Counter[str] = Counter()

    @override
    def _asked(self, choice: str, function: Callable[[dict[str, Any]], dict[str, Any]], run: Run) -> dict[str, Any]:
        try:
            return super()._asked(choice, function, run)
        except CommandError:
            raise
        except Exception as error:  # noqa: BLE001 - as Lambda makes a task failure of whatever is raised
            self.failed[f"{type(error).__name__}: {error}"[:200]] += 1
            failed = {"Error": type(error).__name__, "Cause": str(error)}
            return self.stage.review_journey({**run.payload(self._time.now), "failed": failed})


def batches(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """Yield what would reach `ingest_events` together: events of the same second, ten at most."""
    start = 0
    for number, event in enumerate(events):
        first = events[start]
        if number - start == BATCH or event.arrives_at - first.arrives_at >= SAME_BATCH:
            yield events[start:number]
            start = number
    yield events[start:]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what functions log for operators off the terminal; it is all in the result."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
