"""Read HTML or MJML (with Liquid in it) into the words it shows and how each is shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import override

from attune_cli.linting.colours import read_colour
from attune_cli.linting.looks import Look, ground_of, hidden_by, is_bold, page_variables, size_of
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
        self._light = page_variables(rules, dark=False)
        self._dark = {**self._light, **page_variables(rules, dark=True)}
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
        size = size_of(values.get("font-size", ""), parent.size)
        bold = is_bold(values.get("font-weight", ""), ancestry[-1].tag, inherited=parent.bold)
        return Look(colour, ground_of(values, parent.ground), size, bold, parent.hidden or hidden_by(values, given))

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
