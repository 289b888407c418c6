"""The lines of a launch checklist: what was looked at, whether it passes, and where to read on."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

DOCS = "docs"


class State(StrEnum):
    """How a line stands; what was not checked does not pass."""

    PASS = "pass"  # noqa: S105 - no secret
    FAIL = "fail"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Line:
    """One line: what must hold, how it stands, what was looked at, and what to do where it does not pass."""

    name: str
    asks: str
    state: State
    looked_at: str
    fix: str = ""
    link: str = ""


def passed(name: str, looked_at: str) -> Line:
    """Return a line that passes."""
    return _line(name, State.PASS, looked_at)


def failed(name: str, looked_at: str, fix: str) -> Line:
    """Return a line that fails."""
    return _line(name, State.FAIL, looked_at, fix)


def not_checked(name: str, looked_at: str, fix: str) -> Line:
    """Return a line that could not be looked at."""
    return _line(name, State.NOT_CHECKED, looked_at, fix)


def is_ready(lines: Iterable[Line]) -> bool:
    """Whether everything passes."""
    return all(line.state is State.PASS for line in lines)


def as_tree(playbook: str, version: str, lines: Iterable[Line]) -> dict[str, Any]:
    """Return the checklist as JSON has it."""
    listed = list(lines)
    return {
        "playbook": playbook,
        "version": version,
        "ready": is_ready(listed),
        "lines": [asdict(line) for line in listed],
    }


def _line(name: str, state: State, looked_at: str, fix: str = "") -> Line:
    asks, page = ASKED[name]
    return Line(name, asks, state, looked_at, fix, f"{DOCS}/{page}")


ASKED = {
    "file": ("The file is right, and its journey map is drawn.", "playbooks.md"),
    "reviewed": ("Somebody owns it, says what it is for, and named its goals.", "playbooks.md"),
    "lint": ("Its texts have no errors: no dark patterns, no holes, no missing law.", "linting.md"),
    "approvals": ("Every touch can say something approved on each of its channels.", "texts.md"),
    "events": ("Its events arrive: those that open it, and those that end it.", "events/README.md"),
    "identity": ("Who is who is known well enough.", "configuration.md"),
    "dry_run": ("It was tried: this version decided about people and sent nothing.", "launch-check.md"),
    "watched": ("Dashboard and alarms are there, and somebody hears them.", "operations.md"),
    "deployed": ("The stage has this version.", "operations.md"),
    "rollback": ("It can be taken back: a switch that works, and what to go back to.", "playbooks.md"),
}
"""In the order of the checklist: what each line asks, and the page about it."""
