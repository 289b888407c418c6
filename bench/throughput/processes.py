"""The processes of a local AWS: how large they are over time, and how much processor time they took."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from attune_cli.process_group import living_members
from bench.throughput.slopes import Points

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
MIB = 1024**2
HOUR = 3600
BLOCK_SECONDS = 30.0
"""What one point of a line is the median of: samples seconds apart tell little more than one."""
YOUNG_SECONDS = 120.0
"""How long a process may still fill its caches before it counts."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """How large one process was, in bytes, at a time in seconds; `function` is empty for the local AWS itself."""

    at: float
    pid: int
    function: str
    rss: int


def processes(group: int, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield the processes of a local AWS with the function that each runs; `names` are ours by the deployed name."""
    for pid in living_members(group):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:  # it ended between the list and the look
            continue
        deployed = next((one for one in environment if one.startswith(b"AWS_LAMBDA_FUNCTION_NAME=")), b"")
        name = deployed.partition(b"=")[2].decode()
        yield pid, names.get(name, name)


def take_samples(group: int, names: Mapping[str, str], at: float) -> list[Sample]:
    """Return the size of the local AWS and of all its functions' processes."""
    samples = []
    for pid, function in processes(group, names):
        with suppress(OSError):
            pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
            samples.append(Sample(at=at, pid=pid, function=function, rss=pages * PAGE))
    return samples


def cpu_seconds(group: int, names: Mapping[str, str]) -> tuple[float, float]:
    """Return the processor time so far of the local AWS itself, and of its functions' processes, also those that ended."""
    local_aws = functions = 0.0
    for pid, function in processes(group, names):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            own, ended = (sum(map(int, fields[at : at + 2])) / TICKS for at in (11, 13))  # its own, and its children's
            local_aws, functions = (local_aws, functions + own) if function else (local_aws + own, functions + ended)
    return local_aws, functions


def lines_of(samples: Iterable[Sample]) -> dict[int, Points]:
    """Return a line of medians for each process, in hours and MiB, without its youth."""
    found: dict[int, dict[int, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    born: dict[int, float] = {}
    for sample in sorted(samples, key=lambda one: one.at):
        if sample.at - born.setdefault(sample.pid, sample.at) >= YOUNG_SECONDS:
            found[sample.pid][int(sample.at // BLOCK_SECONDS)].append(sample)
    return {
        pid: [
            (number * BLOCK_SECONDS / HOUR, median(one.rss for one in block) / MIB)
            for number, block in sorted(blocks.items())
        ]
        for pid, blocks in found.items()
    }
