"""Events for minutes on end: does memory grow, is anything lost, does it get slower?"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from bench.throughput.measuring import Load, Run, prepare
from bench.throughput.processes import MIB, Sample, lines_of, take_samples
from bench.throughput.slopes import Slope, slope_of
from bench.throughput.stage import DeployedStage
from bench.throughput.ways import CONSENT, HELP

LOOK_SECONDS = 5.0
HELP_SHARE = 0.1
"""Beside the consents, so that cases are opened and replies acknowledged as well."""


@dataclass(frozen=True, kw_only=True)
class Soak:
    """What came of it: a run for each way, and every look at the processes."""

    minutes: float
    runs: tuple[Run, ...]
    samples: tuple[Sample, ...]

    def slopes(self) -> dict[str, tuple[float, Slope]]:
        """Return by function the median MiB of its processes and how they move; functions seen too shortly are left out."""
        found = {}
        for name in sorted({one.function for one in self.samples if one.function}):
            lines = lines_of(one for one in self.samples if one.function == name)
            slope, sizes = slope_of(lines), sorted(size for points in lines.values() for _, size in points)
            if slope is not None:
                found[name] = (sizes[len(sizes) // 2], slope)
        return found

    def all_together(self) -> Slope | None:
        """Return one slope for all functions' processes."""
        return slope_of(lines_of(one for one in self.samples if one.function))

    def local_aws(self) -> tuple[float, float]:
        """Return the MiB of the local AWS at first and at last: it keeps everything it is told in memory."""
        own = [one.rss / MIB for one in self.samples if not one.function]
        return own[0], own[-1]

    def as_data(self) -> dict[str, Any]:
        """Return the figures, and what a plot needs."""
        began = min(one.at for one in self.samples)
        every = self.all_together()
        return {
            "minutes": self.minutes,
            "runs": [one.as_data() | {"p95_ms_by_third": by_third(one)} for one in self.runs],
            "memory": {name: {"mib": round(size, 1), **vars(slope)} for name, (size, slope) in self.slopes().items()},
            "all": vars(every) if every else None,
            "local_aws_mib": self.local_aws(),
            "samples": [
                {"minute": (one.at - began) / 60, "pid": one.pid, "function": one.function, "mib": one.rss / MIB}
                for one in self.samples
            ],
        }


def by_third(run: Run) -> list[int]:
    """Return the p95 of the first, the second and the last third of a run, in milliseconds."""
    size = max(1, len(run.seconds) // 3)
    parts = [run.seconds[:size], run.seconds[size : 2 * size] or run.seconds[:size], run.seconds[-size:]]
    return [round(replace(run, seconds=part).percentile(0.95) * 1000) for part in parts]


@dataclass
class Watching:
    """Looks at processes and at the log every few seconds, beside what publishes."""

    look: Callable[[], list[Sample]]
    also: Sequence[Callable[[], object]]
    samples: list[Sample] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Look until told to end; iterators of streams would also end of themselves after a quarter of an hour."""
        while not self._ended.wait(LOOK_SECONDS):
            self.samples += self.look()
            for act in self.also:
                act()

    def end(self) -> None:
        """Stop looking."""
        self._ended.set()


def soak(stage: DeployedStage, *, minutes: float, rate: float) -> Soak:
    """Publish for minutes, watching."""
    loads = {CONSENT: Load(rate=rate, seconds=minutes * 60), HELP: Load(rate=rate * HELP_SHARE, seconds=minutes * 60)}
    prepared = [prepare(stage, way, load) for way, load in loads.items()]
    watching = Watching(partial(_ours, stage), [one.written.look for one in prepared])
    with ThreadPoolExecutor(len(prepared) + 1) as pool:
        watched = pool.submit(watching.run)
        try:
            published = [pool.submit(one.publish) for one in prepared]
            dues = [one.result() for one in published]
        finally:
            watching.end()
        watched.result()
    runs = tuple(one.finish(due) for one, due in zip(prepared, dues, strict=True))
    return Soak(minutes=minutes, runs=runs, samples=tuple(watching.samples))


def _ours(stage: DeployedStage) -> list[Sample]:
    """Return the sizes of the local AWS and of our functions, without those of the bare way."""
    samples = take_samples(stage.group, stage.deployed_names, time.time())
    return [one for one in samples if not one.function or one.function in stage.functions]
