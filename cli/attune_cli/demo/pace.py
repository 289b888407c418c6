"""How fast the story may go on this machine: one that is busy with other things as well would blur a fast one."""

import math
import os
import resource
import subprocess
import sys

FASTEST, SLOWEST = 12_600.0, 3_000.0
"""Seconds of the story in one: what two idle cores can follow, and what nobody should have to wait longer for."""
CORES = 2
ENOUGH = 0.9
"""The share of two cores with which the fastest story is still clear."""
SPIN = "import sys, time; end = time.monotonic() + float(sys.argv[1])\nwhile time.monotonic() < end: pass"


def idle_share(seconds: float = 2.0) -> float:
    """Return how much of two cores this machine has to spare, from 0 to 1: two processes take what they get."""
    before = _children_seconds()
    spinning = [
        subprocess.Popen([sys.executable, "-I", "-S", "-c", SPIN, str(seconds)])
        for _ in range(min(CORES, os.cpu_count() or 1))
    ]
    for one in spinning:
        one.wait()
    return min(1.0, (_children_seconds() - before) / (CORES * seconds))


def pace_for(share: float) -> float:
    """Return how many seconds of the story may pass in one on a machine with so much to spare, in round hundreds.

    By the square of the share: who is busy now may be busier a minute later.
    """
    pace = math.floor(FASTEST * min(1.0, share / ENOUGH) ** 2 / 100) * 100
    return max(SLOWEST, float(pace))


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
