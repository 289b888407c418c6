"""The rules about layouts and pages: address, way out, text part, images, contrast, hidden words."""

import re
from collections.abc import Iterator

from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import LintContext, finding
from attune_cli.linting.colours import WHITE, contrast
from attune_cli.linting.frame_words import lint_page_words
from attune_cli.linting.looks import Look
from attune_cli.linting.markup import Page, Shown, read_page

_LARGE, _LARGE_BOLD = 24.0, 18.66
_ENOUGH, _ENOUGH_FOR_LARGE = 4.5, 3.0
_INVISIBLE = 1.15
_INVISIBLE_SIZE = 2.0
_FILE_NAME = re.compile(
    r"(?:image|img|picture|photo|logo|bild|foto|banner|untitled|dsc_?\d+|[\w-]+\.(?:png|jpe?g|gif|svg|webp))\d*",
    re.IGNORECASE,
)
_REQUIRED = (("postal_address", "missing-address"), ("unsubscribe_url", "missing-unsubscribe"))
_PRINTED = r"\{{\{{-?\s*{name}\b"


def lint_frame(source: str, path: str) -> Iterator[Finding]:
    """Lint a frame of an email, HTML or plain words: it must print the address and the way out, whatever the values."""
    outside = re.sub(
        r"\{%-?\s*(?:if|unless|case)\b.*?\{%-?\s*end(?:if|unless|case)\s*-?%\}", "", source, flags=re.DOTALL
    )
    for name, rule in _REQUIRED:
        printed = re.compile(_PRINTED.format(name=name))
        if not printed.search(outside):
            found = printed.search(source)
            line = source.count("\n", 0, found.start()) + 1 if found else 1
            detail = "it is printed only under a condition" if found else ""
            yield finding(rule, path, line, 1, name, detail=detail)


def lint_markup(source: str, path: str, context: LintContext) -> Iterator[Finding]:
    """Lint what a page shows: words, links, images, contrast in both schemes, hidden words.

    The contrast of a fragment without ground is not judged.
    """
    page = read_page(source)
    yield from lint_page_words(page, path, context)
    yield from _images(page, path)
    if re.search(r"<(?:html|body|mjml|mj-body)\b", source, re.IGNORECASE):
        yield from _contrasts(page, path)
    yield from _hidden(page, path)


def _images(page: Page, path: str) -> Iterator[Finding]:
    for image in page.images:
        words = image.source or "img"
        if image.alt is None and not image.decorative:
            yield finding("missing-alt", path, image.line, image.column, words)
        elif image.alone and not (image.alt or "").strip():
            yield finding("missing-alt", path, image.line, image.column, words, detail="it is all that a link shows")
        elif image.alt and _FILE_NAME.fullmatch(image.alt.strip()):
            yield finding("missing-alt", path, image.line, image.column, image.alt, detail="the alt text says nothing")


def _contrasts(page: Page, path: str) -> Iterator[Finding]:
    told: set[tuple[str, str, int]] = set()
    for shown in page.shown:
        for scheme, look in (("", shown.light), ("dark scheme: ", shown.dark if page.has_dark else shown.light)):
            problem = _too_faint(look)
            if problem and (problem, scheme, shown.line) not in told and (not scheme or look is not shown.light):
                told.add((problem, scheme, shown.line))
                yield finding("low-contrast", path, shown.line, shown.column, shown.words, detail=scheme + problem)


def _too_faint(look: Look) -> str:
    if look.ground is None or look.hidden:
        return ""
    ground = look.ground.over(WHITE)
    colour = look.colour.over(ground)
    measured = contrast(colour, ground)
    large = look.size >= _LARGE or (look.bold and look.size >= _LARGE_BOLD)
    least = _ENOUGH_FOR_LARGE if large else _ENOUGH
    return f"{colour} on {ground} is {measured:.2f}:1, needed is {least}:1" if measured < least else ""


def _hidden(page: Page, path: str) -> Iterator[Finding]:
    for shown in page.shown:
        why = shown.light.hidden or _too_small(shown) or _same_colour(shown)
        if why and why != "preview":
            yield finding("hidden-text", path, shown.line, shown.column, shown.words, detail=why)


def _too_small(shown: Shown) -> str:
    size = shown.light.size
    return f"font-size: {size:g}px" if size < _INVISIBLE_SIZE else ""


def _same_colour(shown: Shown) -> str:
    ground = shown.light.ground
    if ground is None:
        return ""
    colour = shown.light.colour.over(ground)
    return f"{colour} on {ground}" if contrast(colour, ground) < _INVISIBLE else ""
