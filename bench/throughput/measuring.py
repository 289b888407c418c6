"""One run: publish at a rate, wait until every decision is there, and say how long each took and what is left over."""

import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.throughput.bare import Bare
from bench.throughput.publishing import publish
from bench.throughput.stage import DeployedStage
from bench.throughput.ways import BARE, Call, Person, Way, calls_of, make_known
from bench.throughput.written import Written

_turns = itertools.count(1)
WARM_UPS = 6
WARM_UP_SECONDS = 4.0
WARM = 1.0
"""Seconds within which every decision of a warm stage is there, more or less: nothing waited for a process to start."""
SHARES = (0.5, 0.95, 1.0)
"""Of cases: half of them, nearly all, and every one."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much is published: events a second, for so many seconds."""

    rate: float
    seconds: float

    @property
    def many(self) -> int:
        """How many events that is."""
        return max(1, round(self.rate * self.seconds))


@dataclass(frozen=True, kw_only=True)
class Run:
    """What came of one run: seconds from when an event was due to when its decision was written."""

    way: str
    rate: float
    events: int
    seconds: tuple[float, ...]
    lost: int
    twice: int
    left_over: dict[str, int]
    """Messages on queues that are ours to empty."""
    cpu_seconds: tuple[float, float]
    """Of the local AWS and of functions, from the first event to the last message."""
    cases: tuple[float, ...] = ()
    """Seconds from when a cry for help was due to when its case lay on support's queue."""

    def percentile(self, share: float) -> float:
        """Return within how many seconds a share of the decisions was written."""
        return percentile(self.seconds, share)

    @property
    def is_whole(self) -> bool:
        """Whether every event has its one decision, and nothing is left over."""
        return not (self.lost or self.twice or self.left_over)

    def as_data(self) -> dict[str, Any]:
        """Return the figures, times in milliseconds."""
        return {
            "way": self.way,
            "rate": self.rate,
            "events": self.events,
            "p50_ms": round(statistics.median(self.seconds) * 1000),
            "p95_ms": round(self.percentile(0.95) * 1000),
            "worst_ms": round(max(self.seconds) * 1000),
            "lost": self.lost,
            "twice": self.twice,
            "left_over": self.left_over,
            "aws_cpu_ms": round(self.cpu_seconds[0] / self.events * 1000, 1),
            "functions_cpu_ms": round(self.cpu_seconds[1] / self.events * 1000, 1),
            "case_ms": [round(percentile(self.cases, share) * 1000) for share in SHARES] if self.cases else [],
        }


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return within how many seconds a share of them was."""
    ranked = sorted(seconds)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


@dataclass(frozen=True)
class Prepared:
    """A load ready to be published, and the eye on what it leads to."""

    stage: DeployedStage
    way: Way
    load: Load
    bus: str
    written: Written
    expected: list[str]
    calls: list[Callable[[], Call]]
    cpu_before: tuple[float, float]
    speakers: tuple[str, ...] = ()
    """Whose each call is, in their order, where it leads to a case of theirs."""

    def publish(self) -> list[float]:
        """Publish everything; return when each was due."""
        return publish(self.stage.session.client("events"), self.bus, self.calls, rate=self.load.rate)

    def finish(self, due: Sequence[float]) -> Run:
        """Wait for every decision, and count."""
        lost = self.written.wait_for(set(self.expected))
        left_over = self.stage.left_over()
        cpu = self.stage.cpu_seconds()
        self.written.look()  # what came a second time has come by now
        queued = self.stage.take_cases() if self.speakers else {}
        at = self.written.at
        if len(lost) == len(self.expected):
            message = f"no event of {self.way.name} led to its decision: look into {self.stage.aws.home / 'log'}"
            raise RuntimeError(message)
        return Run(
            way=self.way.name,
            rate=self.load.rate,
            events=len(self.expected),
            seconds=tuple(at[one] - when for one, when in zip(self.expected, due, strict=True) if one in at),
            lost=len(lost),
            twice=sum(self.written.times[one] > 1 for one in self.expected),
            left_over=left_over,
            cpu_seconds=(cpu[0] - self.cpu_before[0], cpu[1] - self.cpu_before[1]),
            cases=tuple(
                queued[who] - when for who, when in zip(self.speakers, due, strict=bool(self.speakers)) if who in queued
            ),
        )


def prepare(stage: DeployedStage, way: Way, load: Load) -> Prepared:
    """Make the people of a way known, and the calls they will make."""
    marker = f"bench-{next(_turns)}"
    people = make_known(stage.customers, [f"{marker}-{n}" for n in range(min(load.many, way.people or load.many))])
    expected, calls = calls_of(way, people, load.many, marker)
    written = Written(stage.session.client("dynamodbstreams"), stage.decisions_stream)
    speakers = tuple(person.customer_id for person in people) if way.opens_case else ()
    return Prepared(stage, way, load, stage.outputs["BusName"], written, expected, calls, stage.cpu_seconds(), speakers)


def prepare_bare(stage: DeployedStage, bare: Bare, load: Load) -> Prepared:
    """Make the same calls for a handler that puts them into a table."""
    people = [Person(f"bare-{number}", "") for number in range(BARE.people or 1)]
    expected, calls = calls_of(BARE, people, load.many, f"bare-{next(_turns)}")
    written = Written(stage.session.client("dynamodbstreams"), bare.stream_arn)
    return Prepared(stage, BARE, load, bare.bus, written, expected, calls, stage.cpu_seconds())


def measure(ready: Callable[[Load], Prepared], load: Load, name: str) -> Run:
    """Return a run, under a name, after as many short ones as it takes for every process to be there."""
    for _ in range(WARM_UPS):
        if _once(ready(replace(load, seconds=WARM_UP_SECONDS))).percentile(1) < WARM:
            break
    return replace(_once(ready(load)), way=name)


def _once(prepared: Prepared) -> Run:
    return prepared.finish(prepared.publish())
