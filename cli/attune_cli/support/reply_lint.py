"""Lint what a person is about to send: they decide, the lint only says what it would not let through as a template."""

from attune.domain.texts import Text, TextChannel
from attune.domain.tones import CallToAction, TextKind
from attune_cli.cdk import ROOT
from attune_cli.linting.engine import lint_text
from attune_cli.linting.findings import Finding
from attune_cli.linting.folders import read_tones
from attune_cli.linting.reading import LintContext
from attune_cli.linting.word_files import read_limits, read_words

TEMPLATES = ROOT / "templates"
TONE = "advisory"


def lint_reply(words: str, *, channel: str, locale: str, subject: str = "") -> list[Finding]:
    """Return what the lint says of a person's words, as if they were a service text."""
    folder = TEMPLATES / "lint"
    context = LintContext(
        words=read_words(folder), limits=read_limits(folder), tones=read_tones(TEMPLATES / "tones.yaml")
    )
    text = Text(
        message="agent_reply",
        channel=TextChannel(channel),
        locale=locale,
        tone=TONE,
        kind=TextKind.SERVICE,
        offer=False,
        purpose="What a person wrote.",
        moment="help_request",
        touch=0,
        call_to_action=CallToAction.SOFT,
        slots=(),
        subject=subject if channel == "email" else "",
        body=words,
        content_hash="",
    )
    return lint_text(text, context)
