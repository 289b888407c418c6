"""Play stories to a deployed stage as its clock goes, tend what dies, and look at each story once nothing of it moves."""

import heapq
import itertools
import json
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from moto import mock_aws

from bench.faults.deployed.breaking import redrive
from bench.faults.deployed.observed import RUNNING, ObservedWorld, Order, in_lake, order_of
from bench.faults.deployed.stage import CONSUMED, FaultyStage
from bench.faults.invariants import Findings, Memory, examine, memory_of
from bench.faults.stories import POISON, Told
from bench.faults.world import FaultyWorld

TICK, LOOK_EVERY = 0.25, 2.0
"""Real seconds between two looks at the clock, and at what became of the stories."""
QUIET_LOOKS, PATIENT_LOOKS = 3, 15
"""So many looks without anything that moves end a story; more, where something is not yet known or not yet in the lake."""
IN_FLIGHT = 10.0
"""Real seconds that a function may have carried what it read before a no came: it cannot know better."""
NOES = ("Consent Withdrawn", '"text": "STOP"')


@dataclass(eq=False)
class Played:
    """One story, and what was done to it."""

    name: str
    told: Sequence[Told]
    published: list[str] = field(default_factory=list)
    """The bodies that were put in, with every copy and all garbage."""
    struck: int = 0
    """How often something was broken."""
    to_come: int = 0
    """How much is still to be published, or done."""
    quiet: int = 0
    """At how many looks in a row nothing of it moved."""
    calm: Memory = field(default_factory=dict)
    """What would be known had nothing broken."""
    memory: Memory = field(default_factory=dict)
    """What is known of its customers: what should be, once it was; sessions are forgotten after thirty days."""
    findings: Findings | None = None

    @cached_property
    def names(self) -> frozenset[str]:
        """Whom it is about."""
        return frozenset(event.customer_id for event in self.told)

    def is_about(self, body: str) -> bool:
        """Whether a message is of this story, or poison that was put in with it."""
        return any(name in body for name in self.names) or (body in POISON and body in self.published)

    def work_out_calm(self) -> None:
        """Play it where nothing breaks: in one process, in virtual time, before the stage's clock is wound up."""
        with mock_aws():
            world = FaultyWorld(self.told[0].at, seed=1, strike=lambda _: None)
            for event in self.told:
                world.at(event.at, lambda event=event: world.events.put([event.body]) and None)
            world.run(self.told[-1].at - self.told[0].at + timedelta(days=1))
            self.calm = memory_of(world, self.told)


class Narrator:
    """Publishes what is due, lets deeds be done beside, and hears what comes of it."""

    def __init__(self, stage: FaultyStage) -> None:
        """Have nothing to tell yet; give it stories before the stage's clock is wound up."""
        self._stage = stage
        self._agenda: list[tuple[datetime, int, Played, str]] = []
        self._deeds: list[tuple[datetime, int, Played, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._unheard: list[Told] = []
        self._whose: dict[str, str] = {}
        self._looked = 0.0
        self.tending = True
        """Whether dead letters are redriven as they are found."""
        self.stories: list[Played] = []
        self.taken_in: dict[str, tuple[Order, datetime]] = {}
        """When each no was known at the latest, by its event's body."""

    def add(self, story: Played) -> Played:
        """Hear of a story, of which it must be known by now what should be known in the end."""
        self.stories.append(story)
        return story

    def publish(self, at: datetime, story: Played, body: str) -> None:
        """Let an event, or garbage, be published at a time of the stage's clock."""
        story.to_come += 1
        heapq.heappush(self._agenda, (at, next(self._numbers), story, body))

    def do(self, at: datetime, story: Played, deed: Callable[[], None]) -> None:
        """Let something be done at a time; one deed after the other, while the stories go on."""
        story.to_come += 1
        heapq.heappush(self._deeds, (at, next(self._numbers), story, deed))

    def run(self, *, seconds: float) -> bool:
        """Go on until every story is over, and say whether that came within so many real seconds; look in any case."""
        latest = time.monotonic() + seconds
        with ThreadPoolExecutor(max_workers=1) as hands:
            try:
                self._go_on(hands, latest)
            finally:
                hands.shutdown(wait=False, cancel_futures=True)
        in_time = all(story.findings is not None for story in self.stories)
        for story in self.stories:
            story.findings = story.findings or self._look(story)
        return in_time

    def _go_on(self, hands: ThreadPoolExecutor, latest: float) -> None:
        under_way: list[tuple[Played, Future[None]]] = []
        while any(story.findings is None for story in self.stories) and time.monotonic() < latest:
            now = self._stage.clock.now()
            self._publish_what_is_due(now)
            while self._deeds and self._deeds[0][0] <= now:
                _, _, story, deed = heapq.heappop(self._deeds)
                under_way.append((story, hands.submit(deed)))
            under_way = list(self._still(under_way))
            self._listen()
            self._look_around()
            time.sleep(TICK)

    def _publish_what_is_due(self, now: datetime) -> None:
        due = []
        while self._agenda and self._agenda[0][0] <= now:
            _, _, story, body = heapq.heappop(self._agenda)
            story.published.append(body)
            story.to_come -= 1
            due.append(body)
            self._unheard += [one for one in story.told if one.body == body and any(no in body for no in NOES)]
        self._stage.publish(due)

    @staticmethod
    def _still(deeds: Iterable[tuple[Played, Future[None]]]) -> Iterable[tuple[Played, Future[None]]]:
        """Yield the deeds that are under way; raise what one failed with."""
        for story, deed in deeds:
            if deed.done():
                deed.result()
                story.to_come -= 1
            else:
                yield story, deed

    def _listen(self) -> None:
        """Look whether customers' noes are known by now."""
        for event in list(self._unheard):
            customer = self._stage.customers.load(event.customer_id)
            words = customer.consent.channels.values() if customer else ()
            if any(word.at == event.at and not word.granted for word in words):
                now = self._stage.clock.now() + timedelta(seconds=IN_FLIGHT) * self._stage.clock.scale.speed
                self.taken_in[event.body] = (order_of(now), now)
                self._unheard.remove(event)

    def _look_around(self) -> None:
        """Tend the dead letters, and look at the stories of which nothing moves any more."""
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        if self.tending:
            redrive(self._stage)
        waiting, travelling = self._waiting(), self._travelling()
        for story in self.stories:
            if story.findings is not None or story.to_come:
                continue
            if story.memory != story.calm:
                story.memory = memory_of(ObservedWorld(self._stage, story.told), story.told)  # type: ignore[arg-type]
            moving = travelling & story.names or any(story.is_about(body) for body in waiting)
            story.quiet = 0 if moving else story.quiet + 1
            if story.quiet >= QUIET_LOOKS and (story.quiet >= PATIENT_LOOKS or self._is_complete(story)):
                story.findings = self._look(story)
        self._looked = time.monotonic()

    def _waiting(self) -> list[str]:
        """Return what lies on queues that have a function behind them, and among their dead letters."""
        found = self._stage.messages()
        queues = [found.get(self._stage.name_of(queue), []) for queue in CONSUMED]
        dead = [found.get(name, []) for name in self._stage.dead_letters]
        return [message.body for messages in [*queues, *dead] for message in messages]

    def _travelling(self) -> set[str]:
        """Return whose executions run; whose one is, is asked once."""
        client, machine = self._stage.client("stepfunctions"), self._stage.outputs["JourneyArn"]
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter=RUNNING)
        arns = [one["executionArn"] for page in pages for one in page["executions"]]
        for arn in arns:
            if arn not in self._whose:
                self._whose[arn] = str(json.loads(client.describe_execution(executionArn=arn)["input"])["customer_id"])
        return {self._whose[arn] for arn in arns}

    def _is_complete(self, story: Played) -> bool:
        """Whether all is known, and all that was decided has reached the lake: both take their time, and come."""
        decided = {row["decision_id"] for row in ObservedWorld(self._stage, story.told).decisions()}
        return story.memory == story.calm and decided <= in_lake(self._stage)

    def _look(self, story: Played) -> Findings:
        """Hold what became of a story against the invariants."""
        world = ObservedWorld(self._stage, story.told, story.published, self.taken_in)
        return examine(world, story.told, story.memory, calm=story.calm)  # type: ignore[arg-type]
