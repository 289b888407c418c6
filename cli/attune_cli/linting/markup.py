"""Read HTML or MJML (with Liquid in it) into the words it shows and how each is shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import override

from attune_cli.linting.colours import BLACK, WHITE, Colour, read_colour
from attune_cli.linting.style_sheets import Element, StyleRule, read_declarations, read_rules, resolved

_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "mj-image",
        "mj-divider",
        "mj-spacer",
        "mj-include",
        "mj-class",
    ]
)
_SILENT = frozenset(
    [
        "style",
        "script",
        "title",
        "head",
        "noscript",
        "mj-head",
        "mj-title",
        "mj-preview",
        "mj-style",
        "mj-attributes",
        "template",
    ]
)
_LINKING = frozenset({"a", "area", "mj-button", "mj-image", "mj-navbar-link", "mj-social-element"})
SLOT = "¤"
_LIQUID_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_LIQUID_OUTPUT = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
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


@dataclass(frozen=True)
class Shown:
    """Some words, where they begin, and how they look in the light and in the dark scheme."""

    words: str
    line: int
    column: int
    light: Look
    dark: Look


@dataclass(frozen=True)
class Image:
    """An image: `alt` is None where there is none; `alone` where it is all that a link shows."""

    line: int
    column: int
    alt: str | None
    source: str
    decorative: bool
    alone: bool


@dataclass(frozen=True)
class Link:
    """Where an element leads; what a slot prints is one sign."""

    url: str
    line: int
    column: int


@dataclass
class Page:
    """What a source shows."""

    shown: list[Shown] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    language: str = ""
    """As its first element names it, empty where it names none."""
    has_dark: bool = False


def read_page(source: str) -> Page:
    """Read a page; Liquid conditions are taken as they stand, and what a slot prints is one sign."""
    blanked = _LIQUID_TAG.sub(_blank, source)
    blanked = _LIQUID_OUTPUT.sub(lambda m: SLOT + _blank(m)[1:], blanked)
    sheets = re.findall(r"<(?:style|mj-style)\b[^>]*>(.*?)</(?:style|mj-style)>", blanked, re.DOTALL | re.IGNORECASE)
    reader = _Reader([rule for sheet in sheets for rule in read_rules(sheet)])
    reader.feed(_COMMENT.sub(_blank, blanked))
    reader.close()
    return reader.page


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


@dataclass
class _Open:
    element: Element
    light: Look
    dark: Look
    silent: bool
    words: str = ""
    images: list[int] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, rules: list[StyleRule]) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page(has_dark=any(rule.dark for rule in rules))
        self._rules = rules
        self._light = _variables(rules, dark=False)
        self._dark = {**self._light, **_variables(rules, dark=True)}
        self._stack: list[_Open] = []
        self._first_in_body = True
        self._defaults: dict[str, dict[str, str]] = {}

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if any(entry.element.tag == "mj-attributes" for entry in self._stack):
            self._defaults[f".{given.get('name', '')}" if tag == "mj-class" else tag] = given
        elif tag.startswith("mj-"):
            own = [self._defaults.get(f".{name}", {}) for name in given.get("mj-class", "").split()]
            for defaults in (*reversed(own), self._defaults.get(tag, {}), self._defaults.get("mj-all", {})):
                given = {**defaults, **given}
        element = Element(
            tag, frozenset((given.get("class") or given.get("css-class") or "").split()), given.get("id", "")
        )
        parent = self._stack[-1] if self._stack else None
        ancestry = [*(entry.element for entry in self._stack), element]
        light, dark = (
            self._look(ancestry, given, (parent.dark if dark else parent.light) if parent else Look(), dark=dark)
            for dark in (False, True)
        )
        if light.hidden and self._first_in_body and parent and parent.element.tag == "body":
            # The first hidden words of an email are its preview line: the inbox shows them.
            light = dark = Look(hidden="preview")
        if parent and parent.element.tag == "body":
            self._first_in_body = False
        self.page.language = self.page.language or given.get("lang", "").strip()
        if tag in _LINKING and given.get("href", "").strip():
            line, column = self.getpos()
            self.page.links.append(Link(given["href"].strip(), line, column + 1))
        if tag in {"img", "mj-image"}:
            self._image(given, tag)
        if tag not in _VOID:
            silent = tag in _SILENT or bool(parent and parent.silent) or tag == "input"
            self._stack.append(_Open(element, light, dark, silent))

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if not any(entry.element.tag == tag for entry in self._stack):
            return
        while self._stack:
            closed = self._stack.pop()
            if closed.element.tag == "a" and closed.images and not closed.words.strip():
                for number in closed.images:
                    image = self.page.images[number]
                    self.page.images[number] = Image(
                        image.line, image.column, image.alt, image.source, image.decorative, alone=True
                    )
            if self._stack:
                self._stack[-1].words += closed.words
                self._stack[-1].images += closed.images
            if closed.element.tag == tag:
                return

    @override
    def handle_data(self, data: str) -> None:
        if not data.strip() or not self._stack:
            return
        top = self._stack[-1]
        top.words += data
        if top.silent:
            return
        line, column = self.getpos()
        before = data[: len(data) - len(data.lstrip())]
        if "\n" in before:
            line, column = line + before.count("\n"), len(before.rpartition("\n")[2])
        else:
            column += len(before)
        self.page.shown.append(Shown(data.strip(), line, column + 1, top.light, top.dark))

    def _image(self, given: Mapping[str, str], tag: str) -> None:
        line, column = self.getpos()
        decorative = given.get("role") in {"presentation", "none"} or given.get("aria-hidden") == "true"
        alt = given.get("alt")
        for entry in self._stack:
            entry.images.append(len(self.page.images)) if entry is self._stack[-1] else None
        alone = tag == "mj-image" and bool(given.get("href"))
        self.page.images.append(Image(line, column + 1, alt, given.get("src", ""), decorative, alone))

    def _look(self, ancestry: list[Element], given: Mapping[str, str], parent: Look, *, dark: bool) -> Look:
        style = self._style(ancestry, given, dark=dark)
        variables = self._dark if dark else self._light
        values = {name: resolved(value, variables) for name, value in style.items()}
        colour = read_colour(values.get("color", "")) or parent.colour
        size = _size(values.get("font-size", ""), parent.size)
        bold = _is_bold(values.get("font-weight", ""), ancestry[-1].tag, inherited=parent.bold)
        return Look(colour, _ground(values, parent.ground), size, bold, parent.hidden or _hiding(values, given))

    def _style(self, ancestry: list[Element], given: Mapping[str, str], *, dark: bool) -> dict[str, str]:
        """Return the winning declarations: by importance, then inline, weight and order."""
        ranked: dict[str, tuple[tuple[int, ...], str]] = {}

        def offer(declarations: Mapping[str, tuple[str, bool]], rank: tuple[int, ...]) -> None:
            for name, (value, important) in declarations.items():
                place = (int(important), *rank)
                key = "background-color" if name == "background" else name
                if key not in ranked or place >= ranked[key][0]:
                    ranked[key] = (place, value)

        attributes = {
            target: (given[name], False)
            for name, target in (
                ("bgcolor", "background-color"), ("background-color", "background-color"), ("color", "color"),
                ("font-size", "font-size"), ("font-weight", "font-weight"),
            )
            if name in given
        }  # fmt: skip
        offer(attributes, (-1, 0, 0, 0, 0))
        for order, rule in enumerate(self._rules):
            if (dark or not rule.dark) and rule.matches(ancestry):
                offer(rule.declarations, (0, *rule.weight, order))
        offer(read_declarations(given.get("style", "")), (1, 0, 0, 0, 0))
        return {name: value for name, (_, value) in ranked.items()}


def _variables(rules: list[StyleRule], *, dark: bool) -> dict[str, str]:
    return {
        name: value
        for rule in rules
        if rule.dark is dark and rule.path[-1].tag in {"html", "body", "*"}
        for name, (value, _) in rule.declarations.items()
        if name.startswith("--")
    }


def _ground(values: Mapping[str, str], parent: Colour | None) -> Colour | None:
    value = values.get("background-color", "")
    if values.get("background-image", "none") not in {"", "none"} or "url(" in value or "gradient(" in value:
        return None
    colour = read_colour(value)
    if colour is None:
        return parent
    if colour.opacity == 1:
        return colour
    return colour.over(parent) if parent else parent


def _size(value: str, parent: float) -> float:
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        return parent
    number, unit = float(match[1]), match[2] or "px"
    factor = {"px": 1.0, "pt": _POINT, "em": parent, "rem": _ROOT_SIZE, "%": parent / 100}[unit]
    return number * factor


def _is_bold(value: str, tag: str, *, inherited: bool) -> bool:
    if value.isdigit():
        return int(value) >= _BOLD
    if value:
        return value in {"bold", "bolder"}
    return inherited or tag in {"b", "strong", "h1", "h2", "h3", "h4", "th"}


def _hiding(values: Mapping[str, str], given: Mapping[str, str]) -> str:
    if values.get("display") == "none":
        return "display: none"
    if values.get("visibility") in {"hidden", "collapse"}:
        return "visibility: hidden"
    if re.fullmatch(r"0(?:\.0+)?%?", values.get("opacity", "1")):
        return "opacity: 0"
    if re.match(r"-\d{3,}", values.get("text-indent", "")):
        return "text-indent"
    return "hidden" if "hidden" in given else ""
