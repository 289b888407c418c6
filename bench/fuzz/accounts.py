"""What became of many messages: read one by one, or taken in by the real ingest; every one is accounted for."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, get_args

from moto import mock_aws
from pydantic import TypeAdapter

from attune.adapters.senders import read_event
from attune.domain.errors import RejectedEventError
from attune.domain.signals import Fact
from functions.ingest_events.ingesting import logger
from tests.support.world import World

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEPT_FAULTS = 20
BATCH = 10
ADAPTERS: Mapping[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in get_args(Fact.__value__)}
WAYS = ("accepted", "duplicate", "quarantined", "failed")


@dataclass(frozen=True)
class Fault:
    """A message that broke something: what it broke, and the message."""

    error: str
    body: str


@dataclass
class Readings:
    """What the readers made of messages."""

    sent: int = 0
    understood: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    broken: int = 0
    seconds: float = 0.0
    """Spent in `read_event` alone."""

    @property
    def adds_up(self) -> bool:
        """Whether every message was understood or refused, and nothing else was raised."""
        return not self.broken and self.understood + self.refused.total() == self.sent


@dataclass
class Account:
    """What ingest made of messages."""

    sent: int
    tally: Counter[str]
    reasons: Counter[str]
    customers: int
    kept: int
    """Messages in quarantine."""
    failed: list[str]
    seconds: float

    @property
    def adds_up(self) -> bool:
        """Whether every message went exactly one way, none failed, and what was refused is kept in quarantine."""
        ways = sum(self.tally[way] for way in WAYS)
        return ways == self.sent and not self.tally["failed"] and self.kept == self.tally["quarantined"]


def read_all(bodies: Iterable[str]) -> Readings:
    """Read messages; note whatever is raised but RejectedEventError, and facts that could not be stored."""
    found = Readings()
    for body in bodies:
        found.sent += 1
        started = time.perf_counter()
        try:
            facts = read_event(body, NOW)
        except RejectedEventError as error:
            found.refused[error.reason] += 1
            continue
        except Exception as error:  # noqa: BLE001 - that nothing else is raised is what is measured
            _note(found, error, body)
            continue
        finally:
            found.seconds += time.perf_counter() - started
        try:
            _check(facts)
        except Exception as error:  # noqa: BLE001 - as above
            _note(found, error, body)
            continue
        found.understood += 1
        found.facts.update(type(fact).__name__ for fact in facts)
    return found


def ingest_all(bodies: Sequence[str], read: Callable[[str, datetime], tuple[Fact, ...]] = read_event) -> Account:
    """Hand messages to the real ingest in batches of ten, on moto's tables; causes of failures are logged."""
    logger.setLevel("ERROR")
    with mock_aws():
        world = World(NOW)
        world.ingest = replace(world.ingest, read=read)
        failed: list[str] = []
        started = time.perf_counter()
        for batch in itertools.batched(bodies, BATCH, strict=False):
            again = world.deliver(*batch)
            failed += [batch[int(name.removeprefix("q-"))] for name in again]
        seconds = time.perf_counter() - started
        pages = world.dynamodb.get_paginator("scan").paginate(TableName="customers")
        profiles = sum(row["sk"]["S"] == "PROFILE" for page in pages for row in page["Items"])
        kept: list[dict[str, Any]] = world.quarantine.messages
        return Account(
            sent=len(bodies),
            tally=world.tally,
            reasons=Counter(message["reason"] for message in kept),
            customers=profiles,
            kept=len(kept),
            failed=failed,
            seconds=seconds,
        )


def _check(facts: Sequence[Any]) -> None:
    """Raise ValueError unless there are facts, about somebody, that can be stored."""
    if not facts:
        message = "neither facts nor a refusal"
        raise ValueError(message)
    for fact in facts:
        if not fact.customer_id.strip() or not fact.message_id:
            message = f"a {type(fact).__name__} of nobody, or without an id"
            raise ValueError(message)
        if fact.time.tzinfo is None:
            message = f"a {type(fact).__name__} without a time zone"
            raise ValueError(message)
        ADAPTERS[type(fact)].dump_json(fact)


def _note(found: Readings, error: Exception, body: str) -> None:
    found.broken += 1
    if len(found.faults) < KEPT_FAULTS:
        found.faults.append(Fault(f"{type(error).__name__}: {error}"[:300], body))
