"""The list of everything that is broken on purpose."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bench.faults.points import Point, Side, Strike
from bench.faults.stories import START
from bench.faults.world import NO_TIME, FaultyWorld

DAY = timedelta(days=1)
ALL = frozenset({"dynamodb", "sesv2", "sns", "sqs", "states", "firehose"})
PROVIDERS = frozenset({"sesv2", "sns"})
OF_JOURNEYS = frozenset({"plan_touch", "send_message", "review_journey"})
ONCE_EACH = OF_JOURNEYS | {"events", "escalations", "acknowledgements"}
"""Not `watch`: who looks too early puts the message back, so that two of it stay two, and many would become too many."""


@dataclass(frozen=True)
class Strikes:
    """What happens at which points, and at how large a share of them."""

    strike: Strike
    share: float
    side: Side = Side.BEFORE
    services: frozenset[str] = ALL
    operations: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    number: int = 0
    """If not 0: at the point of this number, and nowhere else."""

    def at(self, point: Point, chance: random.Random) -> bool:
        """Whether it happens at this point."""
        if self.number:
            return point.number == self.number
        suits = (
            point.side is self.side
            and point.service in self.services
            and (not self.operations or point.operation in self.operations)
            and (not self.functions or point.function in self.functions)
        )
        return suits and chance.random() < self.share


@dataclass(frozen=True)
class Outage:
    """Services that cannot be reached for a while, counted from the first morning."""

    services: frozenset[str]
    begins: tuple[timedelta, ...]
    lasts: timedelta


type Deed = Callable[[FaultyWorld], None]


@dataclass(frozen=True)
class Fault:
    """One way of breaking things. What is not named goes well."""

    name: str
    strikes: tuple[Strikes, ...] = ()
    outages: tuple[Outage, ...] = ()
    copies: int = 1
    """How often every event is published."""
    late: timedelta = NO_TIME
    """Up to how much later than told an event arrives."""
    again: float = 0.0
    """The share of messages that a queue delivers once more after they were done with."""
    skew: timedelta = NO_TIME
    """How wrong the clocks of functions are at most, each invocation in its own way."""
    poison: bool = False
    firehose: float = 0.0
    """The share of Firehose's answers that refuse a record."""
    deeds: tuple[tuple[timedelta, Deed], ...] = field(default=())
    """What somebody does, and when."""


def redeploy(world: FaultyWorld) -> None:
    """Put new functions over the same tables and queues."""
    world.deploy(dict(world.steps.playbooks))


def withdraw(world: FaultyWorld) -> None:
    """Deploy without the playbook that most journeys run by, and without its archive."""
    world.archive = type(world.archive)()
    world.deploy({name: book for name, book in world.steps.playbooks.items() if name != "cart_abandonment"})


def replay_archive(world: FaultyWorld) -> None:
    """Publish every event again that was ever published."""
    world.events.put([letter.body for letter in list(world.events.letters)])


def abort(world: FaultyWorld) -> None:
    """Stop every execution."""
    world.abort()


def _hours(*numbers: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=number) for number in numbers)


OFTEN = _hours(*range(1, 216, 2))
_DOWN = timedelta(minutes=25)

FAULTS: tuple[Fault, ...] = (
    Fault("nothing breaks"),
    Fault("every event three times", copies=3),
    Fault("events up to six hours late, in any order", late=timedelta(hours=6)),
    Fault("queues deliver again what was done", again=0.3),
    Fault("killed before a call", (Strikes(Strike.KILL, 0.08),)),
    Fault("killed after a call", (Strikes(Strike.KILL, 0.08, Side.AFTER),)),
    Fault("DynamoDB throttles", (Strikes(Strike.REFUSE, 0.08, services=frozenset({"dynamodb"})),)),
    Fault(
        "somebody else writes the item first",
        (Strikes(Strike.CONFLICT, 0.4, services=frozenset({"dynamodb"}), operations=frozenset({"PutItem"})),),
    ),
    Fault(
        "DynamoDB's answer is lost, the SDK asks again",
        (Strikes(Strike.REPEAT, 0.3, Side.AFTER, frozenset({"dynamodb"})),),
    ),
    Fault(
        "the same work by two processes at once",
        (
            Strikes(Strike.TWIN, 0.1, functions=ONCE_EACH),
            Strikes(Strike.TWIN, 0.1, Side.AFTER, functions=ONCE_EACH),
            Strikes(Strike.TWIN, 0.01),
        ),
    ),
    Fault("SES and SNS throttle", (Strikes(Strike.REFUSE, 0.6, services=PROVIDERS),)),
    Fault("SES and SNS cannot be reached", (Strikes(Strike.UNREACHABLE, 0.5, services=PROVIDERS),)),
    Fault("time-out after the provider took the message", (Strikes(Strike.LOSE, 0.6, Side.AFTER, PROVIDERS),)),
    Fault("time-out before the provider took the message", (Strikes(Strike.LOSE, 0.6, services=PROVIDERS),)),
    Fault(
        "killed around the provider's call",
        (Strikes(Strike.KILL, 0.4, services=PROVIDERS), Strikes(Strike.KILL, 0.6, Side.AFTER, PROVIDERS)),
    ),
    Fault(
        "killed on a case's way to support",
        (
            Strikes(Strike.KILL, 0.1, functions=frozenset({"escalations"})),
            Strikes(Strike.KILL, 0.5, Side.AFTER, functions=frozenset({"escalations"})),
        ),
    ),
    Fault(
        "queues refuse and lose answers",
        (
            Strikes(Strike.REFUSE, 0.1, services=frozenset({"sqs"})),
            Strikes(Strike.LOSE, 0.1, Side.AFTER, frozenset({"sqs"})),
        ),
    ),
    Fault(
        "StartExecution fails or its answer is lost",
        (
            Strikes(Strike.REFUSE, 0.4, services=frozenset({"states"})),
            Strikes(Strike.LOSE, 0.4, Side.AFTER, frozenset({"states"})),
        ),
    ),
    Fault("Firehose refuses records", (Strikes(Strike.LOSE, 0.2, Side.AFTER, frozenset({"firehose"})),), firehose=0.5),
    Fault("redeployed with journeys asleep", deeds=tuple((at, redeploy) for at in _hours(20, 40, 60, 80))),
    Fault("a playbook withdrawn with journeys asleep", deeds=((timedelta(hours=44), withdraw),)),
    Fault("clocks wrong by up to three minutes", skew=timedelta(minutes=3)),
    Fault("poison among the events", poison=True, copies=2),
    Fault("DynamoDB down for 25 minutes, again and again", outages=(Outage(frozenset({"dynamodb"}), OFTEN, _DOWN),)),
    Fault(
        "DynamoDB down for five hours: full dead-letter queues, redriven",
        outages=(Outage(frozenset({"dynamodb"}), _hours(4, 50), timedelta(hours=5)),),
    ),
    Fault("SQS down for 25 minutes, again and again", outages=(Outage(frozenset({"sqs"}), OFTEN, _DOWN),)),
    Fault(
        "Step Functions down for 25 minutes, again and again", outages=(Outage(frozenset({"states"}), OFTEN, _DOWN),)
    ),
    Fault(
        "SES and SNS down for nine hours a day",
        outages=(Outage(PROVIDERS, _hours(*range(24, 216, 24)), timedelta(hours=9)),),
    ),
    Fault("every execution aborted", deeds=((timedelta(hours=47), abort),)),
    Fault("the archive replayed", deeds=((timedelta(hours=55), replay_archive), (8 * DAY, replay_archive))),
    Fault(
        "all of it at once",
        (
            Strikes(Strike.KILL, 0.02),
            Strikes(Strike.KILL, 0.02, Side.AFTER),
            Strikes(Strike.REFUSE, 0.02),
            Strikes(Strike.CONFLICT, 0.1, operations=frozenset({"PutItem"})),
            Strikes(Strike.REPEAT, 0.05, Side.AFTER, frozenset({"dynamodb"})),
            Strikes(Strike.TWIN, 0.03, functions=ONCE_EACH),
            Strikes(Strike.LOSE, 0.2, Side.AFTER, PROVIDERS),
        ),
        outages=(Outage(frozenset({"dynamodb"}), _hours(26), _DOWN),),
        copies=2,
        late=timedelta(hours=1),
        again=0.2,
        skew=timedelta(minutes=1),
        poison=True,
        firehose=0.2,
        deeds=((timedelta(hours=40), redeploy), (timedelta(hours=90), replay_archive)),
    ),
)


def striker(fault: Fault, seed: int, time: Callable[[], datetime]) -> Callable[[Point], Strike | None]:
    """Return what says at each point what happens there; the same seed says the same."""
    chance = random.Random(f"{fault.name} {seed}")  # noqa: S311 - told by the seed

    def strike(point: Point) -> Strike | None:
        for outage in fault.outages:
            down = any(begin <= time() - START < begin + outage.lasts for begin in outage.begins)
            if down and point.side is Side.BEFORE and point.service in outage.services:
                return Strike.UNREACHABLE
        return next((strikes.strike for strikes in fault.strikes if strikes.at(point, chance)), None)

    return strike
