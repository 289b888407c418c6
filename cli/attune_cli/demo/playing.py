"""Play the story on a fast clock: publish what people do when they do it, and answer messages as they come."""

import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from attune.domain.clock import format_instant
from attune_cli.demo.cast import BROKEN_EVENT
from attune_cli.demo.observing import Observer, Row
from attune_cli.demo.people import AGO, Call, Person, as_told
from attune_cli.errors import CommandError
from attune_cli.warming import rehearse_journey, warm_up

POLL_SECONDS = 0.4
WARM_COPIES = {
    "PlanTouch": 2,
    "SendMessage": 1,
    "ReviewJourney": 1,
    "Escalate": 1,
    "ScoreFriction": 1,
    "FindMoments": 1,
}
"""How many processes of each function are started before the story, so that it does not wait for them."""
ENTRIES_PER_REQUEST = 10
STORY_LASTS = timedelta(hours=156)
LOOKS_EVERY = timedelta(hours=12)
SECONDS_BETWEEN = timedelta(seconds=20)


def as_made(person: Person, calls: Iterable[Call], now: datetime, numbers: Iterator[int]) -> list[dict[str, Any]]:
    """Return calls as somebody makes them in one go: whose they are, and when each was made, however slow publishing is.

    Somebody acts every twenty seconds; what they did last, they did just now.
    """
    calls = list(calls)
    times = [now - SECONDS_BETWEEN * (len(calls) - position) for position in range(1, len(calls) + 1)]
    return [
        {
            **as_told(call, at),
            "userId": person.customer_id,
            "messageId": f"demo-{next(numbers)}",
            "timestamp": format_instant(at - call.get(AGO, timedelta(0))),
        }
        for call, at in zip(calls, times, strict=True)
    ]


def requests(calls: Iterable[Call]) -> Iterator[list[Call]]:
    """Group calls into requests of PutEvents; a visit is not cut in two, so that nobody looks at half of it in between."""
    request: list[Call] = []
    visits = itertools.groupby(calls, key=lambda call: (call.get("userId"), call.get("context", {}).get("sessionId")))
    for _, visit in visits:
        for part in itertools.batched(visit, ENTRIES_PER_REQUEST, strict=False):
            if len(request) + len(part) > ENTRIES_PER_REQUEST:
                yield request
                request = []
            request += part
    if request:
        yield request


@dataclass
class Play:
    """One performance: who acts when, who has been answered, and what has been told already."""

    observer: Observer
    tell: Callable[[datetime, Row, Person | None], None]
    published: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _told: set[str] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)
    _subjects: dict[str, Person] = field(default_factory=dict)
    _asked: datetime | None = None

    def rehearse(self) -> None:
        """Start the functions, so that the story does not wait for them, and see a journey of nobody run."""
        warm_up(self.observer.client("lambda"), WARM_COPIES)
        rehearse_journey(self.observer.client("stepfunctions"), self.observer.outputs["JourneyArn"])

    def introduce(self) -> None:
        """Let everybody sign up: who they are, and what they allow."""
        everything: list[dict[str, Any]] = []
        for person in self.observer.people:
            granted = {"channels": list(person.consents), "source": "sign-up"}
            signed_up = {"type": "identify", "traits": dict(person.traits)}
            consent = {"type": "track", "event": "Consent Granted", "properties": granted}
            everything += self._of(person, (signed_up, consent))
        self._put(everything)
        self._wait_for(lambda: len(self.observer.subjects()) == len(self.observer.people), "everybody to be known", 180)
        self._subjects = self.observer.subjects()

    def wait_until(self, stage_time: datetime) -> None:
        """Wait until the stage's clock shows a time."""
        remaining = (self.observer.clock.to_real(stage_time) - self.observer.clock.real_now()).total_seconds()
        time.sleep(max(0.0, remaining))

    def perform(self, opens: datetime) -> None:
        """Play every act at its time, answer messages, and go on until every journey has ended."""
        agenda = sorted(
            ((opens + act.after, person, act) for person in self.observer.people for act in person.acts),
            key=lambda entry: entry[0],
        )
        self._put([{**BROKEN_EVENT, "messageId": "broken-1", "timestamp": format_instant(self.observer.clock.now())}])
        while agenda:
            at, person, act = agenda.pop(0)
            while self.observer.clock.now() < at:
                self._look()
                time.sleep(min(POLL_SECONDS, self._real_seconds(at)))
            self._publish(person, act.calls)
        self._until_ended(opens + STORY_LASTS)

    def _until_ended(self, latest: datetime) -> None:
        """Go on until every journey has ended, or the story's last day has."""
        idle_looks = 0
        while idle_looks < 2 and self.observer.clock.now() < latest:  # noqa: PLR2004 - one more look for stragglers
            time.sleep(POLL_SECONDS)
            self._look()
            journeys = self.observer.journeys()
            idle_looks = idle_looks + 1 if journeys and not journeys["RUNNING"] else 0

    def _look(self) -> None:
        """Tell new decisions, and let people answer the message that has just reached them."""
        self._ask_what_is_due()
        for row in self.observer.decisions():
            if row["decision_id"] in self._told:
                continue
            self._told.add(row["decision_id"])
            person = self._subjects.get(row["subject_key"])
            self.tell(datetime.fromisoformat(row["time"]), row, person)
            if (
                row["kind"] == "contact"
                and row["choice"] == "sent"
                and person
                and person.customer_id not in self._answered
            ):
                self._answered.add(person.customer_id)
                self._publish(person, person.on_message)

    def _ask_what_is_due(self) -> None:
        """Ask twice a day what is due; the stage's own schedule runs by the hours of the real clock."""
        now = self.observer.clock.now()
        if self._asked is None or now - self._asked >= LOOKS_EVERY:
            self._asked = now
            queue = self.observer.outputs["MomentRunsQueueUrl"]
            self.observer.client("sqs").send_message(QueueUrl=queue, MessageBody="{}")

    def _publish(self, person: Person, calls: Iterable[Call]) -> None:
        self._put(self._of(person, calls))

    def _of(self, person: Person, calls: Iterable[Call]) -> list[dict[str, Any]]:
        return as_made(person, calls, self.observer.clock.now(), self._numbers)

    def _put(self, calls: list[dict[str, Any]]) -> None:
        bus = self.observer.outputs["BusName"]
        for batch in requests(calls):
            entries = [
                {"EventBusName": bus, "Source": "app.shop", "DetailType": call["type"], "Detail": json.dumps(call)}
                for call in batch
            ]
            answer = self.observer.client("events").put_events(Entries=entries)
            if answer["FailedEntryCount"]:
                raise CommandError(f"the bus refused {answer['FailedEntryCount']} events: {answer['Entries']}")
            self.published += len(entries)

    def _wait_for(self, done: Callable[[], bool], what: str, seconds: float) -> None:
        latest = time.monotonic() + seconds
        while not done():
            if time.monotonic() > latest:
                raise CommandError(
                    f"waited {seconds:.0f} s in vain for {what}", "attune demo --keep, and look at .local/log"
                )
            time.sleep(POLL_SECONDS)

    def _real_seconds(self, stage_time: datetime) -> float:
        return max(0.01, (self.observer.clock.to_real(stage_time) - self.observer.clock.real_now()).total_seconds())
