"""Read a Liquid source without running it: which names it uses, and whether it stays inside what is allowed."""

import re
from collections.abc import Iterator, Mapping

from attune.domain.errors import AttuneError

TEXT_TAGS = frozenset({"if", "elsif", "else", "endif", "unless", "endunless", "case", "when", "endcase"})
"""The tags a text may use. No loops, no assignments, no files: a text is words with slots."""

TEXT_FILTERS = frozenset(
    {"append", "capitalize", "downcase", "prepend", "strip", "truncate", "truncatewords", "upcase"}
)
"""The filters a text may use; none of them reads a clock or makes markup."""

_CODE = re.compile(r"\{\{-?(?P<output>.*?)-?\}\}|\{%-?(?P<tag>.*?)-?%\}", re.DOTALL)
_LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_FILTER = re.compile(r"\|\s*([A-Za-z_][\w-]*)")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_REACH_INTO = re.compile(r"[\w\]]\s*(?:\.\s*[A-Za-z_]|\[)")
_WORDS = frozenset({"and", "or", "contains", "blank", "empty", "nil", "null", "true", "false"})


class ForbiddenLiquidError(AttuneError):
    """Raised when a source leaves what is allowed; `line` counts from 1 within the source."""

    def __init__(self, line: int, problem: str, fix: str) -> None:
        """Keep the parts of the message for whoever knows the file's name."""
        super().__init__(f"line {line}: {problem}. {fix}")
        self.line = line
        self.problem = problem
        self.fix = fix


def names_used(source: str) -> Mapping[str, int]:
    """Return every slot a source uses with the line of its first use; raise ForbiddenLiquidError for anything forbidden."""
    _refuse_leftovers(source)
    used: dict[str, int] = {}
    for line, expression in _expressions(source):
        for name in _NAME.findall(expression):
            if name not in _WORDS:
                used.setdefault(name, line)
    return used


def _expressions(source: str) -> Iterator[tuple[int, str]]:
    """Yield each expression with its line, without quoted words, filter names and tag names."""
    for match in _CODE.finditer(source):
        line = source.count("\n", 0, match.start()) + 1
        expression = _STRING.sub(" ", match["output"] if match["tag"] is None else match["tag"])
        if match["tag"] is not None:
            name, _, expression = expression.strip().partition(" ")
            if name not in TEXT_TAGS:
                raise ForbiddenLiquidError(
                    line, f"the tag {name!r} is not allowed in a text", _allowed("tags", TEXT_TAGS)
                )
        for name in _FILTER.findall(expression):
            if name not in TEXT_FILTERS:
                raise ForbiddenLiquidError(
                    line, f"the filter {name!r} is not allowed", _allowed("filters", TEXT_FILTERS)
                )
        if _REACH_INTO.search(expression):
            raise ForbiddenLiquidError(
                line, "a slot is one plain value and has no parts", "Declare a slot for each value"
            )
        yield line, _FILTER.sub(" ", expression)


def _refuse_leftovers(source: str) -> None:
    # Keep the length of what is blanked, so that positions stay those of the source.
    rest = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), source)
    leftover = _LEFTOVER.search(rest)
    if leftover is not None:
        line = rest.count("\n", 0, leftover.start()) + 1
        raise ForbiddenLiquidError(
            line, f"{leftover[0]!r} has no partner", "Close every {{ with }} and every {% with %}"
        )


def _allowed(what: str, names: frozenset[str]) -> str:
    return f"Use one of the {what} {', '.join(sorted(names))}"
