"""How long each named query takes on the local AWS: `python -m bench.queries.run [COPIES OF THE CROWD]`; ends with 1 above 3 s."""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from attune.domain.decisions import Decision, decision_id
from tests.support.crowd import crowd
from tests.support.history import CASE_ADA, history, subject
from tests.support.lake import QUERIES, Lake, local_lake

BAR, TRIES = 3.0, 5
ABOUT = {"subject_key": subject("cem"), "case_id": CASE_ADA}


def main(copies: int = 50) -> None:
    """Fill a lake with the scripted history and so many crowds, and ask every question a few times."""
    with tempfile.TemporaryDirectory() as folder, local_lake(Path(folder)) as lake:
        rows = [*history(), *crowds(copies)]
        lake.export(rows)
        took = {name: sorted(_seconds(lake, name) for _ in range(TRIES)) for name in QUERIES}
    slowest = max(took, key=lambda name: median(took[name]))
    print(f"{len(rows):,} decisions, each question {TRIES} times; seconds")
    for name, seconds in sorted(took.items(), key=lambda one: -median(one[1])):
        print(f"{name:26} median {median(seconds):.2f}, from {seconds[0]:.2f} to {seconds[-1]:.2f}")
    sys.exit(1 if median(took[slowest]) > BAR else 0)


def crowds(copies: int) -> Iterator[Decision]:
    """Yield the crowd so many times, each time of other people."""
    for number in range(copies):
        for one in crowd():
            name = f"{number}#{one.decision_id}"
            yield replace(one, decision_id=decision_id(name), subject_key=f"{one.subject_key}-{number}")


def _seconds(lake: Lake, name: str) -> float:
    began = time.perf_counter()
    lake.ask(name, **ABOUT)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
