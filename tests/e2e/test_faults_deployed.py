"""Things break on the deployed system: every event three times, poison among them, functions killed at work by pid."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bench.faults.deployed.breaking import Killer, come_again
from bench.faults.deployed.playing import Narrator, Played
from bench.faults.deployed.stage import FaultyStage
from bench.faults.stories import POISON, START, Author
from tests.e2e.conftest import PATIENCE, Deployed

SPEED = 14_400
SEED, CUSTOMERS, FIRST = 901, 4, 60
BRIEF = {"troubles": ("payment", "form"), "turns": ("stops", "withdraws", "asks", "buys"), "pace": 0.15}
"""What is over within a week of theirs, which is less than a minute."""
MOST = 6
"""So many kills leave every step some of its tries."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KILL_SECONDS = 15.0
SOON, USUAL = 8, 180
"""Seconds after which a message comes again that nobody was done with: while functions are killed, and else."""


@pytest.fixture
def stage(deployed: Deployed) -> Iterator[FaultyStage]:
    """Let the stage live fast and deliver again soon, and put both back."""
    faulty = FaultyStage(deployed.aws, deployed.aws.set_clock(SPEED, START))
    yield faulty
    come_again(faulty, after=USUAL)
    deployed.aws.set_clock(1, datetime.now(UTC))
    for queue in ("QuarantineQueueUrl", "SupportQueueUrl", "SupportUrgentQueueUrl"):
        deployed.pull(queue)


def the_story(stage: FaultyStage) -> Played:
    """Write what people do from the second morning on; until then what should be known afterwards is worked out."""
    morning = (stage.clock.now() + 2 * DAY).replace(hour=8, minute=0, second=0, microsecond=0)
    story = Played("brief", Author(SEED, start=morning, first=FIRST, **BRIEF).write(CUSTOMERS))
    story.work_out_calm()
    return story


def test_nothing_is_lost_when_events_come_three_times_with_poison_and_functions_are_killed(stage: FaultyStage) -> None:
    story, narrator = the_story(stage), Narrator(stage)
    narrator.add(story)
    for event in story.told:
        for _ in range(3):
            narrator.publish(event.at, story, event.body)
    for number, body in enumerate(POISON):
        narrator.publish(story.told[0].at + 4 * number * HOUR, story, body)

    killer = Killer(stage.aws.home, most=MOST)

    def kill_for_a_while() -> None:
        come_again(stage, after=SOON)
        with killer.at_it():
            killer.enough.wait(KILL_SECONDS)
        killer.kill_one_at_least()
        come_again(stage, after=USUAL // 3)  # longer than the slowest machine takes for a batch

    narrator.do(story.told[0].at, story, kill_for_a_while)

    in_time = narrator.run(seconds=4 * PATIENCE)

    assert story.findings is not None
    assert story.findings.wrong == ()
    assert in_time, "something still moves"
    assert killer.killed > 0
    assert story.findings.stakes["events"] == 3 * len(story.told) + len(POISON)
    assert story.findings.stakes["cases"] > 0
