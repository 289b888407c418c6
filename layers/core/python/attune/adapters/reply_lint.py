"""Lint the words of a reply to a customer as if they were a service text: a person's own, or a machine's draft."""

from pathlib import Path

from attune.adapters.word_files import read_limits, read_tones, read_words
from attune.domain.linting.engine import lint_text
from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import LintContext
from attune.domain.texts import Text, TextChannel
from attune.domain.tones import CallToAction, TextKind

TONE = "advisory"


def lint_reply(words: str, *, channel: str, locale: str, templates_dir: Path, subject: str = "") -> list[Finding]:
    """Return what the lint says of a reply; `subject` counts for emails only. Raises TextError for unusable word lists."""
    folder = templates_dir / "lint"
    context = LintContext(
        words=read_words(folder), limits=read_limits(folder), tones=read_tones(templates_dir / "tones.yaml")
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
