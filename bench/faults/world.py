"""The whole system in virtual time, on ground that gives way: every call of AWS is a point at which things break."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from attune.adapters.providers import Backoff
from attune.adapters.queues import TouchRun
from bench.faults.executions import RetriedExecution
from bench.faults.lake import Lake
from bench.faults.points import Invocation, Killed, Point, Strike, Tap
from bench.faults.queues import FaultyQueue
from tests.support.senders import sns
from tests.support.state_machine import Execution, ExecutionFailedError, load_definition
from tests.support.world import ARNS, World

NO_TIME = timedelta(0)
TELLS_AFTER = timedelta(seconds=20)
"""How long SES takes to tell what became of an email."""


@dataclass(frozen=True)
class HandedOver:
    """A message that a provider took: in the order of everything that happened, by whose step or reply."""

    order: int
    at: datetime
    channel: str
    customer_id: str
    contact: str
    is_answer: bool


class FaultyWorld(World):
    """A world whose functions die, whose calls fail and whose queues repeat themselves, as `strike` says."""

    def __init__(self, now: datetime, *, seed: int, strike: Callable[[Point], Strike | None]) -> None:
        self.time = now
        self.skew = NO_TIME
        self.largest_skew = NO_TIME
        self.chance = random.Random(seed)  # noqa: S311 - told by the seed
        self.widest_skew = NO_TIME
        self.skewed = 0
        """How many invocations had a wrong clock."""
        self.again_share = 0.0
        self.repeated = 0
        """How often a queue delivered what was done."""
        self.tap = Tap(strike, self._bump)
        self.queues: dict[str, FaultyQueue] = {}
        self.handed_over: list[HandedOver] = []
        self.taken_in: dict[str, tuple[int, datetime]] = {}
        """When each event was done with, by its body."""
        self.failed: dict[str, str] = {}
        self.aborted: dict[int, str] = {}
        """Executions that were stopped, with their journeys."""
        self.runs: dict[str, TouchRun] = {}
        """The first run of each journey."""
        self.lake = Lake(self.tap)
        self._order = 0
        self.is_tapped = False
        """Whether the tables are listened to; they outlive deployments, other clients do not."""
        super().__init__(now)
        self.books = dict(self.steps.playbooks)

    @property
    def now(self) -> datetime:
        """The time as functions see it, whose clocks may be wrong; nobody else's are."""
        return self.time + (self.skew if self.tap.at_work else NO_TIME)

    @now.setter
    def now(self, time: datetime) -> None:
        self.time = time

    def queue(self, name: str, consumer: Callable[[str], None] | None = None) -> FaultyQueue:
        """Return a queue that outlives deployments; whoever was deployed last consumes it."""
        queue = self.queues.setdefault(name, FaultyQueue(self, name))
        queue.consumer = consumer or queue.consumer
        return queue

    def _wire(self) -> None:
        super()._wire()
        self.events = self.queue("events")
        self.events.consume = self._ingest
        self._hurry()
        if not self.is_tapped:
            self.tap.on(self.dynamodb, self._written)
            self.is_tapped = True
        self.tap.on(self.sending.delivery.email.client, self._emailed)
        self.tap.on(self.sending.delivery.sms.client, self._texted)

    def _hurry(self) -> None:
        """Let nobody really sleep."""
        backoff = Backoff(sleep=lambda _: None, draw=lambda low, _: low)
        real = self.delivery
        self.delivery = replace(
            real, email=replace(real.email, backoff=backoff), sms=replace(real.sms, backoff=backoff)
        )
        self.delivery.rate.sleep = lambda _: None
        # A lock of one process: what stands for another one must not wait for it.
        self.delivery.rate._one_at_a_time = threading.RLock()  # type: ignore[assignment] # noqa: SLF001
        self.delivery.rate.monotonic = lambda: self.time.timestamp()  # noqa: PLW0108 - time passes
        self.sending = replace(self.sending, delivery=self.delivery, sleep=lambda _: None)
        self.acknowledger = replace(self.acknowledger, delivery=self.delivery)

    def _ingest(self, records: Any) -> list[str]:
        failed, tally = self.ingest.batch(records)
        self.tally.update(tally)
        return failed

    # Time

    def run(self, duration: timedelta) -> None:
        """Let time pass; decisions reach the lake as it does."""
        until = self.time + duration
        while self.time < until:
            super().run(min(timedelta(hours=6), until - self.time))
            self.lake.carry(self)

    # Work

    @contextmanager
    def working(self, function: str, subject: str, again: Callable[[], Any]) -> Iterator[None]:
        """Let a function be at work."""
        self.skew = self.largest_skew * self.chance.uniform(-1, 1)
        self.widest_skew = max(self.widest_skew, abs(self.skew))
        self.skewed += bool(self.skew)
        self.tap.at_work.append(Invocation(function, subject, again))
        try:
            yield
        finally:
            self.tap.at_work.pop()

    def work[T](self, function: str, subject: str, act: Callable[[], T]) -> T | None:
        """Let a consumer work; None where it died or raised, as Lambda tells SQS nothing then."""
        try:
            with self.working(function, subject, partial(self._quietly, act)):
                return act()
        except (Killed, Exception):  # noqa: BLE001 - whatever it is, Lambda delivers the batch again
            return None

    def _quietly(self, act: Callable[[], Any]) -> None:
        with suppress(Exception):  # what another process fails at does not reach this one
            act()

    def done(self, queue: str, body: str) -> None:
        """Hear that a message was dealt with."""
        if queue == "events":
            self._order += 1
            self.taken_in.setdefault(body, (self._order, self.time))

    def delivers_again(self) -> bool:
        """Whether what was done comes once more."""
        again = self.again_share > 0 and self.chance.random() < self.again_share
        self.repeated += again
        return again

    def some_time(self) -> timedelta:
        """Return a while: seconds, mostly, and sometimes hours."""
        return timedelta(seconds=self.chance.choice([0, 1, 30, 200, 3600, 20_000]))

    # Journeys

    def run_touch(self, touch: TouchRun) -> None:
        """Start an execution, once per name, like Step Functions."""
        self.tap.call("states", "StartExecution", lambda: self._begin(touch))

    def _begin(self, touch: TouchRun) -> None:
        if touch.name in self.executions:
            return
        self.runs.setdefault(touch.journey_id, touch)
        execution = RetriedExecution(load_definition(ARNS), touch.model_dump(), self._step)
        self.executions[touch.name] = execution
        self.at(self.time, lambda: self._advance(execution))

    def _step(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        def act() -> dict[str, Any]:
            return self.functions[name](payload)

        with self.working(name, f"{payload['journey_id']}#{payload['touch']}", partial(self._quietly, act)):
            return act()

    def _advance(self, execution: Execution) -> None:
        if id(execution) in self.aborted:
            return
        try:
            until = execution.advance(self.time)
        except ExecutionFailedError as error:
            self.failed[execution.begun_with["journey_id"]] = str(error)
            return
        if until is not None:
            self.at(max(until, self.time), lambda: self._advance(execution))

    def abort(self) -> None:
        """Stop every execution that runs, as an operator may."""
        for execution in self.executions.values():
            if not execution.done and id(execution) not in self.aborted:
                self.aborted[id(execution)] = execution.begun_with["journey_id"]

    # What AWS does behind the calls

    def _bump(self, params: dict[str, Any]) -> None:
        """Be somebody else who writes the same item, without a change, at the wrong moment."""
        item = params.get("Item", {})
        if "version" not in item or "pk" not in item:
            return
        key = {"pk": item["pk"], "sk": item["sk"]}
        if "Item" in self.dynamodb.get_item(TableName=params["TableName"], Key=key):
            self.dynamodb.update_item(
                TableName=params["TableName"],
                Key=key,
                UpdateExpression="ADD version :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    def _written(self, operation: str, params: dict[str, Any]) -> None:
        if operation == "PutItem" and params["TableName"] == "decisions":
            self.lake.stream(params["Item"])

    def _took(self, channel: str) -> HandedOver:
        working = self.tap.at_work[-1]
        is_answer = working.function == "acknowledgements"
        contact = working.subject
        self._order += 1
        taken = HandedOver(self._order, self.time, channel, self._customer_of(contact), contact, is_answer)
        self.handed_over.append(taken)
        return taken

    def _customer_of(self, subject: str) -> str:
        if subject.startswith("{"):
            return str(json.loads(subject)["customer_id"])
        return self.runs[subject.rpartition("#")[0]].customer_id

    def _texted(self, operation: str, params: dict[str, Any]) -> None:
        if operation == "Publish" and "PhoneNumber" in params:
            self._took("sms")

    def _emailed(self, operation: str, params: dict[str, Any]) -> None:
        if operation != "SendEmail":
            return
        taken = self._took("email")
        tags = {tag["Name"]: [tag["Value"]] for tag in params["EmailTags"]}
        self.at(self.time + TELLS_AFTER, lambda: self.events.put([self._told(taken, params, tags)]) and None)

    def _told(self, taken: HandedOver, params: dict[str, Any], tags: dict[str, list[str]]) -> str:
        # Never at a full second, as what customers say is: so the two can be told apart.
        stamp = (taken.at.replace(microsecond=0) + timedelta(milliseconds=7)).isoformat()
        mail = {
            "messageId": f"ses-{taken.order}",
            "destination": params["Destination"]["ToAddresses"],
            "timestamp": stamp,
            "tags": tags,
        }
        return sns({"eventType": "Delivery", "mail": mail, "delivery": {"timestamp": stamp}})

    def dead_letters(self) -> Counter[str]:
        """Count the dead letters of each queue."""
        return Counter({name: len(queue.dead) for name, queue in self.queues.items() if queue.dead})
