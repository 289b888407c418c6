"""Lint what stands in a layout or page itself: its own words press like any others, and its links lead somewhere."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from attune.domain.linting.engine import lint_text
from attune.domain.linting.findings import Finding
from attune.domain.linting.link_rules import problem_of_link
from attune.domain.linting.reading import LintContext, Places, finding
from attune.domain.linting.wording_rules import EVERYWHERE
from attune_cli.linting.markup import SLOT, Page
from attune_cli.linting.short_texts import as_text

_RULES = frozenset({*EVERYWHERE, "shouting", "exclamation-volley"})
_LINK_RULES = frozenset({"link-host", "link-shortener"})
_NO_HOST = re.compile(r"(?!(?:[a-z][a-z0-9+.-]*:|//))", re.IGNORECASE)


def lint_plain_frame(source: str, path: str, context: LintContext) -> Iterator[Finding]:
    """Lint a frame without markup: its own words and bare links; what slots print is not its own."""
    for language in context.words.by_language:
        for found in lint_text(as_text(source, language), context, Places(path=path)):
            if found.rule in _RULES | _LINK_RULES:
                yield found


def lint_page_words(page: Page, path: str, context: LintContext) -> Iterator[Finding]:
    """Lint the words that a page shows and the places it links to; those of its own language, where it names one."""
    named = page.language.partition("-")[0].lower()
    lists: Mapping[str, object] = context.words.by_language
    for shown in page.shown:
        for language in [named] if named in lists else lists:
            for found in lint_text(as_text(shown.words, language), context, Places(path=path, body=shown.line)):
                if found.rule in _RULES:
                    column = found.column + shown.column - 1 if found.line == shown.line else found.column
                    yield replace(found, column=column)
    for link in page.links:
        problem = problem_of_link(link.url, context.limits)
        if problem and not link.url.startswith(SLOT) and not _NO_HOST.match(link.url):
            rule, detail = problem
            yield finding(rule, path, link.line, link.column, link.url, detail=detail)
