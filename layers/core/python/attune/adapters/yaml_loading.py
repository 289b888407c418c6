"""Read YAML with libyaml where it is there: ten playbooks are then read in 10 ms instead of 100."""

from typing import Any

import yaml

DEEPEST = 100
"""Levels within levels that a file of people may have; theirs have five."""
_OPENINGS = ("[", "{", "- -", "- ?", "? -", "? ?")
_FEW = 1_000
"""So many levels libyaml reads in any case; at some ten thousand it ends the process."""
_FASTEST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RepeatedKeyError(yaml.constructor.ConstructorError):
    """A key stands twice in one place."""


class _Loader(_FASTEST):  # type: ignore[misc] # the C one where there is one
    """Refuses a key that stands twice in one place: the first would be dropped without a word (YAML 1.2, 3.2.1.3)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the loader's
        """Return the mapping; raise a RepeatedKeyError with the place of a key that is there twice."""
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == "tag:yaml.org,2002:merge":
                continue
            if (key.tag, key.value) in seen:
                problem = f"{key.value!r} is there twice in one place, and only one of them would count"
                raise RepeatedKeyError(None, None, problem, key.start_mark)
            seen.add((key.tag, key.value))
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def load_yaml(text: str, *, repeats_are_told_elsewhere: bool = False) -> Any:
    """Return what a YAML text says, as plain values; raise yaml.YAMLError where it is none, or a key stands twice.

    With `repeats_are_told_elsewhere` the last of such keys counts: `attune playbooks check` tells them with all else
    that is wrong.
    """
    _refuse_what_is_nested_too_deeply(text)
    return yaml.load(text, Loader=_FASTEST if repeats_are_told_elsewhere else _Loader)  # noqa: S506 - both are safe


def _refuse_what_is_nested_too_deeply(text: str) -> None:
    """Raise yaml.MarkedYAMLError with the place, before libyaml would recurse out of its stack and take the process along."""
    if sum(map(text.count, _OPENINGS)) <= _FEW:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_FASTEST):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply to be read", problem_mark=event.start_mark)  # type: ignore[arg-type]
