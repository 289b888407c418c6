"""Break things on a deployed stage, for real, and print the table of docs/reliability.md: `python -m bench.faults.deployed`."""

import logging
import os
import sys
import time
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
from bench.faults.__main__ import HEAD, row
from bench.faults.deployed.breaking import come_again
from bench.faults.deployed.programme import SPEED, Programme
from bench.faults.deployed.stage import FaultyStage
from bench.faults.invariants import Findings
from bench.faults.running import Outcome
from bench.faults.stories import START
from tests.support.processes import processes_of

PATIENCE = 900.0
"""Real seconds after which whatever still moves is looked at as it is."""


def main(home: Path) -> int:
    """Deploy, play the programme, look, and end everything; return how many stories lost something."""
    logging.disable(logging.CRITICAL)
    began = time.monotonic()

    def say(told: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {told}", file=sys.stderr, flush=True)

    programme = Programme(say=say)
    say(f"{len(programme.stories)} stories are written")
    with LocalAws(home=home, progress=say) as aws:
        stage = FaultyStage(aws, aws.set_clock(SPEED, START))
        come_again(stage)
        stories = programme.play(stage, seconds=PATIENCE)
        outcomes = [Outcome(story.struck, story.findings or Findings(), story.calm) for story in stories]
    print(HEAD)
    for story, outcome in zip(stories, outcomes, strict=True):
        print(row(story.name, [outcome]))
        for invariant, what in outcome.findings.wrong:
            print(f"{story.name}: {invariant}: {what}", file=sys.stderr)
    left = processes_of(home)
    say(f"done; processes left behind: {len(left)}")
    return sum(bool(outcome.findings.wrong) for outcome in outcomes) + len(left)


if __name__ == "__main__":
    sys.exit(min(1, main(ROOT / ".local" / "faults")))
