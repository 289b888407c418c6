"""Where in a YAML file a field stands: what is wrong with a file is looked for again there, line by line."""

from collections.abc import Iterator, Sequence
from typing import Any

import yaml

type Path = Sequence[str | int]


class YamlPlaces:
    """The tree of a YAML text with the line of every field (from 1)."""

    def __init__(self, text: str) -> None:
        """Read the text; raise yaml.YAMLError where it is none."""
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)

    def line(self, path: Path, *, of_key: bool = False) -> int:
        """Return the line of a field, or of the innermost part around it that is there.

        `of_key` asks for the line of the field's name rather than of its value.
        """
        node, line = self._root, 1 if self._root is None else self._root.start_mark.line + 1
        for position, name in enumerate(path):
            last = position == len(path) - 1
            key, node = _child(node, name)
            if node is None:
                break
            marked = key if key is not None and (of_key or not last) else node
            line = marked.start_mark.line + 1
        return line

    def repeated(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Yield every field that stands twice in one place, with the line of the later one; YAML would drop the first."""
        yield from _repeated(self._root, ())


def _child(node: Any, name: str | int) -> tuple[Any, Any]:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(name)), (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(name, int) and name < len(node.value):
        return None, node.value[name]
    return None, None


def _repeated(node: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*place, key.value), key.start_mark.line + 1
            seen.add(key.value)
            yield from _repeated(value, (*place, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _repeated(value, (*place, str(number)))
