"""What is broken when on a deployed stage: one story for each fault, begun when it is, all on one stage."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bench.faults.deployed.breaking import (
    GARBAGE,
    VERY_SOON,
    Killer,
    come_again,
    redeploy,
    redrive,
    tables_not_found,
    without_playbook,
)
from bench.faults.deployed.playing import Narrator, Played
from bench.faults.deployed.stage import FaultyStage
from bench.faults.stories import POISON, START, Author

SPEED = 7_200
"""A day of theirs takes twelve seconds, and the thirty after which a session is forgotten six minutes."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CUSTOMERS, SEED, PACE = 3, 700, 0.7
WITHDRAWN = "cart_abandonment"
KILL_SECONDS, DOWN_SECONDS = 40.0, 45.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A story, and what happens to it: `begins` days after the first, `strikes` days after it has begun."""

    name: str
    begins: float = 0
    copies: int = 1
    late: timedelta = timedelta(0)
    poison: bool = False
    again_after: float = 0
    """If not 0: so many days after it began all of it is published again."""
    deed: str = ""
    strikes: float = 0


FAULTS = (
    Fault(name="nothing breaks"),
    Fault(name="every event three times", copies=3),
    Fault(name="events up to six hours late, in any order", late=6 * HOUR),
    Fault(name="poison among the events", copies=2, poison=True),
    Fault(name="the archive replayed", again_after=8),
    Fault(name="functions killed at work, by pid", begins=6, deed="_kill"),
    Fault(name="tables not found: dead letters, redriven", begins=14, deed="_take_tables_away", strikes=1),
    Fault(name="redeployed with journeys asleep", begins=28, deed="_redeploy", strikes=3),
    Fault(name="a playbook withdrawn with journeys asleep", begins=30, deed="_withdraw", strikes=4),
)


class Programme:
    """Writes the stories of one run, and plays them."""

    def __init__(self, name: str = "", *, say: Callable[[str], None]) -> None:
        """Write the stories of all faults whose name holds `name`, and find out what should be known after each."""
        self._say = say
        self._faults = {number: fault for number, fault in enumerate(FAULTS) if name in fault.name}
        self.stories = [self._written(number, fault) for number, fault in self._faults.items()]

    def _written(self, number: int, fault: Fault) -> Played:
        start = START + (1 + fault.begins) * DAY
        author = Author(SEED + number, start=start, pace=PACE, first=number * CUSTOMERS)
        story = Played(fault.name, author.write(CUSTOMERS))
        story.work_out_calm()
        return story

    def play(self, stage: FaultyStage, *, seconds: float) -> list[Played]:
        """Play everything to a stage whose clock shows START or less; whatever moves after so many seconds is looked at as it is."""
        self._stage, self._narrator = stage, Narrator(stage)
        for fault, story in zip(self._faults.values(), self.stories, strict=True):
            self._narrator.add(story)
            self._tell(fault, story)
        in_time = self._narrator.run(seconds=seconds)
        self._say("nothing moves any more" if in_time else "something still moves")
        return self.stories

    def _tell(self, fault: Fault, story: Played) -> None:
        chance = random.Random(fault.name)  # noqa: S311 - told by the name
        begins = START + (1 + fault.begins) * DAY
        for event in story.told:
            for _ in range(fault.copies):
                self._narrator.publish(event.at + fault.late * chance.random(), story, event.body)
            if fault.again_after:
                self._narrator.publish(begins + fault.again_after * DAY, story, event.body)
        repeated = fault.copies - 1 + bool(fault.again_after) + bool(fault.late)
        story.struck += repeated * len(story.told)
        if fault.poison:
            self._poison(story)
        if fault.deed:
            self._narrator.do(begins + fault.strikes * DAY, story, lambda: getattr(self, fault.deed)(story))

    def _poison(self, story: Played) -> None:
        for number, body in enumerate(POISON):
            self._narrator.publish(START + (34 + 20 * number) * HOUR, story, body)
        self._narrator.do(START + 3 * DAY, story, self._put_garbage)
        story.struck += len(POISON) + 2

    def _put_garbage(self) -> None:
        for queue in ("Watch", "Escalations"):
            self._stage.send(queue, GARBAGE)

    def _kill(self, story: Played) -> None:
        self._say("killing functions at work")
        with Killer(self._stage.aws.home).at_it() as killer:
            time.sleep(KILL_SECONDS)
        story.struck += killer.killed
        self._say(f"{killer.killed} killed")

    def _take_tables_away(self, story: Played) -> None:
        self._say("taking the table of customers away from every function")
        self._narrator.tending = False
        with tables_not_found(self._stage) as functions:
            come_again(self._stage, after=VERY_SOON)
            time.sleep(DOWN_SECONDS)
            come_again(self._stage)
        redriven = redrive(self._stage)
        self._narrator.tending = True
        self._say(f"{functions} functions have their table again; {redriven} dead letters were redriven")
        story.struck += functions + redriven

    def _redeploy(self, story: Played) -> None:
        self._say("deploying another version")
        redeploy(self._stage, "second")
        story.struck += 1

    def _withdraw(self, story: Played) -> None:
        self._say(f"deploying without the playbook {WITHDRAWN}")
        redeploy(self._stage, "third", tree=without_playbook(self._stage.aws.home, WITHDRAWN))
        story.struck += 1
