"""The rules about where links lead."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from attune.domain.linting.findings import Finding
from attune.domain.linting.passages import Passage
from attune.domain.linting.reading import Limits, Reading

_WHOLE_SLOT = re.compile(r"\{\{-?[^{}]*-?\}\}\S*")
_BARE_HOST = re.compile(
    r"(?<![@\w./:-])(?:www\.)?((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|ly|co|de|es|fr|jp|uk|eu|info|biz|me|cc|gd|at|ru|cn|shop|link|to|gl|xyz|app|page|site|example)"
    r"|t\.co)(?=/|\b)(?![\w@-])",
    re.IGNORECASE,
)


def find_links(reading: Reading) -> Iterator[Finding]:
    """Find links to hosts that are not on the list, and shorteners; also bare ones, and those in fallbacks."""
    for passage in (reading.subject, reading.body):
        for link in passage.links:
            line, column = passage.place_of_offset(link.offset)
            yield from _judged(reading, link.url, line, column)
            label = _BARE_HOST.fullmatch(
                link.label.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
            )
            host = _host(link.url)
            if label and host and not host.endswith(label[1].lower()):
                yield reading.at(
                    "link-host", line, column, link.label, detail=f"it says {label[1]} and leads to {host}"
                )
        for match in _BARE_HOST.finditer(_without_links(passage)):
            line, column = passage.place_of_offset(match.start())
            yield from _judged(reading, "https://" + match[1], line, column)
        for match in re.finditer(r"\]\(\S*", passage.plain):
            detail = "this is no address that a link can have, and would be shown as it is written"
            fix = "Write [label](https://...) or [label]({{ slot }})"
            yield reading.finding("link-host", passage, match.start(), match.end(), detail=detail, fix=fix)
    for slot in reading.text.slots:
        if "://" in slot.fallback:
            yield from _judged(reading, slot.fallback, reading.places.slots.get(slot.name, 1), 1)


def _without_links(passage: Passage) -> str:
    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    source = re.sub(r"\]\([^()]*\)", blank, passage.source)
    return re.sub(r"https?://\S+|\{\{.*?\}\}|\{%.*?%\}|<[^<>]*>", blank, source)


def _judged(reading: Reading, url: str, line: int, column: int) -> Iterator[Finding]:
    problem = problem_of_link(url, reading.context.limits)
    if problem:
        rule, detail = problem
        yield reading.at(rule, line, column, url, detail=detail)


def problem_of_link(url: str, limits: Limits) -> tuple[str, str] | None:
    """Return the rule that a link breaks, with a detail; None where it may stay. A slot that is the whole link may."""
    if _WHOLE_SLOT.fullmatch(url) or url.startswith(("mailto:", "tel:", "#")):
        return None
    host = _host(url)
    if host.removeprefix("www.") in limits.link_shorteners:
        return "link-shortener", ""
    if "{{" in url.partition("//")[2].partition("/")[0]:
        return "link-host", "the host comes from a slot"
    return None if _is_allowed(host, limits) else ("link-host", f"{host or 'this'} is not on the list")


def _host(url: str) -> str:
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return ""


def _is_allowed(host: str, limits: Limits) -> bool:
    return any(
        host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:])) for allowed in limits.allowed_hosts
    )


def find_images(reading: Reading) -> Iterator[Finding]:
    """Find images in a text that say nothing to those who do not see them."""
    for match in re.finditer(r"<(?:img|mj-image)\b(?![^<>]*\balt\s*=)[^<>]*>", reading.body.source, re.IGNORECASE):
        yield reading.at("missing-alt", *reading.body.place_of_offset(match.start()), match[0])


def find_own_frame(reading: Reading) -> Iterator[Finding]:
    """Find a text that brings its own HTML frame and leaves out the address, the way to stop or the plain words."""
    source = reading.text.body
    if not re.search(r"<(?:!doctype|html|body|table|div|mjml)\b", source, re.IGNORECASE):
        return
    line, column = reading.body.place_of_offset(source.index("<"))
    names = ("postal_address", "missing-address"), ("unsubscribe_url", "missing-unsubscribe")
    for slot, rule in names:
        if not re.search(rf"\{{\{{[^}}]*\b{slot}\b", source):
            yield reading.at(rule, line, column, source[:60], detail="this text brings its own frame")
    yield reading.at(
        "missing-text-part", line, column, source[:60], detail="a body is plain words; markup is shown as it is"
    )
