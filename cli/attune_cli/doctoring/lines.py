"""What doctor says: one line for each thing it looked at, whether it is well, and what to do where it is not."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError


class State(StrEnum):
    """How a line stands; what could not be looked at is a warning."""

    PASS = "pass"  # noqa: S105 - no secret
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Line:
    """One line: what it is about, how it stands, what was seen, and what to do."""

    area: str
    name: str
    state: State
    seen: str
    fix: str = ""


@dataclass(frozen=True)
class Area:
    """Makes the lines of one area; `severe` says whether what is wrong there stops a stage that really sends."""

    name: str
    severe: bool = True

    def passed(self, name: str, seen: str) -> Line:
        """Return a line that is well."""
        return Line(self.name, name, State.PASS, seen)

    def warned(self, name: str, seen: str, fix: str) -> Line:
        """Return a line that somebody should look at."""
        return Line(self.name, name, State.WARN, seen, fix)

    def failed(self, name: str, seen: str, fix: str) -> Line:
        """Return a line that stops a stage; a warning where nothing depends on it yet."""
        return Line(self.name, name, State.FAIL if self.severe else State.WARN, seen, fix)

    def asked(self, name: str, ask: Callable[[], Iterable[Line]]) -> list[Line]:
        """Return the lines of `ask`, or one that says why AWS could not be asked."""
        try:
            return list(ask())
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if "AccessDenied" in code or "NotAuthorized" in code or "Unauthorized" in code:
                fix = f"allow {error.operation_name} (docs/doctor.md lists what doctor asks), or look yourself"
                return [self.warned(name, f"not allowed to ask: {error.operation_name}", fix)]
            return [self.warned(name, f"AWS does not tell: {error}", "look yourself")]
        except BotoCoreError as error:
            return [self.warned(name, f"AWS cannot be reached: {error}", "look at network, region and credentials")]


def is_well(lines: Iterable[Line]) -> bool:
    """Whether nothing fails; warnings are for people to weigh."""
    return all(line.state is not State.FAIL for line in lines)


def as_tree(stage: str, lines: Iterable[Line]) -> dict[str, Any]:
    """Return the lines as JSON has them."""
    listed = list(lines)
    return {"stage": stage, "well": is_well(listed), "lines": [asdict(line) for line in listed]}
