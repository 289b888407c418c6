"""Ending what was started, with everything it started itself."""

import os
import sys
from pathlib import Path

from attune_cli.process_group import end_group, living_members, spawn, wait_until

FAMILY = """
import subprocess, sys, time
for _ in range(2):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
time.sleep(600)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""


def test_ending_a_group_ends_its_children_too(tmp_path: Path) -> None:
    process = spawn([sys.executable, "-c", FAMILY], env=os.environ, log=tmp_path / "log", cwd=tmp_path)
    assert wait_until(lambda: len(living_members(process.pid)) == 3, seconds=120)

    survivors = end_group(process.pid, patience=60)

    assert survivors == []
    assert living_members(process.pid) == {}
    process.wait(timeout=60)


def test_who_ignores_the_request_to_end_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = spawn([sys.executable, "-c", STUBBORN], env=os.environ, log=log, cwd=tmp_path)
    assert wait_until(lambda: "ready" in log.read_text(), seconds=120)

    assert end_group(process.pid, patience=2) == []
    process.wait(timeout=60)


def test_ending_a_group_that_is_gone_is_no_error(tmp_path: Path) -> None:
    process = spawn([sys.executable, "-c", ""], env=os.environ, log=tmp_path / "log", cwd=tmp_path)
    process.wait(timeout=60)

    assert end_group(process.pid, patience=1) == []
