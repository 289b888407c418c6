"""What became of every field of an export: nothing is dropped in silence, because what nobody accounted for is named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LONGEST_SHOWN = 120


class Fate(StrEnum):
    """What became of a field."""

    CARRIED = "carried over"
    CHANGED = "changed meaning"
    NONE = "no counterpart"
    DECIDE = "to decide"
    NOTED = "about the export"


@dataclass(frozen=True)
class Finding:
    """One field (or everything below it): where it is, what it said, what became of it, and what to do."""

    path: str
    fate: Fate
    said: str
    told: str
    fix: str = ""


@dataclass
class Account:
    """The findings about one journey or segment; `of` is its tree as exported."""

    of: Mapping[str, Any]
    findings: list[Finding] = field(default_factory=list)

    def note(self, path: str, fate: Fate, told: str, fix: str = "") -> None:
        """Account for a field and everything below it."""
        self.findings.append(Finding(path, fate, shown(value_at(self.of, path)), told, fix))

    def close(self) -> None:
        """Name every field that nobody accounted for."""
        covered = {finding.path for finding in self.findings}
        for path in leaves(self.of):
            if not any(part in covered for part in prefixes(path)):
                self.note(path, Fate.NONE, "Attune has nothing like it.", "see whether it matters to you")


def leaves(tree: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every value that says something; empty ones say nothing."""
    match tree:
        case dict():
            for name, inner in tree.items():
                yield from leaves(inner, f"{path}/{name}" if path else str(name))
        case list():
            for number, inner in enumerate(tree):
                yield from leaves(inner, f"{path}/{number}")
        case None | "":
            return
        case _:
            yield path


def prefixes(path: str) -> Iterator[str]:
    """Yield a path and every path that it is below of."""
    parts = path.split("/")
    for length in range(len(parts), 0, -1):
        yield "/".join(parts[:length])


def value_at(tree: Any, path: str) -> Any:
    """Return what stands at a path; None where nothing does."""
    for part in path.split("/"):
        if isinstance(tree, Mapping):
            tree = tree.get(part)
        elif isinstance(tree, list) and part.isdigit() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            return None
    return tree


def shown(value: Any) -> str:
    """Return a value in a line for people."""
    match value:
        case None:
            return ""
        case dict():
            told = ", ".join(
                f"{name}: {shown(inner)}" for name, inner in value.items() if inner not in (None, "", {}, [])
            )
        case list():
            told = ", ".join(map(shown, value))
        case _:
            told = str(value)
    return told if len(told) <= LONGEST_SHOWN else f"{told[: LONGEST_SHOWN - 1]}…"
