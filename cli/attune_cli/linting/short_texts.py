"""Words without a front matter of their own, as a text that the rules can read."""

from attune.domain.texts import Text, TextChannel
from attune.domain.tones import CallToAction, TextKind


def as_text(words: str, locale: str) -> Text:
    """Return the words as a text of a language that declares nothing else."""
    return Text(
        message="strings",
        channel=TextChannel.ONSITE,
        locale=locale,
        tone="",
        kind=TextKind.SERVICE,
        call_to_action=CallToAction.SOFT,
        offer=False,
        purpose="",
        moment="",
        touch=0,
        slots=(),
        subject="",
        body=words,
        content_hash="",
    )
