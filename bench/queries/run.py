"""How long named queries, and the commands that ask, take: `python -m bench.queries.run [COPIES OF THE CROWD]`; 1 above 3 s.

On the local AWS. A command is a process of its own, from its start to its end, as whoever types it waits for it.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

from attune.adapters.clock import Clock
from attune.adapters.customers_table import CustomersTable
from attune.domain.clock import ClockScale
from attune.domain.customers import Profile
from attune.domain.decisions import Decision, decision_id
from attune_cli.cdk import ROOT
from tests.support.crowd import crowd
from tests.support.history import CASE_ADA, history, subject
from tests.support.lake import QUERIES, Lake, local_lake

BAR, TRIES = 3.0, 5
WHO = "cem"
ATTUNE = Path(sys.executable).with_name("attune")
SINCE = "--from", "2026-01-01"
COMMANDS = {
    "attune audit, about one customer": ("audit", "why_customer", "--customer", WHO, *SINCE),
    "attune audit, about one case": ("audit", "case_story", "--case", CASE_ADA, *SINCE),
    "attune audit, about everybody": ("audit", "experiment_results", *SINCE),
    "attune explain": ("explain", "examples/sessions/stuck_at_checkout.json"),
}


def main(copies: int = 50) -> None:
    """Fill a lake with the scripted history and so many crowds, and ask every question a few times."""
    with tempfile.TemporaryDirectory() as folder, local_lake(Path(folder)) as lake:
        key = _make_known(lake, WHO)
        told = (replace(one, subject_key=key) if one.subject_key == subject(WHO) else one for one in history())
        rows = [*told, *crowds(copies)]
        lake.export(rows)
        about = {"subject_key": key, "case_id": CASE_ADA}
        questions = {name: sorted(_seconds(lake, name, about) for _ in range(TRIES)) for name in QUERIES}
        waited = {name: [_waited(lake, words) for _ in range(TRIES)] for name, words in COMMANDS.items()}
    commands = {name: sorted(seconds for seconds, _ in tries) for name, tries in waited.items()}
    print(f"{len(rows):,} decisions, each question and command {TRIES} times; load {os.getloadavg()[0]:.1f}; seconds")
    for took in (questions, commands):
        for name, seconds in sorted(took.items(), key=lambda one: -median(one[1])):
            print(f"{name:32} median {median(seconds):.2f}, from {seconds[0]:.2f} to {seconds[-1]:.2f}")
    for name, tries in waited.items():
        print(f"{name:32} processor, median {median(processor for _, processor in tries):.2f}")
    sys.exit(max(map(median, [*questions.values(), *commands.values()])) > BAR)


def crowds(copies: int) -> Iterator[Decision]:
    """Yield the crowd so many times, each time of other people."""
    for number in range(copies):
        for one in crowd():
            name = f"{number}#{one.decision_id}"
            yield replace(one, decision_id=decision_id(name), subject_key=f"{one.subject_key}-{number}")


def _seconds(lake: Lake, name: str, about: Mapping[str, str]) -> float:
    began = time.perf_counter()
    lake.ask(name, **about)
    return time.perf_counter() - began


def _make_known(lake: Lake, name: str) -> str:
    """Write a person down, and return under which key the log has them: a question about them looks it up."""
    customers = CustomersTable(lake.client("dynamodb"), lake.outputs["CustomersTable"], Clock(ClockScale()))
    return customers.save(name, Profile(customer_id=name, subject_secret=secrets.token_hex(32))).subject_key


def _waited(lake: Lake, words: Sequence[str]) -> tuple[float, float]:
    """Return the seconds that a command took, and those of a processor: the first say as much about who else was at work."""
    environment = {**os.environ, "AWS_ENDPOINT_URL": lake.aws.endpoint}
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([ATTUNE, *words], cwd=ROOT, env=environment, check=True, capture_output=True)
    took, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
