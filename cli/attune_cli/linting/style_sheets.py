"""As much of CSS as emails use: rules with simple selectors, custom properties, and the dark colour scheme."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_COMPOUND = re.compile(
    r"(?P<tag>[a-z][\w-]*|\*)?(?P<rest>(?:[.#][\w-]+|\[[^\]]*\]|::?[\w-]+(?:\([^)]*\))?)*)", re.IGNORECASE
)
_PART = re.compile(r"([.#])([\w-]+)")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]+))?\)")
_STATES = (":hover", ":focus", ":active", ":visited", "::", ":disabled", ":target")

type Declarations = Mapping[str, tuple[str, bool]]


@dataclass(frozen=True)
class Element:
    """An element as selectors see it."""

    tag: str
    classes: frozenset[str]
    id: str


@dataclass(frozen=True)
class _Compound:
    tag: str
    classes: frozenset[str]
    id: str

    def matches(self, element: Element) -> bool:
        return (
            self.tag in {"", "*", element.tag}
            and self.classes <= element.classes
            and (not self.id or self.id == element.id)
        )


@dataclass(frozen=True)
class StyleRule:
    """A selector with its declarations (value, important); `dark` for those of the dark scheme only."""

    path: tuple[_Compound, ...]
    declarations: Declarations
    dark: bool

    @property
    def weight(self) -> tuple[int, int, int]:
        """Return the selector's specificity."""
        return (
            sum(bool(part.id) for part in self.path),
            sum(len(part.classes) for part in self.path),
            sum(part.tag not in {"", "*"} for part in self.path),
        )

    def matches(self, ancestry: Sequence[Element]) -> bool:
        """Whether the last element, below the others, is meant."""
        if not ancestry or not self.path[-1].matches(ancestry[-1]):
            return False
        position = len(ancestry) - 2
        for part in reversed(self.path[:-1]):
            while position >= 0 and not part.matches(ancestry[position]):
                position -= 1
            if position < 0:
                return False
            position -= 1
        return True


def read_rules(css: str, *, dark: bool = False) -> Iterator[StyleRule]:
    """Read the rules of a style sheet; those for narrow screens, print and states of the mouse are left out."""
    css = _COMMENT.sub(" ", css)
    for prelude, block in _blocks(css):
        if prelude.startswith("@media"):
            if "dark" in prelude:
                yield from read_rules(block, dark=True)
            elif not re.search(r"(?:max|min)-|print|reduced|width|height|forced|contrast", prelude):
                yield from read_rules(block, dark=dark)
        elif prelude.startswith("@supports"):
            yield from read_rules(block, dark=dark)
        elif not prelude.startswith("@"):
            declarations = read_declarations(block)
            for selector in prelude.split(","):
                path = _path(selector)
                if path:
                    yield StyleRule(path, declarations, dark)


def read_declarations(block: str) -> dict[str, tuple[str, bool]]:
    """Read `name: value; …`; the value says whether it is important."""
    found: dict[str, tuple[str, bool]] = {}
    for line in re.split(r";(?![^(]*\))", block):
        name, colon, value = line.partition(":")
        if colon:
            important = "!important" in value
            found[name.strip().lower()] = (value.replace("!important", "").strip(), important)
    return found


def resolved(value: str, variables: Mapping[str, str]) -> str:
    """Return a value with its custom properties put in."""
    for _ in range(4):
        value, count = _VARIABLE.subn(lambda m: variables.get(m[1], m[2] or ""), value)
        if not count:
            break
    return value


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    position = 0
    while (opening := css.find("{", position)) >= 0:
        depth, end = 1, opening + 1
        while end < len(css) and depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        prelude = css[position:opening].rpartition(";")[2].strip().lower()
        yield prelude, css[opening + 1 : end - 1]
        position = end


def _path(selector: str) -> tuple[_Compound, ...]:
    if any(state in selector for state in _STATES):
        return ()
    parts = [part for part in re.split(r"[\s>+~]+", selector.strip()) if part]
    path = []
    for part in parts:
        match = _COMPOUND.fullmatch(part)
        if match is None:
            return ()
        named = _PART.findall(match["rest"] or "")
        tag = "html" if ":root" in part else (match["tag"] or "").lower()
        classes = frozenset(name for mark, name in named if mark == ".")
        path.append(_Compound(tag, classes, next((name for mark, name in named if mark == "#"), "")))
    return tuple(path)
