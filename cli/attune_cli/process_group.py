"""Start a program in a process group of its own and end that group to the last process."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

POLL_SECONDS = 0.05


def spawn(command: Sequence[str], *, env: Mapping[str, str], log: Path, cwd: Path) -> subprocess.Popen[bytes]:
    """Start a program detached from the terminal, output to a log file; its pid is its group's id."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def living_members(group: int) -> dict[int, str]:
    """Return the command lines of a process group's living processes by pid; a zombie no longer lives."""
    listing = subprocess.run(
        ["ps", "-A", "-o", "pid=,pgid=,stat=,command="], capture_output=True, text=True, check=True
    )
    rows = (line.split(maxsplit=3) for line in listing.stdout.splitlines())
    return {
        int(pid): "".join(command)
        for pid, pgid, state, *command in rows
        if int(pgid) == group and not state.startswith("Z")
    }


def end_group(group: int, *, patience: float) -> list[int]:
    """Ask a group to end, insist after `patience` seconds, and return whoever is still alive (nobody, normally)."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(group, request)
        if wait_until(lambda: not living_members(group), seconds=patience):
            break
    return list(living_members(group))


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Wait for a condition; return whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
