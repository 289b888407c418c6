"""What is wrong with a playbook's file, each with its line, its place, and what would be right."""

import dataclasses
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from attune.adapters.yaml_places import YamlPlaces
from attune.domain.playbooks import Playbook

FIXES = {
    "time_type": 'write it in quotes, e.g. "20:00"',
    "time_parsing": 'write it in quotes, e.g. "20:00"',
    "time_delta_type": "write e.g. PT10M, PT12H or P1D",
    "time_delta_parsing": "write e.g. PT10M, PT12H or P1D",
    "missing": "add it",
    "tuple_type": "write a list, e.g. [a, b]",
}
_UNKNOWN_FIELD = frozenset({"extra_forbidden", "unexpected_keyword_argument"})


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend; `line` counts from 1, `place` is the path of the field, e.g. `touches.0.delays`."""

    line: int
    place: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        """Return it as people read it, without the line: `place: what; fix`."""
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.what}{f'; {self.fix}' if self.fix else ''}"


def refusal_of(path: Path, problems: Iterable[Problem], *, what: str = "this playbook does not parse") -> str:
    """Return the message that refuses a file: one line for each problem, `file:line: place: what; fix`."""
    told = "\n".join(f"  {path}:{problem.line}: {problem}" for problem in sorted(problems))
    return f"{path}: {what}:\n{told}\nSee docs/playbooks.md for every field."


def problems_of(error: ValidationError, text: str) -> list[Problem]:
    """Return everything that does not fit, with the line it stands in."""
    places = YamlPlaces(text)
    return [_problem(item, places) for item in error.errors()]


def problems_of_values(wrong: Iterable[tuple[Sequence[str | int], str, str]], text: str) -> list[Problem]:
    """Return problems that were found in a playbook that parses: path, what is wrong, and what would be right."""
    places = YamlPlaces(text)
    return [Problem(places.line(path), ".".join(map(str, path)), what, fix) for path, what, fix in wrong]


def repeated_fields(text: str) -> list[Problem]:
    """Return the fields that stand twice."""
    return [
        Problem(line, ".".join(place), "stands twice here, and YAML keeps the last only", "take one of them out")
        for place, line in YamlPlaces(text).repeated()
    ]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a known word that is almost this one, as a fix, or nothing."""
    exact = {name.casefold(): name for name in known}
    found = get_close_matches(word.casefold(), exact, n=1, cutoff=0.6)
    return f"did you mean {exact[found[0]]!r}?" if found else ""


def yaml_problem(path: Path, error: yaml.YAMLError) -> str:
    """Return the message about a text that is no YAML."""
    mark = getattr(error, "problem_mark", None)
    line = f":{mark.line + 1}" if mark else ""
    what = getattr(error, "problem", None) or str(error)
    return f"{path}{line}: this is not YAML: {what}"


def _problem(item: Mapping[str, Any], places: YamlPlaces) -> Problem:
    path = tuple(item["loc"])
    place = ".".join(map(str, path)) or "(file)"
    what = item["msg"].removeprefix("Value error, ")
    if item["type"] in _UNKNOWN_FIELD and path:
        known = sorted(_fields_at(Playbook, path[:-1]))
        fix = nearest(str(path[-1]), known) or f"known here: {', '.join(known)}"
        return Problem(places.line(path, of_key=True), place, "there is no such field", fix)
    if item["type"] in {"literal_error", "enum"}:
        known = [word.strip("'") for word in item["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return Problem(places.line(path), place, what, nearest(str(item["input"]), known))
    return Problem(places.line(path), place, what, FIXES.get(item["type"], ""))


def _fields_at(model: Any, path: Sequence[str | int]) -> Iterator[str]:
    """Yield the names of the fields of the part of a playbook at a path."""
    for name in path:
        hints = typing.get_type_hints(model) if dataclasses.is_dataclass(model) else {}
        if name in hints:  # else a position in a list, or a key of a mapping: the same kind of thing
            model = _inside(hints[str(name)])
    if dataclasses.is_dataclass(model):
        yield from (field.name for field in dataclasses.fields(model))


def _inside(hint: Any) -> Any:
    """Return the dataclass that a hint is about: the thing itself, what a tuple or a mapping holds, or not None."""
    if typing.get_origin(hint) is None:
        return hint
    return next((found for part in typing.get_args(hint) if dataclasses.is_dataclass(found := _inside(part))), None)
