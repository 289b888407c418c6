"""What the lint says about one place in a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_QUOTE = 80


class Severity(StrEnum):
    """Whether a finding stops a release or asks for a second look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """One thing to change: where (line and column count from 1), the words, why they matter, and what to do."""

    path: str
    line: int
    column: int
    rule: str
    severity: Severity
    words: str
    reason: str
    fix: str


def shortened(words: str) -> str:
    """Return words on one line, short enough to quote."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1].rstrip() + "…"


def has_errors(findings: Sequence[Finding]) -> bool:
    """Whether anything found must be changed before it may be sent."""
    return any(finding.severity is Severity.ERROR for finding in findings)
