"""Break things on a deployed stage, for real: `python -m bench.faults.deployed [part of a fault's name]` prints the table."""

import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "POWERTOOLS_METRICS_NAMESPACE": "Attune",
    "POWERTOOLS_SERVICE_NAME": "attune",
}

from attune_cli.cdk import ROOT
from attune_cli.local_aws import LocalAws
from attune_cli.warming import warm_up
from bench.faults.__main__ import HEAD, row
from bench.faults.deployed.breaking import come_again
from bench.faults.deployed.observed import ObservedWorld
from bench.faults.deployed.playing import Played
from bench.faults.deployed.programme import SPEED, Programme
from bench.faults.deployed.stage import FaultyStage
from bench.faults.invariants import Findings
from bench.faults.running import Outcome
from bench.faults.stories import START
from tests.support.processes import processes_of

PATIENCE = 900.0
"""Real seconds after which whatever still moves is looked at as it is."""
REHEARSAL = timedelta(seconds=120)
"""How long before the first story's day the clock is wound up: functions start meanwhile, one after the other."""
WARM_COPIES = {
    "IngestEvents": 2,
    "ScoreFriction": 2,
    "PlanTouch": 2,
    "SendMessage": 2,
    "ReviewJourney": 2,
    "Escalate": 1,
    "AcknowledgeReply": 1,
    "ExportDecisions": 1,
    "LearnPolicy": 1,
}
"""How many processes of each function are started before the first story: five of them begin on the same day."""


def main(home: Path, name: str = "") -> int:
    """Deploy, play the programme, look, and end everything; return how many stories lost something."""
    logging.disable(logging.CRITICAL)
    began = time.monotonic()

    def say(told: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {told}", file=sys.stderr, flush=True)

    programme = Programme(name, say=say)
    say(f"{len(programme.stories)} stories are written")
    with LocalAws(home=home, progress=say) as aws:
        stage = FaultyStage(aws, aws.set_clock(SPEED, START - SPEED * REHEARSAL))
        come_again(stage)
        warm_up(stage.client("lambda"), WARM_COPIES)
        say(f"functions are warm; it is {stage.clock.now():%A, %H:%M} and stories begin on {START:%A, %H:%M}")
        stories = programme.play(stage, seconds=PATIENCE)
        outcomes = [Outcome(story.struck, story.findings or Findings(), story.calm) for story in stories]
        for story in stories:
            say(f"{story.name}: {contacts_of(stage, story)}")
    print(HEAD)
    for story, outcome in zip(stories, outcomes, strict=True):
        print(row(story.name, [outcome]))
        for invariant, what in outcome.findings.wrong:
            print(f"{story.name}: {invariant}: {what}", file=sys.stderr)
    left = processes_of(home)
    say(f"done; processes left behind: {len(left)}")
    return sum(bool(outcome.findings.wrong) for outcome in outcomes) + len(left)


def contacts_of(stage: FaultyStage, story: Played) -> str:
    """Say what became of each contact that was looked at, and why; messages that are missing are told by this."""
    rows = [row for row in ObservedWorld(stage, story.told).decisions() if row["kind"] == "contact"]
    told = Counter(_with_reasons(row) for row in rows)
    return ", ".join(f"{count} {what}" for what, count in told.most_common()) or "no contact was looked at"


def _with_reasons(row: Mapping[str, str]) -> str:
    codes = " ".join(reason["code"] for reason in json.loads(row["reasons"]))
    return codes if codes == row["choice"] else f"{row['choice']} ({codes})"


if __name__ == "__main__":
    sys.exit(min(1, main(ROOT / ".local" / "faults", *sys.argv[1:2])))
