"""How words look, from the values that apply to them: colour and ground, size, weight, and by what they are hidden."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from attune_cli.linting.colours import BLACK, WHITE, Colour, read_colour
from attune_cli.linting.style_sheets import StyleRule

_SIZE = re.compile(r"(\d*\.?\d+)(px|pt|em|rem|%)?")
_ROOT_SIZE = 16.0
_POINT = 4 / 3
_BOLD = 600


@dataclass(frozen=True)
class Look:
    """How words are shown: `ground` is None where it cannot be known; size in CSS pixels."""

    colour: Colour = BLACK
    ground: Colour | None = WHITE
    size: float = _ROOT_SIZE
    bold: bool = False
    hidden: str = ""


def page_variables(rules: Iterable[StyleRule], *, dark: bool) -> dict[str, str]:
    """Return the custom properties that rules give to a whole page."""
    return {
        name: value
        for rule in rules
        if rule.dark is dark and rule.path[-1].tag in {"html", "body", "*"}
        for name, (value, _) in rule.declarations.items()
        if name.startswith("--")
    }


def ground_of(values: Mapping[str, str], parent: Colour | None) -> Colour | None:
    """Return what words stand on; None where it cannot be known."""
    value = values.get("background-color", "")
    if values.get("background-image", "none") not in {"", "none"} or "url(" in value or "gradient(" in value:
        return None
    colour = read_colour(value)
    if colour is None:
        return parent
    if colour.opacity == 1:
        return colour
    return colour.over(parent) if parent else parent


def size_of(value: str, parent: float) -> float:
    """Return a size in CSS pixels; the parent's where the value is none."""
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        return parent
    number, unit = float(match[1]), match[2] or "px"
    factor = {"px": 1.0, "pt": _POINT, "em": parent, "rem": _ROOT_SIZE, "%": parent / 100}[unit]
    return number * factor


def is_bold(value: str, tag: str, *, inherited: bool) -> bool:
    """Whether words are bold, by their own weight or else by their element's."""
    if value.isdigit():
        return int(value) >= _BOLD
    if value:
        return value in {"bold", "bolder"}
    return inherited or tag in {"b", "strong", "h1", "h2", "h3", "h4", "th"}


def hidden_by(values: Mapping[str, str], given: Mapping[str, str]) -> str:
    """Return by what words are hidden, empty where they are not."""
    if values.get("display") == "none":
        return "display: none"
    if values.get("visibility") in {"hidden", "collapse"}:
        return "visibility: hidden"
    if re.fullmatch(r"0(?:\.0+)?%?", values.get("opacity", "1")):
        return "opacity: 0"
    if re.match(r"-\d{3,}", values.get("text-indent", "")):
        return "text-indent"
    return "hidden" if "hidden" in given else ""
