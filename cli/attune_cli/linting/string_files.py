"""Lint the words around emails and pages (`strings.yaml`): each value is a short text of its language."""

from collections.abc import Iterator, Mapping
from typing import Any

from attune.domain.linting.engine import lint_text
from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import LintContext, Places
from attune_cli.linting.short_texts import as_text


def lint_strings(source: str, by_locale: Mapping[str, Any], path: str, context: LintContext) -> Iterator[Finding]:
    """Lint every value with the rules for words; a language without a list is told once."""
    lines = source.splitlines()
    for locale, values in by_locale.items():
        told = False
        for words in _values(values):
            line = next((number for number, line in enumerate(lines, 1) if words in line), 1)
            for found in lint_text(as_text(words, str(locale)), context, Places(path=path, body=line)):
                if found.rule == "no-word-list" and told:
                    continue
                told = told or found.rule == "no-word-list"
                yield found


def _values(values: object) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, dict):
        for value in values.values():
            yield from _values(value)
