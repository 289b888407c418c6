"""Processes that work for a local AWS, told by the home folder that it gave them: nobody else's."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WORKER = "_worker.py"
"""What the process of a function runs."""
GONE = frozenset("ZX")
"""How the kernel says that a process has ended, whether or not anybody has heard of it."""


@dataclass(frozen=True)
class Process:
    """A process that lived when it was looked for."""

    pid: int
    command: str

    @property
    def is_function(self) -> bool:
        """Whether it is the process of a Lambda function."""
        return WORKER in self.command

    def worked(self) -> int:
        """Return how much it has worked, in ticks of the CPU; nothing once it has ended."""
        state, *numbers = _stat(Path("/proc") / str(self.pid))
        return 0 if state in GONE else int(numbers[10]) + int(numbers[11])


def processes_of(home: Path) -> list[Process]:
    """Return the living processes that work for a local AWS under this folder."""
    return [process for folder in Path("/proc").iterdir() if folder.name.isdigit() for process in _read(folder, home)]


def _read(folder: Path, home: Path) -> Iterator[Process]:
    try:
        variables = (folder / "environ").read_bytes().split(b"\0")
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return  # it has ended, or is somebody else's
    if f"HOME={home}/aws".encode() in variables and _stat(folder)[0] not in GONE:
        yield Process(int(folder.name), command)


def _stat(folder: Path) -> list[str]:
    """Return the state of a process and the numbers after it; a process that is gone counts as dead."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["X"]
