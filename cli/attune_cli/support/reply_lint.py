"""Lint what a person is about to send: they decide, the lint only says what it would not let through as a template."""

from attune.adapters import reply_lint
from attune.domain.linting.findings import Finding
from attune_cli.cdk import ROOT


def lint_reply(words: str, *, channel: str, locale: str, subject: str = "") -> list[Finding]:
    """Return what the lint of the shipped templates says of a person's words."""
    return reply_lint.lint_reply(
        words, channel=channel, locale=locale, templates_dir=ROOT / "templates", subject=subject
    )
