"""Play one story with one fault: break things for some days, let them heal, tend the dead letters, and look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from moto import mock_aws

from bench.faults.faults import Fault, striker
from bench.faults.invariants import Findings, Memory, examine, memory_of
from bench.faults.stories import LASTS, POISON, START, TURNS, Author, Told
from bench.faults.world import FaultyWorld

HEALS_AFTER = LASTS + timedelta(days=3)
REMEMBERED_AT = HEALS_AFTER + timedelta(days=3)
"""When what is known is compared: everything has been redriven, and nothing has expired."""
ENDS_AFTER = timedelta(days=36)
"""Longer than any journey of the stories may take."""
DAY = timedelta(days=1)
CUSTOMERS = 8
GARBAGE = "{this is no message of ours"


@dataclass(frozen=True)
class Outcome:
    """What one run tried, and what was found wrong afterwards."""

    struck: int
    findings: Findings
    memory: Memory


def play(
    fault: Fault, seed: int, *, customers: int = CUSTOMERS, calm: Memory | None = None, turns: Sequence[str] = TURNS
) -> Outcome:
    """Play a seed's story with a fault; `calm` is what is known after it where nothing broke, `turns` what people may do."""
    with mock_aws():
        world = FaultyWorld(START, seed=seed, strike=lambda _: None)
        world.tap.strike = striker(fault, seed, lambda: world.time)
        told = Author(seed, turns).write(customers)
        _prepare(world, fault, told)
        memory: Memory = {}
        for day in range(1, ENDS_AFTER.days + 1):
            world.run(DAY)
            if world.time - START >= HEALS_AFTER:
                _heal(world)
            if day % 6 == 0:
                world.finder.find(world.now)
                world.lake.carry(world)
            _tend(world)
            if day == REMEMBERED_AT.days:
                memory = memory_of(world, told)
        return Outcome(_struck(world, fault, told), examine(world, told, memory, calm=calm or memory), memory)


def _prepare(world: FaultyWorld, fault: Fault, told: Sequence[Told]) -> None:
    world.again_share, world.largest_skew = fault.again, fault.skew
    world.lake.refuses = lambda: world.chance.random() < fault.firehose and world.time - START < HEALS_AFTER
    for event in told:
        for _ in range(fault.copies):
            late = fault.late * world.chance.random()
            world.at(event.at + late, lambda event=event: world.events.put([event.body]) and None)
    if fault.poison:
        for number, body in enumerate(POISON):
            at = START + timedelta(hours=20 + 10 * number)
            world.at(at, lambda body=body: world.events.put([body]) and None)
        for queue in (world.watch_queue, world.escalations, world.acknowledgements):
            world.at(START + 2 * DAY, lambda queue=queue: queue.put([GARBAGE]) and None)
    for after, deed in fault.deeds:
        world.at(START + after, lambda deed=deed: deed(world))


def _heal(world: FaultyWorld) -> None:
    """Let nothing break any more."""
    world.tap.strike = lambda _: None
    world.again_share, world.largest_skew = 0.0, timedelta(0)


def _tend(world: FaultyWorld) -> None:
    """Redrive what died, as whoever the alarm called does once a day."""
    for queue in world.queues.values():
        queue.redrive()
    world.lake.redrive(world)


def _struck(world: FaultyWorld, fault: Fault, told: Sequence[Told]) -> int:
    """Count what was broken: calls, events that came more than once, late or not to be read, wrong clocks, deeds."""
    copies = (fault.copies - 1) * len(told)
    late = len(told) * fault.copies if fault.late else 0
    poison = len(POISON) + 3 if fault.poison else 0
    beside = copies + late + poison + len(fault.deeds) + world.repeated + world.lake.tried_again + world.skewed
    return len(world.tap.struck) + beside
