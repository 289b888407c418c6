"""Break everything on the list and print the table of docs/reliability.md: `python -m bench.faults [seeds] [customers] [name]`."""

import logging
import os
import sys
from collections import Counter

os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "POWERTOOLS_METRICS_NAMESPACE": "Attune",
    "POWERTOOLS_SERVICE_NAME": "attune",
}

from bench.faults.faults import FAULTS
from bench.faults.running import CUSTOMERS, Outcome, play

HEAD = (
    "| What breaks | Runs | Broken | Events | Journeys | of them cut off | Messages | Cases | Survived | Lost |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def main(seeds: int = 1, customers: int = CUSTOMERS, name: str = "") -> int:
    """Play so many stories with every fault whose name holds `name`; return how many runs lost something."""
    logging.disable(logging.CRITICAL)
    calm = {seed: play(FAULTS[0], seed, customers=customers) for seed in range(1, seeds + 1)}
    lost = 0
    print(HEAD)
    for fault in FAULTS:
        if name not in fault.name:
            continue
        outcomes = [play(fault, seed, customers=customers, calm=known.memory) for seed, known in calm.items()]
        lost += sum(bool(outcome.findings.wrong) for outcome in outcomes)
        print(row(fault.name, outcomes), flush=True)
        for outcome in outcomes:
            for invariant, what in outcome.findings.wrong:
                print(f"{fault.name}: {invariant}: {what}", file=sys.stderr, flush=True)
    return lost


def row(name: str, outcomes: list[Outcome]) -> str:
    """Return the table's row of a fault."""
    stakes: Counter[str] = Counter()
    for outcome in outcomes:
        stakes.update(outcome.findings.stakes)
    whole = sum(not outcome.findings.wrong for outcome in outcomes)
    wrong = sum(len(outcome.findings.wrong) for outcome in outcomes)
    broken = sum(outcome.struck for outcome in outcomes)
    counts = (stakes[name] for name in ("events", "journeys", "failed", "contacts", "cases"))
    cells = (name, len(outcomes), broken, *counts, whole, wrong)
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


if __name__ == "__main__":
    numbers = [int(told) for told in sys.argv[1:3]]
    sys.exit(min(1, main(*numbers, *sys.argv[3:4])))
